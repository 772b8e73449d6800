import type { Context } from '../context';
import type { Payment } from '../model/payments';
import type { Subscription } from '../model/subscriptions';

/** Where the buyer is sent back to: the merchant's own address, byte for byte, with the outcome appended. */
export function returnUrl(
  ctx: Context,
  target: string | null,
  payment: Payment,
  subscription: Subscription | null,
  email: string,
): string | null {
  if (target === null) return null;
  const params: [string, string][] = subscription
    ? [
        ['subscription_id', subscription.subscription_id],
        ['status', subscription.status],
      ]
    : [
        ['payment_id', payment.payment_id],
        ['status', payment.status],
      ];
  if (subscription && ctx.switches.current.returnParams === 'both')
    params.push(['payment_id', payment.payment_id]);
  if (email) params.push(['email', email]);
  return appendQuery(target, params);
}

export function appendQuery(url: string, params: [string, string][]): string {
  const hashAt = url.indexOf('#');
  const base = hashAt < 0 ? url : url.slice(0, hashAt);
  const hash = hashAt < 0 ? '' : url.slice(hashAt);
  const query = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
  return base + joint + query + hash;
}
