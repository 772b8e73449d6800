/**
 * Every job there is. What is due is also written in the tables (an event is
 * `pending`, a refund is `owed`): a job only says "look at it now", so running
 * one twice, or late, changes nothing.
 */
export interface Jobs {
  /** Carry out what a stored Dodo event hints at. */
  'dodo-event.process': { eventId: string };
  /** Try again the events that fitted no organization and carry one of these keys. */
  'dodo-event.rematch': { matchKeys: string[] };
  /** Read a subscription again that could not be read when it was to be. */
  'subscription.sync': { subscriptionId: string };
  /** Read what a customer has at Dodo, who was there before the organization. */
  'customer.read-in': { customerId: string };
  /** End a subscription that is one too many, or let it go on when it is none any more. `tries` counts those that failed in a row. */
  'subscription.end-surplus': { subscriptionId: string; tries?: number };
  /** End those that are one too many and have lost their job. Comes back by itself. */
  'surplus.sweep': Record<string, never>;
  /** Bring a refund that is owed to its end. `tries` counts the looks that failed in a row. */
  'refund.drive': { refundId: string; tries?: number };
  /** See that a comparison with Dodo runs. Comes back by itself. */
  'reconciliation.begin': Record<string, never>;
  /** Go on with a comparison. `tries` counts the steps in a row for which Dodo was away. */
  'reconciliation.step': { reconciliationId: string; tries?: number };
  /** Empty the events that are kept for their ids alone. Comes back by itself. */
  'inbox.retention': Record<string, never>;
  /** Follow the pending events that have lost their job. Comes back by itself. */
  'inbox.sweep': Record<string, never>;
  /** Send what is due to a customer's endpoint. */
  'webhook.deliver': { endpointId: string };
  /** The same, to one that takes long to answer. */
  'webhook.deliver-slowly': { endpointId: string };
  /** Forget deliveries of long ago, and find those that should have gone out. Comes back by itself. */
  'webhook.sweep': Record<string, never>;
}

export type JobName = keyof Jobs;

/**
 * Tries before the queue gives a job up, almost three days in all. That is for
 * failures of our own (a database that is away): what fails because of Dodo
 * plans its next try itself, see `retry-delay.ts`.
 */
export const MAX_ATTEMPTS = 20;

const NAMES: Record<JobName, true> = {
  'dodo-event.process': true,
  'dodo-event.rematch': true,
  'subscription.sync': true,
  'customer.read-in': true,
  'subscription.end-surplus': true,
  'surplus.sweep': true,
  'refund.drive': true,
  'reconciliation.begin': true,
  'reconciliation.step': true,
  'inbox.retention': true,
  'inbox.sweep': true,
  'webhook.deliver': true,
  'webhook.deliver-slowly': true,
  'webhook.sweep': true,
};

export const JOB_NAMES = Object.keys(NAMES) as JobName[];

/** The one kind of job that is put on the queue without a key: each of them is about something else. */
export const UNKEYED = 'dodo-event.rematch';

/**
 * Jobs that wait for strangers have workers of their own: however many of them
 * are slow, what waits for Dodo or for nobody goes on, and so do the quick ones.
 */
export const OWN_LANES: Partial<Record<JobName, string>> = {
  'webhook.deliver': 'webhooks',
  'webhook.deliver-slowly': 'slow webhooks',
};
