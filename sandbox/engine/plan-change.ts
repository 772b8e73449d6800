import type { Decline } from '../cards';
import type { Context } from '../context';
import { ApiError } from '../errors';
import type { CardDetails } from '../model/customers';
import type { Payment, PaymentLine } from '../model/payments';
import type { PlanChange, Subscription } from '../model/subscriptions';
import { hold, IN_ORDER } from './billing-cycle';
import { emitPayment, emitSubscription } from './events';
import { savePayment } from './payments';
import { planLine } from './quote';
import { planFields } from './scheduled-change';
import { freshPeriod } from './subscriptions';

export interface PlanChangeQuote {
  /** Full price of the new plan for one period. */
  line: PaymentLine;
  /** Share of the old plan's price that is credited. */
  creditedShare: number;
  /** Minor units charged now. */
  total: number;
  /** Minor units that remain in the customer's favour. */
  creditLeft: number;
}

/**
 * What a change costs now. Where it begins a new period today, the new plan is charged whole and
 * only what is left of the old period is credited; where the period stays, so much of the new
 * plan is charged by proration as of the old one is credited. A trial credits nothing.
 */
export function quotePlanChange(
  ctx: Context,
  subscription: Subscription,
  change: PlanChange,
): PlanChangeQuote {
  const product = ctx.store.products.get(change.product_id);
  if (!product) throw ApiError.notFound('Product', change.product_id);
  const line = planLine(ctx, product, change.quantity);
  const creditedShare = shareOfOldPlan(ctx, subscription, change.proration_billing_mode);
  if (change.proration_billing_mode === 'do_not_bill') {
    return { line, creditedShare, total: 0, creditLeft: subscription.credit };
  }
  const credit = Math.round(subscription.recurring_pre_tax_amount * creditedShare) + subscription.credit;
  const isShare = periodStays(ctx, subscription) && change.proration_billing_mode === 'prorated_immediately';
  const price = isShare ? Math.round(line.amount * creditedShare) : line.amount;
  return {
    line,
    creditedShare,
    total: Math.max(0, price - credit),
    creditLeft: Math.max(0, credit - price),
  };
}

/** A change that costs nothing happens at once; otherwise the bank has its say first. */
export function changePlan(
  ctx: Context,
  subscription: Subscription,
  change: PlanChange,
  charge: {
    decline: Decline | null;
    card: CardDetails | null;
    payment_method_id: string | null;
    payment_id?: string;
  },
  onFailure: 'prevent_change' | 'apply_change',
): Payment | null {
  const quote = quotePlanChange(ctx, subscription, change);
  if (quote.total === 0) {
    applyChange(ctx, subscription, change, quote);
    return null;
  }
  const payment = savePayment(ctx, {
    ...chargeDraft(subscription, change, quote),
    ...charge,
    status: charge.decline ? 'failed' : 'succeeded',
  });
  emitPayment(ctx, charge.decline ? 'failed' : 'succeeded', payment);
  if (charge.decline && onFailure === 'prevent_change') return payment;
  const changed = applyChange(ctx, subscription, change, quote);
  if (charge.decline) hold(ctx, changed);
  return payment;
}

export function chargeDraft(
  subscription: Subscription,
  change: PlanChange,
  { line, total }: PlanChangeQuote,
) {
  const tax = line.amount > 0 ? Math.round((line.tax * total) / line.amount) : 0;
  return {
    reason: 'plan_change' as const,
    customer_id: subscription.customer_id,
    billing: subscription.billing,
    currency: subscription.currency,
    lines: [{ ...line, amount: total, tax, prorated: total < line.amount }],
    subscription_ids: [subscription.subscription_id],
    metadata: change.metadata ?? subscription.metadata,
  };
}

function applyChange(
  ctx: Context,
  subscription: Subscription,
  change: PlanChange,
  quote: PlanChangeQuote,
): Subscription {
  const plan = planFields(ctx, change.product_id, change.quantity);
  const bills = change.proration_billing_mode !== 'do_not_bill';
  const begins = bills && !periodStays(ctx, subscription);
  const changed = ctx.store.subscriptions.update(subscription.subscription_id, {
    ...plan,
    ...(bills && IN_ORDER),
    ...(begins && freshPeriod(ctx, { ...subscription, ...plan })),
    // Later dates are counted from the next one, in the new plan's rhythm.
    ...(!begins && { billing_anchor: subscription.next_billing_date, billing_cycle: 0 }),
    scheduled_change: null,
    credit: quote.creditLeft,
  });
  emitSubscription(ctx, changed, 'plan_changed');
  return changed;
}

/** A trial ends with any change that bills. */
function periodStays(ctx: Context, { trial_ends_at }: Subscription): boolean {
  return ctx.switches.current.planChangePeriod === 'stays' && trial_ends_at === null;
}

function shareOfOldPlan(
  ctx: Context,
  subscription: Subscription,
  mode: PlanChange['proration_billing_mode'],
): number {
  if (subscription.trial_ends_at !== null) return 0;
  if (mode === 'difference_immediately') return 1;
  if (mode !== 'prorated_immediately') return 0;
  const start = Date.parse(subscription.previous_billing_date);
  const end = Date.parse(subscription.next_billing_date);
  return Math.min(1, Math.max(0, (end - ctx.clock.now()) / (end - start)));
}
