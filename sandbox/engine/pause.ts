import type { Context } from '../context';
import { ApiError } from '../errors';
import type { Subscription } from '../model/subscriptions';
import { emitSubscription } from './events';

export function pause(ctx: Context, subscription: Subscription): Subscription {
  if (subscription.status !== 'active') {
    throw ApiError.refused('SUBSCRIPTION_INACTIVE', 'Only an active subscription can be paused');
  }
  const paused = ctx.store.subscriptions.update(subscription.subscription_id, {
    status: 'paused',
    paused_at: ctx.clock.iso(),
  });
  emitSubscription(ctx, paused, 'paused');
  return paused;
}

/** Time spent paused is given back: the next billing date and the end of the term move by it. */
export function resume(ctx: Context, subscription: Subscription): Subscription {
  if (subscription.status !== 'paused' || subscription.paused_at === null) {
    throw ApiError.refused('SUBSCRIPTION_INACTIVE', 'Only a paused subscription can be resumed');
  }
  const pausedMs = ctx.clock.now() - Date.parse(subscription.paused_at);
  const later = (moment: string): string => new Date(Date.parse(moment) + pausedMs).toISOString();
  const { scheduled_change: change, trial_ends_at } = subscription;
  const next_billing_date = later(subscription.next_billing_date);
  const resumed = ctx.store.subscriptions.update(subscription.subscription_id, {
    status: 'active',
    paused_at: null,
    next_billing_date,
    billing_anchor: next_billing_date,
    billing_cycle: 0,
    expires_at: later(subscription.expires_at),
    trial_ends_at: trial_ends_at && later(trial_ends_at),
    scheduled_change: change && { ...change, effective_at: next_billing_date },
  });
  emitSubscription(ctx, resumed, 'unpaused');
  return resumed;
}
