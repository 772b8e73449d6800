import type { Weighted } from './seeded-random';

/** Calls to Dodo that are to go wrong; `*` is one segment. Those that move money most of all. */
export const FAULT_ROUTES: Weighted<readonly [method: string, path: string]> = [
  [6, ['POST', '/refunds']],
  [4, ['POST', '/checkouts']],
  [2, ['POST', '/customers']],
  [1, ['GET', '/customers']],
  [4, ['GET', '/payments/*']],
  [3, ['GET', '/payments/*/line-items']],
  [3, ['GET', '/refunds/*']],
  [4, ['GET', '/subscriptions/*']],
  [2, ['PATCH', '/subscriptions/*']],
  [2, ['POST', '/subscriptions/*/change-plan']],
  [1, ['DELETE', '/subscriptions/*/change-plan/scheduled']],
  [2, ['POST', '/subscriptions/*/update-payment-method']],
  [1, ['GET', '/checkouts/*']],
  [1, ['GET', '/payments']],
  [1, ['GET', '/subscriptions']],
  [1, ['GET', '/refunds']],
  [1, ['GET', '/disputes']],
];

/** A time-out takes ten seconds of somebody's life, so it is rarer. */
export const KINDS: Weighted<string> = [
  [4, 'error_before'],
  [4, 'error_after'],
  [1, 'timeout_before'],
  [1, 'timeout_after'],
  [3, 'drop_before'],
  [3, 'drop_after'],
  [2, 'delay'],
];

/** 404: Dodo tells of things before it shows them. */
export const READ_STATUSES = [500, 502, 503, 429, 404, 409];
export const WRITE_STATUSES = [500, 502, 503, 429, 409];

/** What is not documented, or for a merchant to choose: the service has to be right with all of it. */
export const HOUSE_STYLES: Record<string, readonly unknown[]> = {
  mixedProductCart: ['null', 'fee', 'all'],
  trialPlanLineItem: ['absent', 'zero'],
  returnParams: ['subscription', 'both'],
  renewedAtTrialStart: [false, true],
  planChangePeriod: ['begins', 'stays'],
  duplicateRefundStatus: [400, 409, 422],
  refundOutcome: ['succeeded', 'succeeded', 'succeeded', 'review', 'stuck_pending'],
  refundSettleSeconds: [0, 1, 3600, 90_000],
  paymentMetadata: [true, false],
  subscriptionMetadata: [true, false],
  failedSubscriptionOnDecline: [false, true],
  gracePeriodDays: [null, 3],
  paymentRetries: [false, true],
  taxRatePercent: [0, 0, 20],
};

export const STRIKES: Weighted<string> = [
  [66, 'a process'],
  [8, 'all processes'],
  [18, 'Postgres'],
  [8, 'Postgres and a process'],
];

/** The shortest run has these. */
export const FIRST_STRIKES = ['a process', 'Postgres'];
