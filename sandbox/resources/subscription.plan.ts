import { z } from 'zod';
import { askBankAgain, savePayment } from '../engine/payments';
import type { Context } from '../context';
import { emitSubscription } from '../engine/events';
import { isOpen, linkUrl, openLink } from '../engine/links';
import { changePlan, chargeDraft, quotePlanChange, type PlanChangeQuote } from '../engine/plan-change';
import { isRecurring, unitAmountOf } from '../engine/quote';
import { planFields } from '../engine/scheduled-change';
import { freshPeriod } from '../engine/subscriptions';
import { ApiError } from '../errors';
import { metadata, parseBody, text } from '../http/validation';
import { newClientSecret, newId } from '../ids';
import type { PlanChange, Product, Subscription } from '../model';
import { refuseDiscounts } from './payment.create';
import { getProduct } from './products';
import { viewSubscription } from './subscription.view';

const planRequest = z.object({
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

type PlanRequest = z.output<typeof planRequest>;

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

/** POST /subscriptions/{id}/change-plan/preview */
export function previewPlanChange(ctx: Context, subscription: Subscription, body: unknown) {
  const request = parseBody(planRequest, body);
  const change = checkedChange(ctx, subscription, request);
  const quote = quotePlanChange(ctx, subscription, change);
  const later = request.effective_at === 'next_billing_date';
  const bills = !later && change.proration_billing_mode !== 'do_not_bill';
  const plan = planFields(ctx, change.product_id, change.quantity);
  const newPlan = { ...subscription, ...plan, ...(bills && freshPeriod(ctx, { ...subscription, ...plan })) };
  return {
    immediate_charge: {
      effective_at: later ? subscription.next_billing_date : ctx.clock.iso(),
      line_items: bills ? viewCharge(ctx, subscription, change, quote) : [],
      summary: summaryOf(subscription, quote, bills),
    },
    new_plan: viewSubscription(ctx, newPlan),
  };
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

function checkedChange(ctx: Context, subscription: Subscription, request: PlanRequest): PlanChange {
  refuseStateOf(subscription);
  const product = getProduct(ctx, request.product_id);
  refuseProduct(subscription, product, request);
  refusePending(ctx, subscription, request);
  refuseDiscounts(request);
  const addon = request.addons?.[0];
  if (addon)
    throw ApiError.refused('MISSING_ADDON_IDS', `One or more product IDs do not exist: ${addon.addon_id}`);
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

function viewCharge(ctx: Context, subscription: Subscription, change: PlanChange, quote: PlanChangeQuote) {
  const item = (productId: string, quantity: number, unitPrice: number, factor: number) => {
    const product = getProduct(ctx, productId);
    return {
      id: productId,
      type: 'subscription',
      product_id: productId,
      name: product.name,
      description: product.description,
      quantity,
      unit_price: unitPrice,
      currency: subscription.currency,
      proration_factor: factor,
      tax: factor === 1 ? quote.line.tax : 0,
      tax_rate: ctx.switches.current.taxRatePercent,
      tax_inclusive: product.price.tax_inclusive === true,
    };
  };
  const { product_id, quantity, recurring_pre_tax_amount } = subscription;
  const now = item(
    change.product_id,
    change.quantity,
    unitAmountOf(getProduct(ctx, change.product_id).price),
    1,
  );
  if (quote.creditedShare === 0) return [now];
  return [
    now,
    item(product_id, quantity, Math.round(recurring_pre_tax_amount / quantity), -quote.creditedShare),
  ];
}

function summaryOf(subscription: Subscription, quote: PlanChangeQuote, bills: boolean) {
  const total = bills ? quote.total : 0;
  const tax = bills && quote.line.amount > 0 ? Math.round((quote.line.tax * total) / quote.line.amount) : 0;
  return {
    currency: subscription.currency,
    total_amount: total,
    tax,
    settlement_amount: total,
    settlement_currency: subscription.currency,
    settlement_tax: tax,
    customer_credits: bills ? quote.creditLeft : 0,
  };
}
