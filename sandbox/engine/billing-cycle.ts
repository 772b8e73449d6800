import type { Context } from '../context';
import type { Payment } from '../model/payments';
import type { Subscription } from '../model/subscriptions';
import { emitPayment, emitSubscription } from './events';
import { askBankAgain, savePayment, type PaymentDraft } from './payments';
import { addDays } from './periods';
import { planLine } from './quote';
import { nextPeriod } from './subscriptions';
import { applyScheduledChange } from './scheduled-change';
import type { Decline } from '../cards';

const HOUR_MS = 3_600_000;
/** Hours from each failed attempt to the next automatic one. */
const RETRY_HOURS = [12, 24, 48, 72, 96, 120, 168, 168];
const RETRY_WINDOW_DAYS = 13;
/** Indian debits: the customer's bank announces them first. */
const DELAYED_SETTLEMENT_HOURS = 48;

/** The moment something has to happen to a subscription by itself. */
export function subscriptionDue(subscription: Subscription): string | null {
  const { status, expires_at, next_billing_date, past_due_ends_at, retry_at } = subscription;
  if (status === 'active') {
    if (subscription.pending_payment_id) return null;
    return subscription.on_demand ? expires_at : earliest(next_billing_date, expires_at);
  }
  if (status === 'past_due') return earliest(past_due_ends_at, retry_at, expires_at);
  if (status === 'on_hold') return earliest(retry_at, expires_at);
  return null;
}

/** Carries out what is due now: the end of the term, of a grace period, a retry, or the end of a period. */
export function carryOut(ctx: Context, subscription: Subscription): void {
  const now = ctx.clock.iso();
  if (subscription.expires_at <= now) return expire(ctx, subscription);
  if (subscription.retry_at && subscription.retry_at <= now) return retry(ctx, subscription);
  if (subscription.status === 'past_due') return endGrace(ctx, subscription);
  if (subscription.cancel_at_next_billing_date) return cancel(ctx, subscription);
  renew(ctx, applyScheduledChange(ctx, subscription));
}

export function cancel(ctx: Context, subscription: Subscription): void {
  const cancelled = update(ctx, subscription, {
    status: 'cancelled',
    cancelled_at: ctx.clock.iso(),
    scheduled_change: null,
    pending_payment_id: null,
    retry_at: null,
    past_due_ends_at: null,
  });
  emitSubscription(ctx, cancelled, 'cancelled');
}

/** The outcome of a renewal whose money was on its way. */
export function settleDelayed(ctx: Context, payment: Payment): void {
  const settled = ctx.store.payments.update(payment.payment_id, {
    status: 'succeeded',
    settles_at: null,
    updated_at: ctx.clock.iso(),
  });
  const subscription = ctx.store.subscriptions.get(payment.subscription_ids[0] ?? '');
  if (subscription?.status === 'active') return renewed(ctx, subscription, settled);
  emitPayment(ctx, 'succeeded', settled);
}

/** Charges the period that is due. `again` counts the attempts after the first. */
export function renew(ctx: Context, subscription: Subscription, again: Partial<PaymentDraft> = {}): Payment {
  const method = ctx.store.paymentMethods.get(subscription.payment_method_id ?? '');
  const { outcome, decline } = askBankAgain(method);
  const draft = { ...renewalDraft(ctx, subscription), ...again };
  if (decline) {
    const payment = savePayment(ctx, { ...draft, status: 'failed', card: method?.card ?? null, decline });
    renewalFailed(ctx, subscription, payment, decline);
    return payment;
  }
  if (outcome === 'delay') return delayed(ctx, subscription, draft);
  const payment = savePayment(ctx, { ...draft, status: 'succeeded', card: method?.card ?? null });
  renewed(ctx, subscription, payment);
  return payment;
}

function renewed(ctx: Context, subscription: Subscription, payment: Payment): void {
  const recovered = subscription.status !== 'active';
  const next = update(ctx, subscription, {
    ...nextPeriod(ctx, subscription),
    ...IN_ORDER,
    credit: subscription.credit - creditUsed(ctx, subscription),
  });
  emitPayment(ctx, 'succeeded', payment);
  emitSubscription(ctx, next, recovered ? 'active' : 'renewed');
}

/** What a subscription looks like once nothing is owed any more. */
export const IN_ORDER = {
  status: 'active',
  pending_payment_id: null,
  past_due_ends_at: null,
  retry_attempt: 0,
  retry_at: null,
  trial_ends_at: null,
} as const;

