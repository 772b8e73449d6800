/** An organization's billing status: that of its current subscription, `none` before the first one. */
export const BILLING_STATUSES = [
  'none',
  'pending',
  'active',
  'past_due',
  'on_hold',
  'paused',
  'cancelled',
  'expired',
  'failed',
  'unknown',
] as const;

export type BillingStatus = (typeof BILLING_STATUSES)[number];

/**
 * Statuses that lose access. `failed` is not among them: there the subscription
 * never came to be, and trying the checkout again is right.
 */
const SUSPENDED: ReadonlySet<BillingStatus> = new Set([
  'past_due',
  'on_hold',
  'paused',
  'cancelled',
  'expired',
]);

export function isSuspended(status: BillingStatus): boolean {
  return SUSPENDED.has(status);
}
