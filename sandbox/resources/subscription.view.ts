import { BRAND_ID, type Context } from '../context';
import type { Subscription } from '../model/subscriptions';
import { viewCustomerOf } from './customer.view';

function viewCommon(ctx: Context, subscription: Subscription) {
  const { subscription_id, product_id, quantity, status, metadata } = subscription;
  return {
    subscription_id,
    product_id,
    quantity,
    status,
    metadata,
    customer: viewCustomerOf(ctx, subscription.customer_id),
    billing: subscription.billing,
    currency: subscription.currency,
    ...viewRhythm(subscription),
    previous_billing_date: subscription.previous_billing_date,
    next_billing_date: subscription.next_billing_date,
    cancel_at_next_billing_date: subscription.cancel_at_next_billing_date,
    cancelled_at: subscription.cancelled_at,
    paused_at: subscription.paused_at,
    on_demand: subscription.on_demand,
    has_payment_method: subscription.payment_method_id !== null,
    payment_method_id: subscription.payment_method_id,
    scheduled_change: viewScheduledChange(ctx, subscription),
    discount_id: null,
    discount_cycles_remaining: null,
    tax_id: subscription.tax_id,
    customer_business_name: subscription.customer_business_name,
    created_at: subscription.created_at,
  };
}

function viewRhythm(subscription: Subscription) {
  return {
    recurring_pre_tax_amount: subscription.recurring_pre_tax_amount,
    tax_inclusive: subscription.tax_inclusive,
    trial_period_days: subscription.trial_period_days,
    trial_amount: subscription.trial_amount,
    payment_frequency_count: subscription.payment_frequency_count,
    payment_frequency_interval: subscription.payment_frequency_interval,
    subscription_period_count: subscription.subscription_period_count,
    subscription_period_interval: subscription.subscription_period_interval,
  };
}

/** Lists add the product's name, and leave out what belongs to the full object alone. */
export function viewSubscriptionItem(ctx: Context, subscription: Subscription) {
  const productName = ctx.store.products.get(subscription.product_id)?.name ?? null;
  return { ...viewCommon(ctx, subscription), product_name: productName, discounts: [] };
}

export function viewSubscription(ctx: Context, subscription: Subscription) {
  return {
    ...viewCommon(ctx, subscription),
    brand_id: BRAND_ID,
    expires_at: subscription.expires_at,
    cancellation_feedback: subscription.cancellation_feedback,
    cancellation_comment: subscription.cancellation_comment,
    addons: [],
    meters: [],
    credit_entitlement_cart: [],
    meter_credit_entitlement_cart: [],
    discounts: null,
    custom_field_responses: null,
  };
}

function viewScheduledChange(ctx: Context, { scheduled_change: change }: Subscription) {
  if (!change) return null;
  const product = ctx.store.products.get(change.product_id);
  return {
    ...change,
    addons: [],
    product_name: product?.name ?? null,
    product_description: product?.description ?? null,
  };
}
