import type { Payment } from '../payments/payment.entity';
import { isInFirstPeriod, isTrialing } from '../subscriptions/subscription-status';
import type { Timing } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import type { CreditEntry } from './credit-entry.entity';

/** A period of a subscription that is to get its credits. */
export interface AllocationDue {
  cause: string;
  periodStart: Date;
  resetsAt: Date;
  /** The payment that paid for it; null for a trial. */
  paidBy: PaidPeriod | null;
  /** Whether the period runs already: it gets the credits of a second plan. */
  isUpgrade: boolean;
}

export interface PaidPeriod extends Pick<Payment, 'dodoPaymentId' | 'dodoCreatedAt'> {
  /** The plan that it lists; null where it lists none of ours. */
  planId: string | null;
  /** Whether nothing had to be paid, as with a discount: Dodo bills a period all the same. */
  isFree: boolean;
}

export interface LastAllocation extends Pick<
  CreditEntry,
  'cause' | 'periodStart' | 'paidAt' | 'dodoPaymentId' | 'planId'
> {
  /** When its period was to end; null when it is no longer running. */
  resetsAt: Date | null;
  /** How many periods of the plan of now one of its periods costs; null where their prices do not compare. */
  worth: number | null;
}

type Period = Timing & Pick<Subscription, 'dodoSubscriptionId' | 'planId'>;

/**
 * Which period of the subscription is owed its allocation, if any: the trial,
 * once; then each period that Dodo has billed and that has been paid, or cost
 * nothing, once for each plan that was paid in it. It looks at what is, never at what has just
 * happened, so asking again changes nothing.
 */
export function allocationDue(
  subscription: Period,
  payments: readonly PaidPeriod[],
  last: LastAllocation | null,
  now: Date,
): AllocationDue | null {
  const { status, planId, currentPeriodEnd: resetsAt } = subscription;
  const periodStart = subscription.currentPeriodStart ?? likelyStartOf(subscription, payments, last);
  if (status !== 'active' || periodStart === null || resetsAt === null) return null;
  const owed = { periodStart, resetsAt };
  const planPayments = payments.filter((it) => !it.isFree || isOfPeriod(it, subscription, owed));
  const causeOf = (period: string) => `allocation:${subscription.dodoSubscriptionId}:${period}`;
  if (last === null && isTrialing(subscription, planPayments.length > 0, now)) {
    return { ...owed, cause: causeOf('trial'), paidBy: null, isUpgrade: false };
  }
  const isUpgrade = last?.periodStart != null && periodStart <= last.periodStart;
  const period = { ...owed, planId };
  const paidBy = isUpgrade ? upgraderOf(planPayments, last, period) : payerOf(planPayments, last, period);
  return paidBy && { ...owed, cause: causeOf(`${periodStart.toISOString()}:${planId}`), paidBy, isUpgrade };
}

/**
 * Whether what was given last is for the period that begins at `periodStart`: also where it was counted for the one
 * before, since the payment that ended that one was read first.
 */
export function isGivenFor(
  periodStart: Date | null,
  { periodStart: given, paidAt }: LastAllocation,
): boolean {
  if (periodStart === null || given === null || periodStart <= given)
    return periodStart?.getTime() === given?.getTime();
  return paidAt !== null && isSinceBeginningOf({ periodStart }, paidAt);
}

/** Where Dodo does not say when the period began, its payment does; before the first one, it begins with the subscription. */
function likelyStartOf(
  { dodoCreatedAt }: Period,
  payments: readonly PaidPeriod[],
  last: LastAllocation | null,
): Date | null {
  const isNew = (payment: PaidPeriod): boolean => !payment.isFree && isUnused(payment, last);
  return newestOf(payments.filter(isNew))?.dodoCreatedAt ?? (last === null ? dodoCreatedAt : null);
}

/** By date: what came later than the payment of the last period has paid for none yet. */
function isUnused({ dodoCreatedAt: at }: PaidPeriod, last: LastAllocation | null): boolean {
  const usedUpTo = last?.paidAt ?? null;
  return usedUpTo === null || at > usedUpTo;
}

/** A payment is dated a moment before the period that it begins. */
const PAID_AHEAD_MS = 3_600_000;

