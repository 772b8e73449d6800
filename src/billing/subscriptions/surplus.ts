import type { Subscription, Surplus } from './subscription.entity';
import { isInFirstPeriod, isLive, isOfPlan } from './subscription-status';

export interface Judged {
  /** As it is now; its `surplus` is what was said of it before. */
  subscription: Subscription;
  wasLive: boolean;
  /** Whether its trial, if it has one, is the one that its org may have. */
  isTrialItsOwn: boolean;
  /** The org's other subscriptions. */
  others: readonly Subscription[];
}

/**
 * Whether a subscription is one too many. Which of several stays is decided
 * once: the first that was seen live. It is called again whenever one is stored,
 * so a second subscription is none any more when the first has ended.
 */
export function surplusOf({ subscription, wasLive, isTrialItsOwn, others }: Judged): Surplus | null {
  if (!isLive(subscription)) return subscription.surplus;
  if (wasLive && subscription.surplus === null) return null;
  const isInTrial = subscription.trialPeriodDays > 0 && isInFirstPeriod(subscription);
  if (isInTrial && !isTrialItsOwn) return 'second_trial';
  const isSecond = others.some((other) => isLive(other) && other.surplus === null && isOfPlan(other));
  return isSecond ? 'second_subscription' : null;
}
