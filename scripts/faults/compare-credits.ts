import { planOfProduct } from './catalogue';
import type { Consumption, Diary } from './diary';
import { groupBy } from './group-by';
import { replayLedger } from './ledger-replay';
import type { Reference } from './reference';
import type { EntryRow, Tables } from './tables';
import type { Findings } from './violation';

const LAW = 'Credits follow from what was paid';
const SPENT_ONCE = 'A call with a key happens once';

/** The ledger of each organization, against what its payments brought and what it was told that it has spent. */
export function compareCredits(tables: Tables, diary: Diary, reference: Reference, findings: Findings): void {
  const entries = groupBy(tables.entries, ({ org_id }) => org_id);
  const balances = new Map(tables.balances.map((row) => [row.org_id, row]));
  const consumptions = groupBy(diary.consumptions, ({ org }) => org.id);
  for (const { id } of tables.organizations) {
    const own = entries.get(id) ?? [];
    const balance = balances.get(id) ?? { allocation_left: 0, purchased_left: 0, owner: null };
    replayLedger(id, own, balance, findings);
    compareConsumption(id, own, consumptions.get(id) ?? [], findings);
    comparePurchases(id, own, reference, findings);
    compareAllocations(id, own, reference, findings);
    compareEnd(id, balance, reference, findings);
  }
}

function compareConsumption(
  orgId: string,
  entries: EntryRow[],
  asked: Consumption[],
  findings: Findings,
): void {
  const spent = new Map(
    entries.filter(({ kind }) => kind === 'consumption').map((entry) => [entry.cause, entry]),
  );
  for (const { key, amount, outcome, entryId } of asked) {
    const entry = spent.get(`consume:${key}`);
    spent.delete(`consume:${key}`);
    const taken = entry ? -(entry.allocation_delta + entry.purchased_delta) : 0;
    if (outcome === 'spent') {
      findings.same(entry?.id, entryId, SPENT_ONCE, orgId, `The entry of consumption ${key}`);
      findings.same(taken, amount, SPENT_ONCE, orgId, `What consumption ${key} took`);
    } else if (outcome === 'refused') {
      findings.same(taken, 0, SPENT_ONCE, orgId, `What consumption ${key}, which was refused, took`);
    }
  }
  findings.same(spent.size, 0, SPENT_ONCE, orgId, 'The number of consumptions that nobody asked for');
}

function comparePurchases(
  orgId: string,
  entries: EntryRow[],
  reference: Reference,
  findings: Findings,
): void {
  const bought = new Map(
    entries
      .filter(({ kind }) => kind === 'purchase')
      .map((entry) => [entry.payment_id, entry.purchased_delta]),
  );
  for (const payment of reference.packPayments(orgId)) {
    const { payment_id: id } = payment;
    findings.same(
      bought.get(id),
      reference.packCreditsOf(payment),
      LAW,
      orgId,
      `The credits bought by ${id}`,
    );
    bought.delete(id);
  }
  findings.same(bought.size, 0, LAW, orgId, 'The number of purchases that nobody paid for');
}

/**
 * Each allocation belongs to the trial or to a payment for the plan, and the period that runs now has had its own.
 * A period that had ended before the service could read it may have got none: it would be gone by now.
 */
function compareAllocations(
  orgId: string,
  entries: EntryRow[],
  reference: Reference,
  findings: Findings,
): void {
  const allocations = entries
    // What comes back of one that another subscription's had replaced is no other one.
    .filter(({ kind, cause }) => kind === 'allocation' && !cause.startsWith('again:'))
    .toSorted((a, b) => a.created_at.localeCompare(b.created_at));
  const trials = allocations.filter(({ payment_id }) => payment_id === null);
  findings.check(trials.length <= 1, LAW, orgId, () => `There are ${trials.length} allocations for a trial`);
  const payers = new Set<string>();
  for (const { cause, payment_id: id, subscription_id, period_start, allocation_delta } of allocations) {
    if (id === null) continue;
    const payment = reference.payments.get(id);
    const paidForIt =
      payment && payment.subscription_id === subscription_id && reference.planMinorOf(payment) > 0;
    findings.check(Boolean(paidForIt), LAW, orgId, () => `${cause}: ${id} did not pay for it`);
    // The period before may have been taken for paid by it, as long as the one that it began was not known, and the
    // plan before, as long as the change was not: it pays for one plan's credits once.
    const beganIt = payment?.created_at === period_start;
    const share = `${id} of ${allocation_delta}`;
    findings.check(beganIt || !payers.has(share), LAW, orgId, () => `${id} has paid for two allocations`);
    payers.add(share);
  }
  compareRunning(orgId, allocations, trials.length > 0, reference, findings);
}

function compareRunning(
  orgId: string,
  allocations: EntryRow[],
  hadTrial: boolean,
  reference: Reference,
  findings: Findings,
): void {
  const current = reference.currentOf(orgId);
  if (current?.status !== 'active') return;
  if (reference.isTrialing(current)) {
    findings.check(hadTrial, LAW, orgId, () => `The trial of ${current.subscription_id} brought no credits`);
  }
  if (!reference.hasPaidPeriod(current.subscription_id)) return;
  const last = allocations
    .filter(({ subscription_id }) => subscription_id === current.subscription_id)
    .toReversed()
    .toSorted((a, b) => (b.period_start ?? '').localeCompare(a.period_start ?? ''))[0];
  const what = `The running period of ${current.subscription_id}`;
  findings.same(
    last?.period_start,
    current.previous_billing_date,
    LAW,
    orgId,
    `${what}: the last allocation's start`,
  );
  if (last?.period_start !== current.previous_billing_date || reference.hasPlanOfNextPeriod(current)) return;
  const plan = planOfProduct(current.product_id);
  findings.same(last.allocation_delta, plan?.monthlyCredits, LAW, orgId, `${what}: its credits`);
}

/** What is left of an allocation ends with its subscription. */
function compareEnd(
  orgId: string,
  balance: { allocation_left: number; owner: string | null },
  reference: Reference,
  findings: Findings,
): void {
  const owner = reference.subscriptions.get(balance.owner ?? '');
  if (owner?.status !== 'cancelled' && owner?.status !== 'expired') return;
  findings.same(
    balance.allocation_left,
    0,
    LAW,
    orgId,
    `What is left of ${owner.subscription_id}, which has ended,`,
  );
}
