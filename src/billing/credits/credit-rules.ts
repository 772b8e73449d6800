import type { Payment } from '../payments/payment.entity';
import { isTrialing } from '../subscriptions/subscription-status';
import type { Timing } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import type { CreditBalance } from './credit-balance.entity';
import type { CreditEntry } from './credit-entry.entity';

/** A period of a subscription that is to get its credits. */
export interface AllocationDue {
  cause: string;
  periodStart: Date;
  resetsAt: Date;
  /** The payment that paid for it; null for a trial. */
  paidBy: PaidPeriod | null;
}

export type PaidPeriod = Pick<Payment, 'dodoPaymentId' | 'dodoCreatedAt'>;
export type LastAllocation = Pick<CreditEntry, 'periodStart' | 'paidAt'>;

/** An allocation ends with its subscription, for good; while access is only suspended, the gate is what holds it. */
export function hasEnded({ status }: Pick<Subscription, 'status'>): boolean {
  return status === 'cancelled' || status === 'expired';
}

type Period = Timing & Pick<Subscription, 'dodoSubscriptionId'>;

/**
 * Which period of the subscription is owed its allocation, if any: the trial,
 * once; then each period that Dodo has billed and that has been paid. It looks at
 * what is, never at what has just happened, so asking again changes nothing.
 */
export function allocationDue(
  subscription: Period,
  planPayments: readonly PaidPeriod[],
  last: LastAllocation | null,
  now: Date,
): AllocationDue | null {
  const { status, currentPeriodStart: periodStart, currentPeriodEnd: resetsAt } = subscription;
  if (status !== 'active' || periodStart === null || resetsAt === null) return null;
  const owed = { periodStart, resetsAt };
  const causeOf = (period: string) => `allocation:${subscription.dodoSubscriptionId}:${period}`;
  if (last === null && isTrialing(subscription, planPayments.length > 0, now)) {
    return { ...owed, cause: causeOf('trial'), paidBy: null };
  }
  const isCovered = last?.periodStart != null && periodStart <= last.periodStart;
  const paidBy = isCovered ? null : payerOf(planPayments, last, owed);
  return paidBy && { ...owed, cause: causeOf(periodStart.toISOString()), paidBy };
}

/** A payment is dated a moment before the period that it begins. */
const PAID_AHEAD_MS = 3_600_000;

/**
 * The newest payment that no earlier period has used up. One from after the
 * period's end pays for the next period, which we have not read yet. One that
 * began this very period pays for it in any case: before we had read this period,
 * the one before it may have been counted as paid with it.
 */
function payerOf(
  payments: readonly PaidPeriod[],
  last: LastAllocation | null,
  { periodStart, resetsAt }: Pick<AllocationDue, 'periodStart' | 'resetsAt'>,
): PaidPeriod | null {
  const usedUpTo = last?.paidAt ?? null;
  const beganAt = periodStart.getTime() - PAID_AHEAD_MS;
  const isLeft = (at: Date): boolean => usedUpTo === null || at > usedUpTo || at.getTime() >= beganAt;
  const [newest] = payments
    .filter(({ dodoCreatedAt: at }) => at < resetsAt && isLeft(at))
    .toSorted((a, b) => b.dodoCreatedAt.getTime() - a.dodoCreatedAt.getTime());
  return newest ?? null;
}

type Left = Pick<CreditBalance, 'allocationLeft' | 'purchasedLeft'>;

export function totalOf({ allocationLeft, purchasedLeft }: Left): number {
  return allocationLeft + purchasedLeft;
}

/** Below a tenth of what the period was given, packs included, it is time to tell somebody. */
const LOW_SHARE = 0.1;

export function isLow(balance: Left & Pick<CreditBalance, 'allocation'>): boolean {
  return totalOf(balance) < balance.allocation * LOW_SHARE;
}

/** How a consumption is taken: of the allocation first, since that expires; null when there is not enough. */
export function spend(
  balance: Left,
  amount: number,
): Pick<CreditEntry, 'allocationDelta' | 'purchasedDelta'> | null {
  if (totalOf(balance) < amount) return null;
  const fromAllocation = Math.min(balance.allocationLeft, amount);
  return { allocationDelta: 0 - fromAllocation, purchasedDelta: 0 - (amount - fromAllocation) };
}

/** What a consumption has taken, as a positive number. */
export function amountOf({
  allocationDelta,
  purchasedDelta,
}: Pick<CreditEntry, 'allocationDelta' | 'purchasedDelta'>): number {
  return 0 - allocationDelta - purchasedDelta;
}
