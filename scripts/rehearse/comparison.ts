import type { Books } from '../faults/books';
import { compareBilling } from '../faults/compare-billing';
import { compareCredits } from '../faults/compare-credits';
import { compareGate } from '../faults/compare-gate';
import { compareInbox } from '../faults/compare-inbox';
import { compareRefunds } from '../faults/compare-refunds';
import { Deliveries } from '../faults/deliveries';
import { Reference } from '../faults/reference';
import { readTables } from '../faults/tables';
import { Findings } from '../faults/violation';
import type { ReconciliationReport } from './service';
import type { Stage } from './stage';
import type { AtDump, Story } from './story';

const ONCE = 'The fee comes back once';
const HEALS = 'Lost webhooks heal';

/** What the restored service has against Dodo's books, as after a storm of `npm run faults`. */
export async function compare(
  stage: Stage,
  story: Story,
  atDump: AtDump,
  reports: { first: ReconciliationReport; second: ReconciliationReport },
): Promise<Findings> {
  const findings = new Findings();
  const tables = await readTables(stage.database());
  const books = booksOf(
    await stage.sandbox.books(),
    new Set(tables.organizations.map(({ id }) => id)),
    atDump,
  );
  const reference = new Reference(books, await stage.sandbox.now());
  compareRefunds(books, tables, reference, findings);
  compareBilling(books, tables, reference, findings);
  compareCredits(tables, stage.diary, reference, findings);
  compareInbox(new Deliveries(), tables, findings);
  await compareGate([stage.service.url], stage.diary, reference, findings);
  await compareAsks(stage, story, atDump, findings);
  compareReports(reports, findings);
  return findings;
}

/** Dodo has it all; who was born after the backup is nobody here, and sessions of after it have no row. */
function booksOf(all: Books, known: Set<string>, { sessions }: AtDump): Books {
  const customers = all.customers.filter(({ metadata }) => known.has(metadata.org_id ?? ''));
  const ids = new Set(customers.map(({ customer_id }) => customer_id));
  const payments = all.payments.filter(({ customer }) => ids.has(customer.customer_id));
  const paymentIds = new Set(payments.map(({ payment_id }) => payment_id));
  return {
    ...all,
    customers,
    payments,
    subscriptions: all.subscriptions.filter(({ customer_id }) => ids.has(customer_id)),
    refunds: all.refunds.filter(({ payment_id }) => paymentIds.has(payment_id)),
    checkouts: all.checkouts.filter(({ session_id }) => sessions.has(session_id)),
  };
}

/** A refund that was made before the loss was found by reading: Dodo was not asked for it a second time. */
async function compareAsks(
  stage: Stage,
  { made }: Story,
  { asks }: AtDump,
  findings: Findings,
): Promise<void> {
  const rows = await stage
    .database()
    .rows<{ id: string; org_id: string; asks: number }>(
      'SELECT dodo_payment_id AS id, org_id, asks FROM refunds',
    );
  for (const row of rows.filter(({ id }) => made.has(id))) {
    const what = `How often Dodo has been asked for the refund of ${row.id}`;
    findings.same(row.asks, asks.get(row.id) ?? 0, ONCE, row.org_id, what);
  }
}

function compareReports(
  { first, second }: { first: ReconciliationReport; second: ReconciliationReport },
  findings: Findings,
): void {
  const isReported = first.subscriptions.unmatched > 0 && first.payments.unmatched > 0;
  findings.check(isReported, HEALS, null, () => 'The organization that is lost is not reported as unmatched');
  for (const kind of ['subscriptions', 'payments', 'refunds'] as const) {
    const { mended, waiting, failed } = second[kind];
    findings.same(mended + waiting + failed, 0, HEALS, null, `What a second reconciliation found of ${kind}`);
  }
}
