import type { BillingStatus } from '../../auth/billing-status';
import type { DodoSubscriptionStatus } from '../../dodo/dodo.types';
import type { Subscription } from './subscription.entity';

/**
 * Which of several subscriptions speaks for the org. One that gives access comes
 * first: whoever pays is never shut out by an older subscription that ended. One
 * that is only being set up comes after those that ended: it opens nothing yet.
 */
const PRECEDENCE: Record<DodoSubscriptionStatus, number> = {
  active: 0,
  unknown: 1,
  past_due: 2,
  on_hold: 3,
  paused: 4,
  cancelled: 5,
  expired: 5,
  pending: 6,
  failed: 7,
};

/**
 * The subscription that the org's status comes from; among equals one to a plan
 * of ours, then one that is not too many, then the newest. A second trial never speaks for anyone.
 */
export function currentOf(subscriptions: readonly Subscription[]): Subscription | null {
  const [current] = subscriptions
    .filter(({ surplus }) => surplus !== 'second_trial')
    .toSorted(
      (a, b) =>
        PRECEDENCE[a.status] - PRECEDENCE[b.status] ||
        Number(isOfPlan(b)) - Number(isOfPlan(a)) ||
        Number(a.surplus !== null) - Number(b.surplus !== null) ||
        b.dodoCreatedAt.getTime() - a.dodoCreatedAt.getTime(),
    );
  return current ?? null;
}

export function billingStatusOf(subscriptions: readonly Subscription[]): BillingStatus {
  return currentOf(subscriptions)?.status ?? 'none';
}

/** Whether it is billed, or will be again once it is paid or continued. */
export function isLive({ status }: Pick<Subscription, 'status'>): boolean {
  return status === 'active' || status === 'past_due' || status === 'on_hold' || status === 'paused';
}

/** What the merchant sells beside our plans, perhaps to the same customer: it is not ours to end, nor a reason to end ours. */
export function isOfPlan({ planId }: Pick<Subscription, 'planId'>): boolean {
  return planId !== null;
}

/** Live, or in a state that is new to us: then Dodo may be charging for it. */
export function mayBeBilled(subscription: Pick<Subscription, 'status'>): boolean {
  return isLive(subscription) || subscription.status === 'unknown';
}

/** For good: what is only suspended can come back. */
export function hasEnded({ status }: Pick<Subscription, 'status'>): boolean {
  return status === 'cancelled' || status === 'expired';
}

/** Whether it has ever been live: a trial that has ended was a trial all the same. */
export function hasBegun(subscription: Pick<Subscription, 'status'>): boolean {
  return isLive(subscription) || hasEnded(subscription);
}

const MS_PER_DAY = 86_400_000;

/** What a trial is told by. */
export type Timing = Pick<
  Subscription,
  'status' | 'trialPeriodDays' | 'currentPeriodStart' | 'currentPeriodEnd' | 'dodoCreatedAt'
>;

/**
 * Dodo has no word for a trial: it is an active subscription with trial days,
 * before its first billing date, of which no period has been paid yet. The
 * billing date alone is no proof: it also lies ahead once a period is paid.
 */
export function isTrialing(subscription: Timing, hasPaidPeriod: boolean, now: Date): boolean {
  const { currentPeriodEnd } = subscription;
  return isUnbilledTrial(subscription, hasPaidPeriod) && currentPeriodEnd !== null && now < currentPeriodEnd;
}

/** The same, or over by the clock, while Dodo has not billed what follows: that can take it some minutes. */
export function isUnbilledTrial(subscription: Timing, hasPaidPeriod: boolean): boolean {
  const isActive = subscription.status === 'active' && subscription.trialPeriodDays > 0;
  return isActive && !hasPaidPeriod && isInFirstPeriod(subscription);
}

/** From its making to its first payment it takes a subscription minutes. */
const LIVE_WITHIN_MS = 3_600_000;

/**
 * The first period starts with the subscription, the second a whole trial later: halfway between tells them apart. A
 * trial may end before its time: what begins later than the subscription, and is longer than its trial, was billed.
 */
export function isInFirstPeriod({
  currentPeriodStart: start,
  currentPeriodEnd: end,
  dodoCreatedAt,
  trialPeriodDays,
}: Omit<Timing, 'status'>): boolean {
  if (start === null) return true;
  const trialMs = trialPeriodDays * MS_PER_DAY;
  const afterMs = start.getTime() - dodoCreatedAt.getTime();
  const isLonger = end !== null && end.getTime() - start.getTime() > trialMs + LIVE_WITHIN_MS;
  return afterMs < trialMs / 2 && !(isLonger && afterMs > LIVE_WITHIN_MS);
}
