// `npm run faults`: many organizations live against the sandbox while everything around the service fails. At the end
// what it has is compared with what it must have.
import { rmSync, writeFileSync } from 'node:fs';
import { print } from '../local/terminal';
import { Calm } from './calm';
import { compare } from './comparison';
import { readOptions, USAGE, WrongOption, type Options } from './options';
import { Progress } from './progress';
import { makeReport, printReport, type Report } from './report';
import { SeededRandom } from './seeded-random';
import { storm } from './storm';
import { startWorld, type World } from './world';

async function run(options: Options, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  const progress = new Progress(options.deliveries);
  print(`Seed ${options.seed}: ${options.deliveries} deliveries, ${options.orgs} organizations at a time`);
  if (options.sabotage) print(`Broken on purpose: ${options.sabotage.what}.`);
  const world = await startWorld(options.seed, options.sabotage);
  let isClean = false;
  try {
    progress.watch(world);
    progress.say('storm');
    const stormAt = performance.now();
    await storm(world, options, signal);
    const stormSeconds = secondsSince(stormAt);
    signal.throwIfAborted();
    await new Calm(world, SeededRandom.of(options.seed, 'calm'), (what) => progress.say(what)).settle();
    progress.say('comparing');
    const findings = await compare(world);
    const report = await makeReport(world, options, findings, secondsSince(startedAt), stormSeconds);
    progress.stop();
    tell(report, world, options);
    isClean = findings.violations.length === 0;
    return isClean ? 0 : 1;
  } finally {
    progress.stop();
    await world.close();
    if (isClean || options.sabotage) rmSync(world.folder, { recursive: true, force: true });
  }
}

const secondsSince = (startedAt: number): number => Math.round((performance.now() - startedAt) / 1000);

function tell(report: Report, world: World, { json }: Options): void {
  printReport(report, world.folder);
  if (json !== null) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
}

function optionsOrExit(): Options {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') return options;
    print(USAGE);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => stopping.abort(new Error('Stopped half-way.')));
}
run(optionsOrExit(), stopping.signal).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
