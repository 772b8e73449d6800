import { WrongArgument, readArguments } from './arguments';
import { writePerformancePage } from './performance-page';
import { describeMachine, toMarkdown } from './report';
import type { Effort, Line } from './row';
import { chooseRows } from './rows';
import { Stack } from './stack';

const FULL: Effort = { isQuick: false, rounds: 5, roundSeconds: 3, warmUpSeconds: 4 };
const QUICK: Effort = { isQuick: true, rounds: 1, roundSeconds: 1, warmUpSeconds: 1 };

/** Measures the rows one after the other and prints one table; a full run also writes docs/performance.md. */
async function main(): Promise<void> {
  const { isQuick, only } = readArguments(process.argv.slice(2));
  const rows = chooseRows(only);
  const lines: Line[] = [];
  let postgresVersion = '';
  for (const row of rows) {
    process.stderr.write(`${row.name} …\n`);
    // Each row on a database of its own: no row pays for the rows before it.
    const stack = await Stack.start();
    try {
      lines.push(...(await row.measure(stack, isQuick ? QUICK : FULL)));
      postgresVersion = await stack.postgresVersion();
    } finally {
      await stack.dispose();
    }
  }
  const table = toMarkdown(lines);
  process.stdout.write(`${table}\n`);
  if (!isQuick && only.length === 0) await writePerformancePage(table, describeMachine(postgresVersion));
}

const USAGE = 'npm run bench -- [--quick] [--only ROW]…';

main().catch((error: unknown) => {
  const isWrong = error instanceof WrongArgument;
  process.stderr.write(isWrong ? `${error.message}\n\n${USAGE}\n` : `${(error as Error).stack}\n`);
  process.exitCode = isWrong ? 2 : 1;
});
