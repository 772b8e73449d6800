import type { Context } from '../context';
import { quotePlanChange, type PlanChangeQuote } from '../engine/plan-change';
import { unitAmountOf } from '../engine/quote';
import { planFields } from '../engine/scheduled-change';
import { freshPeriod } from '../engine/subscriptions';
import { parseBody } from '../http/validation';
import type { PlanChange, Subscription } from '../model/subscriptions';
import { getProduct } from './products';
import { checkedChange, planRequest } from './subscription.plan.request';
import { viewSubscription } from './subscription.view';

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

function viewCharge(ctx: Context, subscription: Subscription, change: PlanChange, quote: PlanChangeQuote) {
  const { product_id, quantity, recurring_pre_tax_amount } = subscription;
  const newUnit = unitAmountOf(getProduct(ctx, change.product_id).price);
  const oldUnit = Math.round(recurring_pre_tax_amount / quantity);
  const charged = viewLine(ctx, change.product_id, change.quantity, newUnit, 1, quote.line.tax);
  if (quote.creditedShare === 0) return [charged];
  return [charged, viewLine(ctx, product_id, quantity, oldUnit, -quote.creditedShare, 0)];
}

function viewLine(
  ctx: Context,
  productId: string,
  quantity: number,
  unitPrice: number,
  prorationFactor: number,
  tax: number,
) {
  const { name, description, price } = getProduct(ctx, productId);
  return {
    id: productId,
    type: 'subscription',
    product_id: productId,
    name,
    description,
    quantity,
    unit_price: unitPrice,
    currency: price.currency,
    proration_factor: prorationFactor,
    tax,
    tax_rate: ctx.switches.current.taxRatePercent,
    tax_inclusive: price.tax_inclusive === true,
  };
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
