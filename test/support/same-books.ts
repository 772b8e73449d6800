import type { SandboxControl } from './sandbox-control';

type Query = (sql: string) => Promise<any[]>;

const byId = (rows: { id: string }[]) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/**
 * Our tables against the sandbox's books, whole; and that every fee has been
 * given back, once. `isOurs`: leaves out what is nobody's here.
 */
export async function expectSameBooks(
  sandbox: SandboxControl,
  query: Query,
  isOurs: (object: any) => boolean = () => true,
): Promise<void> {
  const all = await sandbox.books();
  const books = {
    subscriptions: all.subscriptions.filter(isOurs),
    payments: all.payments.filter(isOurs),
    refunds: all.refunds,
  };
  const subscriptions = books.subscriptions.map((it: any) => ({
    id: it.subscription_id,
    status: it.status,
    dodo_product_id: it.product_id,
    current_period_end: new Date(it.next_billing_date),
    cancel_at_period_end: it.cancel_at_next_billing_date,
    pending_product_id: it.scheduled_change?.product_id ?? null,
  }));
  expect(
    byId(
      await query(`SELECT dodo_subscription_id AS id, status, dodo_product_id, current_period_end, cancel_at_period_end,
                          pending_product_id FROM subscriptions`),
    ),
  ).toEqual(byId(subscriptions));
  const payments = books.payments.map(({ payment_id: id, status, disputes }) => ({
    id,
    status,
    disputes: disputes.map((it) => it.dispute_status.replace('dispute_', '')),
  }));
  expect(
    byId(
      await query(`SELECT dodo_payment_id AS id, status,
                          ARRAY(SELECT it->>'status' FROM jsonb_array_elements(disputes_at_dodo) AS it) AS disputes
                     FROM payments`),
    ),
  ).toEqual(byId(payments));

  const fees = books.payments.filter(
    (it: any) =>
      it.status === 'succeeded' &&
      it.line_items.some((line: { items_id: string }) => line.items_id === 'pdt_setup_fee'),
  );
  const given = books.refunds.filter(({ status }) => status === 'succeeded');
  expect(given.map((it) => it.payment_id).toSorted()).toEqual(fees.map((it) => it.payment_id).toSorted());
  const refunds = given.map((it) => ({ id: it.payment_id, ref: it.refund_id, state: 'succeeded' }));
  expect(
    byId(await query('SELECT dodo_payment_id AS id, dodo_refund_id AS ref, state FROM refunds')),
  ).toEqual(byId(refunds));
}
