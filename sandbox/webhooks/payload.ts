import { BUSINESS_ID, type Context } from '../context';
import type { Event } from '../model/webhooks';
import { viewDispute } from '../resources/dispute.view';
import { viewPayment } from '../resources/payment.view';
import { viewRefund } from '../resources/refund.view';
import { viewSubscription } from '../resources/subscription.view';

/** The body of one delivery attempt: the event, with its subject as it is now. Null when the subject is gone. */
export function eventBody(ctx: Context, event: Event): string | null {
  const data = subjectNow(ctx, event);
  if (!data) return null;
  return JSON.stringify({
    business_id: BUSINESS_ID,
    type: event.type,
    timestamp: event.timestamp,
    data: { payload_type: event.subject.kind, ...data },
  });
}

function subjectNow(ctx: Context, { subject }: Event): object | null {
  if (subject.kind === 'Payment') {
    const payment = ctx.store.payments.get(subject.id);
    return payment ? viewPayment(ctx, payment) : null;
  }
  if (subject.kind === 'Refund') {
    const refund = ctx.store.refunds.get(subject.id);
    return refund ? viewRefund(ctx, refund) : null;
  }
  if (subject.kind === 'Dispute') {
    const dispute = ctx.store.disputes.get(subject.id);
    return dispute ? viewDispute(ctx, dispute) : null;
  }
  const subscription = ctx.store.subscriptions.get(subject.id);
  if (!subscription) return null;
  return { ...viewSubscription(ctx, subscription), past_due_ends_at: subscription.past_due_ends_at };
}
