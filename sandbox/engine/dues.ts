import type { Decline } from '../cards';
import type { Context } from '../context';
import type { PaymentMethod } from '../model/customers';
import type { Payment } from '../model/payments';
import type { Subscription } from '../model/subscriptions';
import { IN_ORDER, renewalDraft } from './billing-cycle';
import { emitPayment, emitSubscription } from './events';
import { savePayment } from './payments';
import { nextPeriod } from './subscriptions';

const OWING = new Set(['on_hold', 'past_due']);

export const owes = ({ status }: Subscription): boolean => OWING.has(status);

/** What has to be paid before the subscription goes on: the charge that failed last. */
export function duesDraft(ctx: Context, subscription: Subscription) {
  const id = subscription.subscription_id;
  const failed = ctx.store.payments
    .newest((payment) => payment.status === 'failed' && payment.subscription_ids.includes(id))
    .find((payment) => payment.reason !== 'charge');
  const draft = renewalDraft(ctx, subscription);
  return {
    ...draft,
    ...(failed && { lines: failed.lines, total_amount: failed.total_amount, invoice_id: failed.invoice_id }),
    reason: 'dues' as const,
    is_update_payment_method: true,
  };
}

/**
 * Puts a payment method behind a subscription. Where something is owed it is charged first, and a
 * refusal leaves everything as it was.
 */
export function attachMethod(
  ctx: Context,
  subscription: Subscription,
  method: PaymentMethod,
  decline: Decline | null,
  paymentId: string | null = null,
): Payment | null {
  if (!owes(subscription)) {
    emitSubscription(ctx, attach(ctx, subscription, method), 'update_payment_method');
    return null;
  }
  const payment = savePayment(ctx, {
    ...duesDraft(ctx, subscription),
    ...(paymentId !== null && { payment_id: paymentId }),
    status: decline ? 'failed' : 'succeeded',
    payment_method_id: decline ? subscription.payment_method_id : method.payment_method_id,
    card: method.card,
    decline,
  });
  emitPayment(ctx, decline ? 'failed' : 'succeeded', payment);
  if (!decline) recover(ctx, attach(ctx, subscription, method));
  return payment;
}

function attach(ctx: Context, subscription: Subscription, method: PaymentMethod): Subscription {
  ctx.store.paymentMethods.update(method.payment_method_id, { last_used_at: ctx.clock.iso() });
  return ctx.store.subscriptions.update(subscription.subscription_id, {
    payment_method_id: method.payment_method_id,
  });
}

/** A period that has not ended yet was only unpaid; one that has is followed by the next. */
function recover(ctx: Context, subscription: Subscription): void {
  const ended = subscription.next_billing_date <= ctx.clock.iso();
  const active = ctx.store.subscriptions.update(subscription.subscription_id, {
    ...IN_ORDER,
    ...(ended && nextPeriod(ctx, subscription)),
  });
  emitSubscription(ctx, active, 'update_payment_method', 'active');
}
