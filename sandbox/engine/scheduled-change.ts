import type { Context } from '../context';
import type { Subscription } from '../model/subscriptions';
import { emitSubscription } from './events';
import { unitAmountOf } from './quote';

/** Moves a subscription to the plan that was scheduled for this billing date, before that date's charge. */
export function applyScheduledChange(ctx: Context, subscription: Subscription): Subscription {
  const change = subscription.scheduled_change;
  if (!change) return subscription;
  const changed = ctx.store.subscriptions.update(subscription.subscription_id, {
    ...planFields(ctx, change.product_id, change.quantity),
    scheduled_change: null,
  });
  emitSubscription(ctx, changed, 'plan_changed');
  return changed;
}

/** The part of a subscription that its plan decides. */
export function planFields(ctx: Context, productId: string, quantity: number) {
  const product = ctx.store.products.get(productId);
  if (!product) throw new Error(`there is no product ${productId}`);
  const { price } = product;
  return {
    product_id: productId,
    quantity,
    recurring_pre_tax_amount: unitAmountOf(price) * quantity,
    tax_inclusive: price.tax_inclusive === true,
    payment_frequency_count: price.payment_frequency_count,
    payment_frequency_interval: price.payment_frequency_interval,
  };
}
