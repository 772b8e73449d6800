import { BRAND_ID, BUSINESS_ID, type Context } from '../context';
import type { Dispute } from '../model/disputes';
import { viewCustomerOf } from './customer.view';

function viewCommon(dispute: Dispute) {
  return {
    dispute_id: dispute.dispute_id,
    payment_id: dispute.payment_id,
    business_id: BUSINESS_ID,
    amount: String(dispute.amount),
    currency: dispute.currency,
    dispute_status: dispute.dispute_status,
    dispute_stage: dispute.dispute_stage,
    is_resolved_by_rdr: null,
    created_at: dispute.created_at,
  };
}

/** As payments carry it. */
export function viewDisputeOfPayment(dispute: Dispute) {
  return { ...viewCommon(dispute), remarks: dispute.remarks };
}

/** As lists carry it: without customer, brand and what was said. */
export function viewDisputeItem(dispute: Dispute) {
  return { ...viewCommon(dispute), payment_provider: 'dodo' };
}

export function viewDispute(ctx: Context, dispute: Dispute) {
  const customerId = ctx.store.payments.get(dispute.payment_id)?.customer_id ?? '';
  return {
    ...viewDisputeItem(dispute),
    brand_id: BRAND_ID,
    customer: viewCustomerOf(ctx, customerId),
    reason: dispute.reason,
    remarks: dispute.remarks,
  };
}
