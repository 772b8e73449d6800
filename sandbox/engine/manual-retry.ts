import type { Context } from '../context';
import { ApiError } from '../errors';
import type { Payment } from '../model/payments';
import type { Subscription } from '../model/subscriptions';
import { renew } from './billing-cycle';

const SENDS_ALLOWED = 3;
const COOLDOWN_MS = 24 * 3_600_000;

/** Charges a failed renewal again because the merchant asked for it. */
export function retryPayment(ctx: Context, payment: Payment) {
  const { reason, subscription } = judge(ctx, payment);
  if (reason || !subscription)
    throw ApiError.conflict(reason ?? 'PAYMENT_NOT_RETRYABLE', 'The payment cannot be retried now');
  const attempts = ctx.store.payments.all().filter((other) => other.invoice_id === payment.invoice_id);
  const sent = renew(ctx, subscription, {
    invoice_id: payment.invoice_id,
    manual_retry_of: payment.payment_id,
    retry_attempt: Math.max(...attempts.map((other) => other.retry_attempt)) + 1,
  });
  const state = retryState(ctx, payment);
  return {
    payment_id: sent.payment_id,
    invoice_id: sent.invoice_id,
    is_manual_retry: true,
    retry_attempt: sent.retry_attempt,
    status: sent.status,
    sends_used: state.sends_used,
    sends_allowed: SENDS_ALLOWED,
    retry_available_at: nextSend(sends(ctx, payment)),
  };
}

export function retryState(ctx: Context, payment: Payment) {
  const { reason, retryAvailableAt } = judge(ctx, payment);
  return {
    can_retry: reason === null,
    sends_used: sends(ctx, payment).length,
    sends_allowed: SENDS_ALLOWED,
    reason,
    retry_available_at: retryAvailableAt,
  };
}

interface Verdict {
  reason: string | null;
  retryAvailableAt: string | null;
  subscription: Subscription | null;
}

function judge(ctx: Context, payment: Payment): Verdict {
  const subscription = ctx.store.subscriptions.get(payment.subscription_ids[0] ?? '') ?? null;
  const no = (reason: string, retryAvailableAt: string | null = null): Verdict => ({
    reason,
    retryAvailableAt,
    subscription,
  });
  if (payment.status !== 'failed' || payment.reason !== 'renewal' || !subscription)
    return no('PAYMENT_NOT_RETRYABLE');
  if (subscription.status !== 'on_hold' && subscription.status !== 'past_due')
    return no('SUBSCRIPTION_INACTIVE');
  const made = sends(ctx, payment);
  if (made.length >= SENDS_ALLOWED) return no('SUBSCRIPTION_PAYMENT_RETRY_LIMIT_EXCEEDED');
  const available = nextSend(made);
  if (available && available > ctx.clock.iso()) return no('PAYMENT_RETRY_COOLDOWN', available);
  return { reason: null, retryAvailableAt: available, subscription };
}

const sends = (ctx: Context, payment: Payment): Payment[] =>
  ctx.store.payments
    .all()
    .filter((other) => other.invoice_id === payment.invoice_id && other.manual_retry_of !== null);

function nextSend(made: Payment[]): string | null {
  const last = made.at(-1);
  if (!last || made.length >= SENDS_ALLOWED) return null;
  return new Date(Date.parse(last.created_at) + COOLDOWN_MS).toISOString();
}