/**
 * A payment of nothing is no proof by itself: a trial begins with one where there is no fee. That of a period which is no
 * trial comes when the period begins, or in it.
 */
function isOfPeriod(
  { dodoCreatedAt: at }: PaidPeriod,
  subscription: Period,
  { periodStart, resetsAt }: Pick<AllocationDue, 'periodStart' | 'resetsAt'>,
): boolean {
  if (subscription.trialPeriodDays > 0 && isInFirstPeriod(subscription)) return false;
  return isSinceBeginningOf({ periodStart }, at) && at < resetsAt;
}

function isSinceBeginningOf({ periodStart }: Pick<AllocationDue, 'periodStart'>, at: Date): boolean {
  return at.getTime() >= periodStart.getTime() - PAID_AHEAD_MS;
}

type PeriodOfPlan = Pick<AllocationDue, 'periodStart' | 'resetsAt'> & Pick<Subscription, 'planId'>;

/**
 * The newest payment that no earlier period has used up; else the one that paid for what was left of the period before.
 * One from after the period's end pays for the next period, which we have not read yet.
 */
function payerOf(
  payments: readonly PaidPeriod[],
  last: LastAllocation | null,
  period: PeriodOfPlan,
): PaidPeriod | null {
  const isLeft = (payment: PaidPeriod): boolean =>
    isUnused(payment, last) || hasBegunIt(payment, last, period);
  const inTime = payments.filter(({ dodoCreatedAt: at }) => at < period.resetsAt);
  return newestOf(inTime.filter(isLeft)) ?? (last && covererOf(last, period));
}

/**
 * One that began this very period pays for it although the one before it was counted as paid with it, before we had read
 * this period. That can be told by the plan that it lists, or by the hour; else it has brought an upgrade's credits, or
 * was the renewal a moment before one.
 */
function hasBegunIt(payment: PaidPeriod, last: LastAllocation | null, period: PeriodOfPlan): boolean {
  const { dodoCreatedAt: at, planId: paidPlan } = payment;
  if (!isSinceBeginningOf(period, at)) return false;
  if (last?.planId !== period.planId) return paidPlan === null || paidPlan === period.planId;
  return last.resetsAt === null || isInLastHour(at, last.resetsAt);
}

/**
 * The payment for another plan within the period that has had its credits: Dodo may change the plan and leave the period
 * as it is. Also one that was counted for the plan before, while the change had not been read. One of the last hour is
 * the next period's.
 */
function upgraderOf(
  payments: readonly PaidPeriod[],
  { planId: before, periodStart, paidAt }: LastAllocation,
  period: PeriodOfPlan,
): PaidPeriod | null {
  if (before === null || before === period.planId || periodStart?.getTime() !== period.periodStart.getTime())
    return null;
  const isForIt = ({ planId, dodoCreatedAt: at }: PaidPeriod): boolean =>
    planId === period.planId &&
    (paidAt === null || at >= paidAt) &&
    isSinceBeginningOf(period, at) &&
    !isInLastHour(at, period.resetsAt);
  return newestOf(payments.filter(isForIt));
}

/** What was left of a paid period may be worth the period of another plan: then Dodo begins that and charges nothing. */
function covererOf(
  { dodoPaymentId, paidAt, planId, periodStart, resetsAt, worth }: LastAllocation,
  period: PeriodOfPlan,
): PaidPeriod | null {
  if (dodoPaymentId === null || paidAt === null || periodStart === null || resetsAt === null) return null;
  if (planId === period.planId) return null;
  const left = resetsAt.getTime() - period.periodStart.getTime();
  const whole = resetsAt.getTime() - periodStart.getTime();
  return (left / whole) * (worth ?? 0) >= 1
    ? { dodoPaymentId, dodoCreatedAt: paidAt, planId, isFree: false }
    : null;
}

/** Or later. */
function isInLastHour(at: Date, resetsAt: Date): boolean {
  return at.getTime() >= resetsAt.getTime() - PAID_AHEAD_MS;
}

function newestOf(payments: readonly PaidPeriod[]): PaidPeriod | null {
  const [newest] = payments.toSorted((a, b) => b.dodoCreatedAt.getTime() - a.dodoCreatedAt.getTime());
  return newest ?? null;
}
