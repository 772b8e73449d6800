import type { Context } from '../context';
import type { Payment, PaymentLine, Refund } from '../model/payments';

/** What was given back, and what still can be: always worked out from the refunds themselves. */

export function refundsOf(ctx: Context, paymentId: string): Refund[] {
  return ctx.store.refunds.group(paymentId);
}

/** Money promised to the customer counts as gone until the refund fails. */
const isTaken = (refund: Refund): boolean => refund.status !== 'failed';
const isSettled = (refund: Refund): boolean => refund.status === 'succeeded';

function sumOf(refunds: Refund[], itemId: string): number {
  return refunds
    .flatMap((refund) => refund.items)
    .filter((item) => item.item_id === itemId)
    .reduce((sum, item) => sum + item.amount, 0);
}

export function refundableOf(ctx: Context, payment: Payment, line: PaymentLine): number {
  if (payment.status !== 'succeeded' || line.prorated) return 0;
  return Math.max(0, line.amount - sumOf(refundsOf(ctx, payment.payment_id).filter(isTaken), line.item_id));
}

export function isFullyRefunded(ctx: Context, payment: Payment, line: PaymentLine): boolean {
  return (
    line.amount > 0 &&
    sumOf(refundsOf(ctx, payment.payment_id).filter(isSettled), line.item_id) >= line.amount
  );
}

export function refundedTotal(ctx: Context, payment: Payment): number {
  return refundsOf(ctx, payment.payment_id)
    .filter(isSettled)
    .reduce((sum, refund) => sum + refund.amount, 0);
}

export function refundStatusOf(ctx: Context, payment: Payment): 'partial' | 'full' | null {
  const refunded = refundedTotal(ctx, payment);
  if (refunded === 0) return null;
  return refunded >= payment.total_amount ? 'full' : 'partial';
}
