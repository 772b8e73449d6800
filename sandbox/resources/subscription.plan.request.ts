import { z } from 'zod';
import type { Context } from '../context';
import { isOpen } from '../engine/links';
import { isRecurring } from '../engine/quote';
import { ApiError } from '../errors';
import { metadata, text } from '../http/validation';
import type { Product } from '../model/products';
import type { PlanChange, Subscription } from '../model/subscriptions';
import { refuseAddons, refuseDiscounts } from './checkout.request';
import { getProduct } from './products';

export const planRequest = z.object({
  product_id: text,
  proration_billing_mode: z.enum([
    'prorated_immediately',
    'full_immediately',
    'difference_immediately',
    'do_not_bill',
  ]),
  quantity: z.number().int(),
  adaptive_currency_fees_inclusive: z.boolean().nullish(),
  addons: z.array(z.object({ addon_id: text, quantity: z.number().int() })).nullish(),
  cancel_scheduled_change_plan: z.boolean().default(false),
  collect_via_payment_link: z.boolean().default(false),
  discount_code: z.string().nullish(),
  discount_codes: z.array(z.string()).max(20).nullish(),
  effective_at: z.enum(['immediately', 'next_billing_date']).default('immediately'),
  metadata: metadata.nullish(),
  on_payment_failure: z.enum(['prevent_change', 'apply_change']).nullish(),
});

export type PlanRequest = z.output<typeof planRequest>;

export function checkedChange(ctx: Context, subscription: Subscription, request: PlanRequest): PlanChange {
  refuseStateOf(subscription);
  const product = getProduct(ctx, request.product_id);
  refuseProduct(subscription, product, request);
  refusePending(ctx, subscription, request);
  refuseDiscounts(request);
  refuseAddons(request.addons);
  return {
    product_id: product.product_id,
    quantity: request.quantity,
    proration_billing_mode: request.proration_billing_mode,
    metadata: request.metadata ?? null,
  };
}

function refuseStateOf(subscription: Subscription): void {
  if (subscription.on_demand) {
    throw ApiError.refused(
      'ON_DEMAND_PLAN_CHANGE_NOT_SUPPORTED',
      'Changing plans is not supported for on demand subscriptions',
    );
  }
  if (subscription.status !== 'active') {
    throw ApiError.refused(
      'INACTIVE_SUBSCRIPTION_PLAN_CHANGE_NOT_SUPPORTED',
      'Changing plans is not supported for inactive subscriptions',
    );
  }
  if (subscription.cancel_at_next_billing_date) {
    throw ApiError.refused(
      'PLAN_CHANGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION',
      'Subscription scheduled for cancellation',
    );
  }
}

function refuseProduct(subscription: Subscription, product: Product, request: PlanRequest): void {
  if (request.quantity < 1) throw ApiError.invalidBody('quantity: must be at least 1');
  if (product.archived)
    throw ApiError.refused('PRODUCT_IS_DELETED', `Product ${product.product_id} is archived`);
  if (!isRecurring(product)) throw ApiError.invalidParameters('product_id: not a subscription product');
  if (product.price.currency !== subscription.currency) {
    throw ApiError.refused('UNSUPPORTED_CURRENCY', `The subscription is billed in ${subscription.currency}`);
  }
  if (request.effective_at === 'next_billing_date' && request.proration_billing_mode !== 'full_immediately') {
    throw ApiError.refused(
      'INVALID_PRORATION_MODE_WITH_NEXT_BILLING_DATE',
      'Only full_immediately proration mode is allowed with effective_at: next_billing_date',
    );
  }
  const linkable = request.effective_at === 'immediately' && request.on_payment_failure === 'prevent_change';
  if (request.collect_via_payment_link && !linkable) {
    throw ApiError.invalidParameters(
      'collect_via_payment_link: needs effective_at immediately and on_payment_failure prevent_change',
    );
  }
}

function refusePending(ctx: Context, subscription: Subscription, request: PlanRequest): void {
  const pending = ctx.store.links
    .newest((link) => link.subscription_id === subscription.subscription_id && link.plan_change !== null)
    .some((link) => isOpen(ctx, link));
  if (pending) {
    throw ApiError.conflict(
      'PENDING_PLAN_CHANGE_EXISTS',
      'A pending plan change already exists for this subscription. Please wait for the current payment to complete.',
    );
  }
  if (!subscription.scheduled_change || request.cancel_scheduled_change_plan) return;
  throw ApiError.conflict(
    'SCHEDULED_PLAN_CHANGE_EXISTS',
    'A scheduled plan change already exists for this subscription. Please cancel the existing scheduled change before creating a new one.',
  );
}
