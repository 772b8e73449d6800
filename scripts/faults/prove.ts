// `npm run faults:prove`: the harness against services that are broken on purpose. Each must be found out.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from '../local/project';
import { bold, green, print, red } from '../local/terminal';
import type { Report } from './report';
import { SABOTAGES, type Sabotage } from './sabotage';
import type { Violation } from './violation';

/** Short ones: a broken law shows itself in a minute of storm, or in two where the machine is slow. */
const RUN = ['--seed', '1', '--deliveries', '800', '--orgs', '24', '--minutes', '2'];

/** What a run said of it; nothing when it did not notice. */
async function find(name: string, { law, finding }: Sabotage): Promise<Violation[]> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-sabotage-'));
  const json = join(folder, 'report.json');
  try {
    const program = built('scripts', 'faults', 'main.js');
    const said = await run(process.execPath, [program, ...RUN, '--sabotage', name, '--json', json]);
    if (!existsSync(json)) throw new Error(`The run itself has failed:\n${said}`);
    const { violations } = JSON.parse(readFileSync(json, 'utf8')) as Report;
    return violations.filter((it) => it.law === law && finding.test(it.what));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What it wrote to stderr: whether it ends with 1, as it should, the report tells better. */
function run(command: string, words: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, words, { maxBuffer: 64 * 1024 * 1024 }, (_error, _stdout, stderr) => resolve(stderr));
  });
}

async function prove(names: string[]): Promise<number> {
  let unnoticed = 0;
  for (const name of names) {
    const sabotage = SABOTAGES[name]!;
    print(`${bold(name)}: ${sabotage.what}`);
    const found = await find(name, sabotage);
    if (found.length === 0) unnoticed += 1;
    print(
      found.length === 0
        ? red('  not noticed')
        : green(`  noticed ${found.length} times, first: ${found[0]!.what}`),
    );
  }
  print(`\n${names.length - unnoticed} of ${names.length} noticed`);
  return unnoticed === 0 ? 0 : 1;
}

function namesOrExit(words: string[]): string[] {
  const unknown = words.filter((word) => !Object.hasOwn(SABOTAGES, word));
  if (unknown.length === 0) return words.length > 0 ? words : Object.keys(SABOTAGES);
  process.stderr.write(
    `There is no sabotage ${unknown.join(', ')}. There are:\n  ${Object.keys(SABOTAGES).join('\n  ')}\n`,
  );
  process.exit(2);
}

prove(namesOrExit(process.argv.slice(2))).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
