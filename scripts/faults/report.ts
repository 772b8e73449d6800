import { bold, dim, green, print, red } from '../local/terminal';
import type { Options } from './options';
import type { Findings, Violation } from './violation';
import type { World } from './world';

const VIOLATIONS_SHOWN = 50;

export interface Report {
  seed: number;
  seconds: number;
  orgs: number;
  steps: number;
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
  faults: Record<string, number>;
  answers: Record<string, number>;
  compared: number;
  violations: Violation[];
}

const isAnswer = ([kind]: [string, number]): boolean => /^answer \d+$/.test(kind);

export async function makeReport(
  world: World,
  { seed }: Options,
  findings: Findings,
  seconds: number,
): Promise<Report> {
  const { deliveries, tally, diary } = world;
  const all = Object.entries(tally.all());
  return {
    seed,
    seconds,
    orgs: diary.orgs.length,
    steps: diary.steps,
    days: world.time.days,
    events: deliveries.events,
    deliveries: deliveries.total,
    duplicates: deliveries.duplicates,
    dropped: (await world.sandbox.countDeliveries()).dropped,
    kills: tally.of('process killed') + tally.of('process killed while it started'),
    restarts: tally.of('Postgres crashed and restarted'),
    consumptions: diary.consumptions.length,
    faults: Object.fromEntries(all.filter((entry) => !isAnswer(entry))),
    answers: Object.fromEntries(all.filter(isAnswer)),
    compared: findings.compared,
    violations: findings.violations,
  };
}

export function printReport(report: Report, folder: string): void {
  const { violations } = report;
  print(bold(`\nSeed ${report.seed}`));
  table({
    organizations: report.orgs,
    'steps of their lives': report.steps,
    'days that passed': report.days,
    'webhooks delivered': report.deliveries,
    'of them duplicates': report.duplicates,
    'webhooks dropped': report.dropped,
    'processes killed': report.kills,
    'Postgres restarts': report.restarts,
    'credits spent, times': report.consumptions,
  });
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
