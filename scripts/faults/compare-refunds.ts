import type { BookPayment, BookRefund, Books } from './books';
import { FEE_PRODUCT } from './catalogue';
import { groupBy } from './group-by';
import type { Reference } from './reference';
import type { RefundRow, Tables } from './tables';
import type { Findings } from './violation';

const LAW = 'The fee comes back once';

/**
 * Every fee that was paid has one refund at Dodo that has not failed, and one row here, which agree; nothing else was
 * ever refunded. Those that failed gave nothing back, and are asked for again.
 */
export function compareRefunds(books: Books, tables: Tables, reference: Reference, findings: Findings): void {
  const atDodo = groupBy(books.refunds, ({ payment_id }) => payment_id);
  const ours = groupBy(tables.refunds, ({ payment_id }) => payment_id);
  for (const payment of books.payments) {
    const made = atDodo.get(payment.payment_id) ?? [];
    const rows = ours.get(payment.payment_id) ?? [];
    const orgId = reference.orgOf(payment.customer.customer_id);
    if (reference.feeLinesOf(payment).length > 0) {
      compareFee(payment, made, rows, orgId, reference, findings);
    } else {
      const about = `payment ${payment.payment_id}, which carries no fee`;
      findings.same(made.length, 0, LAW, orgId, `The number of refunds of ${about},`);
      findings.same(rows.length, 0, LAW, orgId, `The number of rows for ${about},`);
    }
  }
  for (const row of tables.refunds) {
    const isKnown = reference.payments.has(row.payment_id);
    findings.check(
      isKnown,
      LAW,
      row.org_id,
      () => `Refund ${row.id} is for a payment that Dodo does not have`,
    );
  }
}

function compareFee(
  payment: BookPayment,
  made: BookRefund[],
  rows: RefundRow[],
  orgId: string,
  reference: Reference,
  findings: Findings,
): void {
  const { payment_id: id } = payment;
  const fee = reference.feeLinesOf(payment).reduce((sum, line) => sum + line.amount, 0);
  const alive = made.filter(({ status }) => status !== 'failed');
  findings.same(alive.length, 1, LAW, orgId, `The number of refunds of ${id} at Dodo that have not failed`);
  findings.same(rows.length, 1, LAW, orgId, `The number of rows for the refund of ${id}`);
  for (const refund of made) {
    const what = `Refund ${refund.refund_id} of ${id}`;
    findings.same(refund.amount, fee, LAW, orgId, `${what}: its amount`);
    const lines = refund.items.map(({ item_id }) => item_id).join();
    findings.same(lines, FEE_PRODUCT, LAW, orgId, `${what}: its lines`);
  }
  const [refund] = alive;
  for (const row of rows) {
    const what = `Row ${row.id} for the refund of ${id}`;
    findings.same(row.org_id, orgId, 'Tenants never meet', orgId, `${what}: its organization`);
    findings.same(row.state, refund?.status, LAW, orgId, `${what}: its state`);
    findings.same(row.refund_id, refund?.refund_id, LAW, orgId, `${what}: its refund at Dodo`);
    findings.same(row.amount, refund?.amount, LAW, orgId, `${what}: its amount`);
  }
}
