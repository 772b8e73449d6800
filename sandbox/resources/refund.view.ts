import { BRAND_ID, BUSINESS_ID, type Context } from '../context';
import type { Refund } from '../model/payments';
import { viewCustomerOf } from './customer.view';

/** A refund as lists and payments carry it: without customer, brand and metadata. */
export function viewRefundItem(refund: Refund) {
  return {
    refund_id: refund.refund_id,
    payment_id: refund.payment_id,
    business_id: BUSINESS_ID,
    status: refund.status,
    amount: refund.amount,
    currency: refund.currency,
    is_partial: refund.is_partial,
    reason: refund.reason,
    created_at: refund.created_at,
  };
}

export function viewRefund(ctx: Context, refund: Refund) {
  const customerId = ctx.store.payments.get(refund.payment_id)?.customer_id ?? '';
  return {
    ...viewRefundItem(refund),
    brand_id: BRAND_ID,
    metadata: refund.metadata,
    customer: viewCustomerOf(ctx, customerId),
  };
}
