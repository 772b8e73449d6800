import type { Context } from '../context';
import { ApiError } from '../errors';
import { newId } from '../ids';
import type { BillingAddress } from '../model/customers';
import type { Metadata, Product } from '../model/products';
import type { Subscription } from '../model/subscriptions';
import { addDays, addInterval, billingDate } from './periods';

export interface SubscriptionDraft {
  subscription_id?: string | null;
  status: 'active' | 'pending' | 'failed';
  product: Product;
  quantity: number;
  unitAmount: number;
  customer_id: string;
  billing: BillingAddress;
  trialDays: number;
  onDemand: boolean;
  payment_method_id: string | null;
  metadata: Metadata;
  tax_id: string | null;
  customer_business_name: string | null;
}

/** Begins a subscription now: in its trial, or in its first paid period. */
export function openSubscription(ctx: Context, draft: SubscriptionDraft): Subscription {
  const { price } = draft.product;
  return ctx.store.subscriptions.put({
    ...UNTOUCHED,
    subscription_id: draft.subscription_id ?? newId('sub'),
    status: draft.status,
    product_id: draft.product.product_id,
    quantity: draft.quantity,
    customer_id: draft.customer_id,
    billing: draft.billing,
    currency: price.currency,
    recurring_pre_tax_amount: draft.unitAmount * draft.quantity,
    tax_inclusive: price.tax_inclusive === true,
    trial_period_days: draft.trialDays,
    trial_amount: draft.trialDays > 0 ? price.trial_amount : null,
    payment_frequency_count: price.payment_frequency_count,
    payment_frequency_interval: price.payment_frequency_interval,
    subscription_period_count: price.subscription_period_count,
    subscription_period_interval: price.subscription_period_interval,
    ...firstPeriod(ctx, draft),
    on_demand: draft.onDemand,
    payment_method_id: draft.payment_method_id,
    metadata: ctx.switches.current.subscriptionMetadata ? draft.metadata : {},
    tax_id: draft.tax_id,
    customer_business_name: draft.customer_business_name,
    created_at: ctx.clock.iso(),
  });
}

/** What only time and later calls change. */
const UNTOUCHED = {
  cancelled_at: null,
  cancel_at_next_billing_date: false,
  cancellation_feedback: null,
  cancellation_comment: null,
  paused_at: null,
  past_due_ends_at: null,
  scheduled_change: null,
  pending_payment_id: null,
  retry_attempt: 0,
  retry_at: null,
  credit: 0,
} as const;

export function getSubscription(ctx: Context, id: string): Subscription {
  const subscription = ctx.store.subscriptions.get(id);
  if (!subscription) throw ApiError.notFound('Subscription', id);
  return subscription;
}

/** The dates of the period after the current one: the first that has not passed yet. */
export function nextPeriod(ctx: Context, subscription: Subscription) {
  const now = ctx.clock.iso();
  let cycle = subscription.billing_cycle + 1;
  while (billingDate(subscription, cycle) <= now) cycle += 1;
  const skipped = cycle > subscription.billing_cycle + 1;
  return {
    previous_billing_date: skipped ? billingDate(subscription, cycle - 1) : subscription.next_billing_date,
    next_billing_date: billingDate(subscription, cycle),
    billing_cycle: cycle,
  };
}

/** A billing cycle that starts over now. */
export function freshPeriod(ctx: Context, subscription: Subscription) {
  const billing_anchor = ctx.clock.iso();
  return {
    billing_anchor,
    billing_cycle: 1,
    previous_billing_date: billing_anchor,
    next_billing_date: billingDate({ ...subscription, billing_anchor }, 1),
    trial_ends_at: null,
  };
}

function firstPeriod(ctx: Context, { product: { price }, trialDays }: SubscriptionDraft) {
  const start = new Date(ctx.clock.now());
  const paidFrom = trialDays > 0 ? addDays(start, trialDays) : start;
  const cycle = trialDays > 0 ? 0 : 1;
  const billing = { ...price, billing_anchor: paidFrom.toISOString() };
  return {
    billing_anchor: billing.billing_anchor,
    billing_cycle: cycle,
    previous_billing_date: start.toISOString(),
    next_billing_date: billingDate(billing, cycle),
    expires_at: addInterval(
      paidFrom,
      price.subscription_period_interval,
      price.subscription_period_count,
    ).toISOString(),
    trial_ends_at: trialDays > 0 ? paidFrom.toISOString() : null,
  };
}
