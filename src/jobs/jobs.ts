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
  /** Bring a refund that is owed to its end. */
  'refund.drive': { refundId: string };
}

export type JobName = keyof Jobs;

/**
 * Tries before a job is given up; the wait between them grows as e^n seconds up
 * to about six hours, so that 16 tries last two days and ride out a long outage.
 */
export const MAX_ATTEMPTS: Record<JobName, number> = {
  'dodo-event.process': 16,
  'dodo-event.rematch': 16,
  'refund.drive': 40,
};

export const JOB_NAMES = Object.keys(MAX_ATTEMPTS) as JobName[];
