import { bold, dim, green, print, red } from '../local/terminal';
import type { Options } from './options';
import { groupBy } from './group-by';
import type { StepCount } from './steps';
import type { Findings, Violation } from './violation';
import type { World } from './world';

const VIOLATIONS_SHOWN = 50;

export interface Report {
  seed: number;
  seconds: number;
  orgs: number;
  steps: Record<string, StepCount>;
  /** Webhooks by type, each counted once: what came of the steps, and of time. */
  told: Record<string, number>;
  /** Percents of the storm. */
  spent: Record<string, number>;
  stormSeconds: number;
  /** That passed for Dodo. */
  days: number;
  events: number;
  deliveries: number;
  /** Deliveries of an event that had been acknowledged before. */
  duplicates: number;
  /** Events that the sandbox never sent, although it should have. */
  dropped: number;
  kills: number;
  restarts: number;
  consumptions: number;
  /** Webhooks to customers. */
  outbound: { endpoints: number; events: number; deliveries: number; duplicates: number };
  faults: Record<string, number>;
  answers: Record<string, number>;
  compared: number;
  violations: Violation[];
}

const SPENT = ['Lives', 'Dodo', 'Processes'];

const isAnswer = ([kind]: [string, number]): boolean => /^answer \d+$/.test(kind);

export async function makeReport(
  world: World,
  { seed }: Options,
  findings: Findings,
  seconds: number,
  stormSeconds: number,
): Promise<Report> {
  const { deliveries, tally, diary } = world;
  const all = Object.entries(tally.all());
  return {
    seed,
    seconds,
    orgs: diary.orgs.length,
    steps: diary.steps.byKind(),
    told: await countTold(world),
    spent: Object.assign({}, ...SPENT.map((prefix) => world.spent.shares(prefix))),
    stormSeconds,
    days: world.time.days,
    events: deliveries.events,
    deliveries: deliveries.total,
    duplicates: deliveries.duplicates,
    dropped: (await world.sandbox.countDeliveries()).dropped,
    kills: tally.of('process killed') + tally.of('process killed while it started'),
    restarts: tally.of('Postgres crashed and restarted'),
    consumptions: diary.consumptions.length,
    outbound: await countOutbound(world),
    faults: Object.fromEntries(all.filter((entry) => !isAnswer(entry))),
    answers: Object.fromEntries(all.filter(isAnswer)),
    compared: findings.compared,
    violations: findings.violations,
  };
}

async function countTold({ sandbox }: World): Promise<Record<string, number>> {
  const { events } = await sandbox.books();
  const counts = [...groupBy(events, ({ type }) => type)].map(([type, all]) => [type, all.length] as const);
  return Object.fromEntries(counts.toSorted(([, a], [, b]) => b - a));
}

async function countOutbound({ database, receivers, diary }: World): Promise<Report['outbound']> {
  const [row] = await database.rows<{ events: number }>(
    `SELECT count(*)::int AS events FROM outbound_events`,
  );
  const heard = receivers.all().flatMap(({ events }) => [...events.values()]);
  const deliveries = heard.reduce((sum, { times }) => sum + times, 0);
  const endpoints = diary.listening.length;
  return { endpoints, events: row!.events, deliveries, duplicates: deliveries - heard.length };
}

export function printReport(report: Report, folder: string): void {
  const { violations } = report;
  print(bold(`\nSeed ${report.seed}`));
  table({
    organizations: report.orgs,
    'days that passed': report.days,
    'webhooks delivered': report.deliveries,
    'of them a second of the storm': Math.round(report.deliveries / report.stormSeconds),
    'of them duplicates': report.duplicates,
    'webhooks dropped': report.dropped,
    'processes killed': report.kills,
    'Postgres restarts': report.restarts,
    'credits spent, times': report.consumptions,
    'webhook endpoints of customers': report.outbound.endpoints,
    'events to tell customers': report.outbound.events,
    'deliveries of them': report.outbound.deliveries,
    'of these, an event that had come before': report.outbound.duplicates,
  });
  print(bold('\nSteps of their lives (done, refused, without an answer)'));
  for (const [kind, { done, refused, open }] of Object.entries(report.steps)) {
    print(`  ${kind.padEnd(32)}${[done, refused, open].map((count) => String(count).padStart(8)).join('')}`);
  }
  print(bold('\nWhat Dodo told of'));
  table(report.told);
  print(bold('\nWhat the storm’s time went into, in percent'));
  table(report.spent);
  print(bold('\nFaults by kind'));
  table(report.faults);
  print(bold('\nAnswers to consumers'));
  table(report.answers);
  print(`\n${report.compared} comparisons, ${report.seconds} s`);
  if (violations.length === 0) return void print(green(bold('violations: 0')));
  print(red(bold(`violations: ${violations.length}`)));
  for (const { law, orgId, what } of violations.slice(0, VIOLATIONS_SHOWN)) {
    print(`  ${red(law)} ${dim(orgId ?? '')} ${what}`);
  }
  if (violations.length > VIOLATIONS_SHOWN)
    print(dim(`  … and ${violations.length - VIOLATIONS_SHOWN} more`));
  print(`\nLogs, books and tables: ${folder}\nAgain: npm run faults -- --seed ${report.seed}`);
}

function table(rows: Record<string, number>): void {
  const names = Object.keys(rows);
  const width = Math.max(...names.map((name) => name.length), 0);
  for (const [name, count] of Object.entries(rows)) {
    print(`  ${name.padEnd(width)}  ${String(count).padStart(8)}`);
  }
}