/** What a charge for the current plan would be. */
export function renewalDraft(ctx: Context, subscription: Subscription) {
  const product = ctx.store.products.get(subscription.product_id);
  if (!product) throw new Error(`subscription ${subscription.subscription_id} has no product`);
  const unit = subscription.recurring_pre_tax_amount / subscription.quantity;
  const line = { ...planLine(ctx, product, subscription.quantity), ...repriced(ctx, subscription, unit) };
  return {
    reason: 'renewal' as const,
    customer_id: subscription.customer_id,
    billing: subscription.billing,
    currency: subscription.currency,
    lines: [line],
    total_amount: line.amount - Math.min(subscription.credit, line.amount),
    subscription_ids: [subscription.subscription_id],
    metadata: subscription.metadata,
    payment_method_id: subscription.payment_method_id,
  };
}

function delayed(ctx: Context, subscription: Subscription, draft: Omit<PaymentDraft, 'status'>): Payment {
  const method = ctx.store.paymentMethods.get(subscription.payment_method_id ?? '');
  const settles_at = new Date(ctx.clock.now() + DELAYED_SETTLEMENT_HOURS * HOUR_MS).toISOString();
  const payment = savePayment(ctx, {
    ...draft,
    status: 'processing',
    card: method?.card ?? null,
    settles_at,
  });
  update(ctx, subscription, { pending_payment_id: payment.payment_id });
  emitPayment(ctx, 'processing', payment);
  return payment;
}

function renewalFailed(ctx: Context, subscription: Subscription, payment: Payment, decline: Decline): void {
  emitPayment(ctx, 'failed', payment);
  const retry_at = nextRetry(ctx, subscription, decline);
  if (subscription.status !== 'active') {
    update(ctx, subscription, { retry_at });
    return;
  }
  const grace = ctx.switches.current.gracePeriodDays;
  if (grace === null) return hold(ctx, subscription, retry_at);
  const past_due_ends_at = addDays(new Date(ctx.clock.now()), grace).toISOString();
  emitSubscription(
    ctx,
    update(ctx, subscription, { status: 'past_due', past_due_ends_at, retry_at }),
    'past_due',
  );
}

export function hold(ctx: Context, subscription: Subscription, retry_at: string | null = null): void {
  const held = update(ctx, subscription, { status: 'on_hold', past_due_ends_at: null, retry_at });
  emitSubscription(ctx, held, 'on_hold');
}

function endGrace(ctx: Context, subscription: Subscription): void {
  hold(ctx, subscription, subscription.retry_at);
}

function retry(ctx: Context, subscription: Subscription): void {
  const retry_attempt = subscription.retry_attempt + 1;
  renew(ctx, update(ctx, subscription, { retry_attempt, retry_at: null }), { retry_attempt });
}

function nextRetry(ctx: Context, subscription: Subscription, decline: Decline): string | null {
  const hours = RETRY_HOURS[subscription.retry_attempt];
  if (!ctx.switches.current.paymentRetries || !decline.soft || hours === undefined) return null;
  const at = new Date(ctx.clock.now() + hours * HOUR_MS).toISOString();
  const windowEnds = addDays(new Date(subscription.next_billing_date), RETRY_WINDOW_DAYS).toISOString();
  return at <= windowEnds ? at : null;
}

function expire(ctx: Context, subscription: Subscription): void {
  const expired = update(ctx, subscription, { status: 'expired', retry_at: null, past_due_ends_at: null });
  emitSubscription(ctx, expired, 'expired');
}

function creditUsed(ctx: Context, subscription: Subscription): number {
  const { lines, total_amount } = renewalDraft(ctx, subscription);
  return (lines[0]?.amount ?? 0) - total_amount;
}

/** A subscription keeps the price it was sold at, whatever its product costs today. */
function repriced(ctx: Context, subscription: Subscription, unit: number) {
  const rate = ctx.switches.current.taxRatePercent;
  const net = unit * subscription.quantity;
  const tax = Math.round(subscription.tax_inclusive ? (net * rate) / (100 + rate) : (net * rate) / 100);
  return { amount: subscription.tax_inclusive ? net : net + tax, tax };
}

function update(ctx: Context, subscription: Subscription, patch: Partial<Subscription>): Subscription {
  return ctx.store.subscriptions.update(subscription.subscription_id, patch);
}

function earliest(...moments: (string | null)[]): string | null {
  return moments.filter((moment) => moment !== null).toSorted()[0] ?? null;
}
