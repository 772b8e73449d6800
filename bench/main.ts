import { USAGE, readArguments } from './arguments';
import { writePerformancePage } from './performance-page';
import { describeMachine, toMarkdown } from './report';
import type { Effort, Line } from './row';
import { chooseRows } from './rows';
import { Stack } from './stack';

const FULL: Effort = { isQuick: false, rounds: 5, roundSeconds: 4, warmUpSeconds: 3 };
const QUICK: Effort = { isQuick: true, rounds: 1, roundSeconds: 1, warmUpSeconds: 1 };

/** Measures the rows one after the other and prints one table; a full run also writes docs/performance.md. */
async function main(): Promise<void> {
  const { isQuick, only } = readArguments(process.argv.slice(2));
  const rows = chooseRows(only);
  if (rows === null) throw new Error(`There is no such row. ${USAGE}`);
  const lines: Line[] = [];
  for (const row of rows) {
    process.stderr.write(`${row.name} …\n`);
    // Each row on a database of its own: no row pays for the rows before it.
    const stack = await Stack.start();
    try {
      lines.push(...(await row.measure(stack, isQuick ? QUICK : FULL)));
    } finally {
      await stack.dispose();
    }
  }
  console.log(toMarkdown(lines));
  if (!isQuick && only.length === 0) await writePerformancePage(lines, describeMachine('18'));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
