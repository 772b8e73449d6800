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
