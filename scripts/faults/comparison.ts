import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareBilling } from './compare-billing';
import { compareCredits } from './compare-credits';
import { compareGate } from './compare-gate';
import { compareInbox } from './compare-inbox';
import { compareOutbound } from './compare-outbound';
import { compareRefunds } from './compare-refunds';
import { Reference } from './reference';
import { readTables } from './tables';
import { Findings } from './violation';
import type { World } from './world';

/** Our tables and our answers against Dodo's books and what the reference model makes of them. */
export async function compare(world: World): Promise<Findings> {
  const findings = new Findings();
  const books = await world.sandbox.books();
  const tables = await readTables(world.database);
  const reference = new Reference(books, await world.sandbox.now());
  compareRefunds(books, tables, reference, findings);
  compareBilling(books, tables, reference, findings);
  compareCredits(tables, world.diary, reference, findings);
  compareInbox(world.deliveries, tables, findings);
  compareOutbound(tables, world.diary, world.receivers, findings);
  await compareGate(world.replicaUrls, world.diary, reference, findings);
  for (const what of world.diary.wrongAnswers) findings.check(false, 'Answers are right', null, () => what);
  for (const { deaths } of world.processes) {
    for (const what of deaths) findings.check(false, 'Stopping is safe', null, () => what);
  }
  if (findings.violations.length > 0) keep(world.folder, { books, tables, diary: world.diary });
  return findings;
}

/** For whoever looks into a violation: the service's database is gone by then. */
function keep(folder: string, all: Record<string, unknown>): void {
  for (const [name, content] of Object.entries(all)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(content, null, 1), { mode: 0o600 });
  }
}
