import type { BookPayment, BookSubscription, Books } from './books';
import type { Reference } from './reference';
import type { PaymentRow, SubscriptionRow, Tables } from './tables';
import type { Findings } from './violation';

const TRUTH = 'Our state is Dodo’s';
const TENANTS = 'Tenants never meet';
const ROW_FIRST = 'Row first, call second';

/** Subscriptions, payments, checkouts and the organizations' status: all there, and as Dodo has them. */
export function compareBilling(books: Books, tables: Tables, reference: Reference, findings: Findings): void {
  const subscriptions = new Map(tables.subscriptions.map((row) => [row.id, row]));
  for (const subscription of books.subscriptions) {
    const orgId = reference.orgOf(subscription.customer_id);
    compareSubscription(subscription, subscriptions.get(subscription.subscription_id), orgId, findings);
  }
  const payments = new Map(tables.payments.map((row) => [row.id, row]));
  for (const payment of books.payments) {
    const row = payments.get(payment.payment_id);
    if (row || reference.mustBeKnown(payment)) comparePayment(payment, row, reference, findings);
  }
  for (const { id, billing_status } of tables.organizations) {
    findings.same(billing_status, reference.billingStatusOf(id), TRUTH, id, 'The billing status');
  }
  compareCheckouts(books, tables, findings);
}

function compareSubscription(
  there: BookSubscription,
  here: SubscriptionRow | undefined,
  orgId: string,
  findings: Findings,
): void {
  const what = `Subscription ${there.subscription_id}`;
  findings.check(here !== undefined, TRUTH, orgId, () => `${what} (${there.status}) is not known`);
  if (!here) return;
  findings.same(here.org_id, orgId, TENANTS, orgId, `${what}: its organization`);
  const pairs = {
    status: [here.status, there.status],
    product: [here.product_id, there.product_id],
    'period start': [here.period_start, there.previous_billing_date],
    'period end': [here.period_end, there.next_billing_date],
    'cancellation flag': [here.cancel_at_period_end, there.cancel_at_next_billing_date],
    'cancellation date': [here.cancelled_at, there.cancelled_at],
    'scheduled product': [here.pending_product_id, there.scheduled_change?.product_id ?? null],
  };
  for (const [field, [found, expected]] of Object.entries(pairs)) {
    findings.same(found, expected, TRUTH, orgId, `${what}: its ${field}`);
  }
}

/** Dodo has more words for a payment than matter here: what has not ended is under way. */
const statusWord = (status: string): string =>
  ['succeeded', 'failed', 'cancelled'].includes(status) ? status : 'processing';

function comparePayment(
  there: BookPayment,
  here: PaymentRow | undefined,
  reference: Reference,
  findings: Findings,
): void {
  const orgId = reference.orgOf(there.customer.customer_id);
  const what = `Payment ${there.payment_id}`;
  findings.check(here !== undefined, TRUTH, orgId, () => `${what} (${there.status}) is not known`);
  if (!here) return;
  findings.same(here.org_id, orgId, TENANTS, orgId, `${what}: its organization`);
  const lines = reference.feeLinesOf(there);
  const fee = lines.length > 0 ? lines.reduce((sum, line) => sum + line.amount, 0) : null;
  const pairs = {
    status: [here.status, statusWord(there.status)],
    total: [here.total, there.total_amount],
    currency: [here.currency, there.currency],
    subscription: [here.subscription_id, there.subscription_id],
    'setup fee': [here.fee, fee],
    disputes: [disputesHere(here), reference.disputesOf(there)],
  };
  for (const [field, [found, expected]] of Object.entries(pairs)) {
    findings.same(found, expected, TRUTH, orgId, `${what}: its ${field}`);
  }
}

function disputesHere({ disputes }: PaymentRow): string {
  return disputes
    .map(({ id, status }) => `${id} ${status}`)
    .toSorted()
    .join(', ');
}

/** A session that Dodo has comes from a row of ours, and one that was paid is complete. */
function compareCheckouts(books: Books, tables: Tables, findings: Findings): void {
  const rows = new Map(tables.checkouts.map((row) => [row.id, row]));
  const sessions = new Set(books.checkouts.map(({ session_id }) => session_id));
  for (const { session_id, metadata, consumed_at, last_payment_id } of books.checkouts) {
    const orgId = metadata.org_id ?? null;
    const row = rows.get(metadata.checkout_id ?? '');
    findings.check(
      row?.org_id === orgId,
      ROW_FIRST,
      orgId,
      () => `Session ${session_id} has no checkout here`,
    );
    if (!row || consumed_at === null) continue;
    const what = `Checkout ${row.id}, paid by ${last_payment_id}`;
    findings.same(row.status, 'completed', TRUTH, orgId, `${what}: its status`);
    findings.same(row.payment_id, last_payment_id, TRUTH, orgId, `${what}: its payment`);
  }
  for (const { id, org_id, session_id } of tables.checkouts) {
    const isKnown = session_id === null || sessions.has(session_id);
    findings.check(isKnown, TRUTH, org_id, () => `Checkout ${id} has a session that Dodo does not know`);
  }
}
