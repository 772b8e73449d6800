import type { Context } from '../context';
import { emitSubscription } from '../engine/events';
import { linkUrl, openLink } from '../engine/links';
import { askBankAgain, savePayment } from '../engine/payments';
import { changePlan, chargeDraft, quotePlanChange } from '../engine/plan-change';
import { ApiError } from '../errors';
import { parseBody } from '../http/validation';
import { newClientSecret, newId } from '../ids';
import type { PlanChange, Subscription } from '../model/subscriptions';
import { checkedChange, planRequest, type PlanRequest } from './subscription.plan.request';

const NOTHING_TO_PAY = { payment_id: null, payment_link: null, client_secret: null, expires_on: null };

/** POST /subscriptions/{id}/change-plan */
export function changeSubscriptionPlan(ctx: Context, subscription: Subscription, body: unknown) {
  const request = parseBody(planRequest, body);
  const change = checkedChange(ctx, subscription, request);
  if (request.effective_at === 'next_billing_date') return schedule(ctx, subscription, change);
  if (request.collect_via_payment_link) return collectViaLink(ctx, subscription, change, request);
  const method = ctx.store.paymentMethods.get(subscription.payment_method_id ?? '');
  const { decline } = askBankAgain(method);
  const charge = { decline, card: method?.card ?? null, payment_method_id: subscription.payment_method_id };
  changePlan(ctx, subscription, change, charge, request.on_payment_failure ?? 'apply_change');
  return NOTHING_TO_PAY;
}

/** DELETE /subscriptions/{id}/change-plan/scheduled */
export function cancelScheduledChange(ctx: Context, subscription: Subscription): void {
  if (!subscription.scheduled_change) {
    throw new ApiError(
      404,
      'SCHEDULED_PLAN_CHANGE_NOT_FOUND',
      'No scheduled plan change found for this subscription.',
    );
  }
  const updated = ctx.store.subscriptions.update(subscription.subscription_id, { scheduled_change: null });
  emitSubscription(ctx, updated);
}

function schedule(ctx: Context, subscription: Subscription, { product_id, quantity }: PlanChange) {
  const updated = ctx.store.subscriptions.update(subscription.subscription_id, {
    scheduled_change: {
      id: newId('spc'),
      product_id,
      quantity,
      effective_at: subscription.next_billing_date,
      created_at: ctx.clock.iso(),
    },
  });
  emitSubscription(ctx, updated);
  return NOTHING_TO_PAY;
}

function collectViaLink(ctx: Context, subscription: Subscription, change: PlanChange, request: PlanRequest) {
  const quote = quotePlanChange(ctx, subscription, change);
  if (quote.total === 0) {
    changePlan(
      ctx,
      subscription,
      change,
      { decline: null, card: null, payment_method_id: null },
      'prevent_change',
    );
    return NOTHING_TO_PAY;
  }
  const draft = chargeDraft(subscription, change, quote);
  const payment = savePayment(ctx, { ...draft, status: 'requires_payment_method' });
  const link = openLink(ctx, {
    purpose: 'plan_change',
    customer_id: subscription.customer_id,
    subscription_id: subscription.subscription_id,
    payment_id: payment.payment_id,
    plan_change: { ...change, metadata: request.metadata ?? null },
  });
  return {
    payment_id: payment.payment_id,
    payment_link: linkUrl(ctx, link),
    client_secret: newClientSecret(),
    expires_on: link.expires_at,
  };
}
