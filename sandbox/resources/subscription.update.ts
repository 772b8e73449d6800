import { z } from 'zod';
import type { Context } from '../context';
import { cancel } from '../engine/billing-cycle';
import { emitSubscription } from '../engine/events';
import { pause, resume } from '../engine/pause';
import { addInterval } from '../engine/periods';
import { ApiError } from '../errors';
import { billingAddress, metadata, parseBody, periodCount, queryInstant } from '../http/validation';
import type { Subscription } from '../model/subscriptions';
import { CANCELLATION_FEEDBACK, SUBSCRIPTION_STATUSES, TIME_INTERVALS } from '../reference';

const CANCEL_REASONS = [
  'cancelled_by_customer',
  'cancelled_by_merchant',
  'cancelled_by_merchant_send_dunning',
  'cancelled_by_merchant_grace_period_expired',
  'dodo_team',
] as const;

const creditCart = z.array(z.looseObject({ credit_entitlement_id: z.string().min(1) }));

const updateRequest = z.object({
  billing: billingAddress.nullish(),
  cancel_at_next_billing_date: z.boolean().nullish(),
  cancel_reason: z.enum(CANCEL_REASONS).nullish(),
  cancellation_comment: z.string().nullish(),
  cancellation_feedback: z.enum(CANCELLATION_FEEDBACK as [string, ...string[]]).nullish(),
  credit_entitlement_cart: creditCart.nullish(),
  customer_business_name: z.string().nullish(),
  customer_name: z.string().nullish(),
  disable_on_demand: z.object({ next_billing_date: queryInstant }).nullish(),
  metadata: metadata.nullish(),
  next_billing_date: queryInstant.nullish(),
  pause: z.boolean().nullish(),
  status: z.enum(SUBSCRIPTION_STATUSES).nullish(),
  subscription_period_count: periodCount.nullish(),
  subscription_period_interval: z.enum(TIME_INTERVALS).nullish(),
  tax_id: z.string().nullish(),
});

type UpdateRequest = z.output<typeof updateRequest>;

const ENDED = new Set(['cancelled', 'expired', 'failed']);

export function updateSubscription(ctx: Context, subscription: Subscription, body: unknown): Subscription {
  const request = parseBody(updateRequest, body);
  if (request.pause != null) {
    throw ApiError.invalidParameters(
      'pause was removed: use status "paused" to pause and "active" to resume',
    );
  }
  if (ENDED.has(subscription.status)) {
    throw ApiError.refused('SUBSCRIPTION_INACTIVE', 'Subscription is not active');
  }
  if (request.status === 'paused' || request.status === 'active')
    return switchOnOrOff(ctx, subscription, request);
  if (request.status && request.status !== 'cancelled') {
    throw ApiError.invalidParameters(`status: a subscription cannot be set to ${request.status}`);
  }
  const patch = patchOf(ctx, subscription, request);
  if (request.customer_name)
    ctx.store.customers.update(subscription.customer_id, { name: request.customer_name });
  const updated = ctx.store.subscriptions.update(subscription.subscription_id, patch);
  if (request.status === 'cancelled') cancel(ctx, updated);
  else emitSubscription(ctx, updated);
  return ctx.store.subscriptions.get(subscription.subscription_id) ?? updated;
}

function switchOnOrOff(ctx: Context, subscription: Subscription, request: UpdateRequest): Subscription {
  const others = Object.entries(request).filter(([name, value]) => name !== 'status' && value !== undefined);
  if (others.length > 0) {
    throw ApiError.invalidParameters(
      `status ${request.status} has to be sent alone, without ${others[0]?.[0]}`,
    );
  }
  return request.status === 'paused' ? pause(ctx, subscription) : resume(ctx, subscription);
}

function patchOf(ctx: Context, subscription: Subscription, request: UpdateRequest): Partial<Subscription> {
  const { billing, metadata: pairs, cancel_at_next_billing_date } = request;
  return {
    ...(billing && { billing }),
    ...(pairs && { metadata: pairs }),
    ...(request.tax_id !== undefined && { tax_id: request.tax_id }),
    ...(request.customer_business_name !== undefined && {
      customer_business_name: request.customer_business_name,
    }),
    ...(cancel_at_next_billing_date != null && { cancel_at_next_billing_date }),
    ...cancellationOf(subscription, request),
    ...nextDateOf(ctx, subscription, request),
    ...onDemandOf(ctx, subscription, request),
    ...periodOf(subscription, request),
  };
}

function cancellationOf(subscription: Subscription, request: UpdateRequest): Partial<Subscription> {
  const { cancellation_feedback, cancellation_comment } = request;
  if (request.cancel_at_next_billing_date === false)
    return { cancellation_feedback: null, cancellation_comment: null };
  if (cancellation_feedback == null && cancellation_comment == null) return {};
  const cancelling =
    request.status === 'cancelled' ||
    (request.cancel_at_next_billing_date ?? subscription.cancel_at_next_billing_date);
  if (!cancelling)
    throw ApiError.invalidParameters('cancellation_feedback and cancellation_comment are for cancelling');
  return {
    ...(cancellation_feedback != null && { cancellation_feedback }),
    ...(cancellation_comment != null && { cancellation_comment }),
  };
}

/** A billing date set by hand becomes the one all later dates are counted from. */
function nextDateOf(
  ctx: Context,
  subscription: Subscription,
  { next_billing_date }: UpdateRequest,
): Partial<Subscription> {
  if (next_billing_date == null) return {};
  if (subscription.on_demand) {
    throw ApiError.invalidParameters('next_billing_date: an on-demand subscription has no billing date');
  }
  return movedTo(ctx, subscription, next_billing_date);
}

function movedTo(ctx: Context, subscription: Subscription, date: string): Partial<Subscription> {
  if (date <= ctx.clock.iso())
    throw ApiError.invalidParameters('Cannot change next_billing_date to past time');
  return {
    next_billing_date: date,
    billing_anchor: date,
    billing_cycle: 0,
    trial_ends_at: subscription.trial_ends_at && date,
    scheduled_change: subscription.scheduled_change && {
      ...subscription.scheduled_change,
      effective_at: date,
    },
  };
}

function onDemandOf(
  ctx: Context,
  subscription: Subscription,
  { disable_on_demand }: UpdateRequest,
): Partial<Subscription> {
  if (!disable_on_demand) return {};
  if (!subscription.on_demand) {
    throw ApiError.refused('SUBSCRIPTION_NOT_ON_DEMAND', 'Subscription is already not on demand');
  }
  return { on_demand: false, ...movedTo(ctx, subscription, disable_on_demand.next_billing_date) };
}

/** The term can be made longer, never shorter. */
function periodOf(subscription: Subscription, request: UpdateRequest): Partial<Subscription> {
  const count = request.subscription_period_count ?? subscription.subscription_period_count;
  const interval = request.subscription_period_interval ?? subscription.subscription_period_interval;
  if (
    count === subscription.subscription_period_count &&
    interval === subscription.subscription_period_interval
  )
    return {};
  const start = new Date(subscription.created_at);
  const before = addInterval(
    start,
    subscription.subscription_period_interval,
    subscription.subscription_period_count,
  );
  const after = addInterval(start, interval, count);
  if (after < before) throw ApiError.invalidParameters('The subscription period can only be extended');
  const gained = after.getTime() - before.getTime();
  return {
    subscription_period_count: count,
    subscription_period_interval: interval,
    expires_at: new Date(Date.parse(subscription.expires_at) + gained).toISOString(),
  };
}
