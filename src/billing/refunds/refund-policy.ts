import { DodoOutcomeUnknown } from '../../dodo/dodo.errors';
import type { DodoError } from '../../dodo/dodo.errors';
import type { Refund } from './refund.entity';

/** A request that got no answer counts as under way for this long; longer than any time-out of ours. */
export const MAY_BE_UNDER_WAY_SECONDS = 20;
/** Dodo has answered, so nothing is under way; what it did may show a moment later. */
const MAY_NOT_SHOW_YET_SECONDS = 8;

/** Dodo's ways of saying that nothing is left of the line. */
export const LINE_IS_GONE = new Set([
  'PAYMENT_ALREADY_REFUNDED',
  'PAYMENT_HAS_BEEN_REFUNDED',
  'NOTHING_TO_REFUND',
  'LINE_ITEM_FULLY_REFUNDED',
]);

/** Or that it is being refunded, unless that is another line. */
export const ALREADY_REFUNDED = new Set([...LINE_IS_GONE, 'EXISTING_REFUND_REQUEST_PROCESSING']);

/** Refusals that will not change: a person has to give the fee back another way. */
export const FINAL_REFUSALS = new Set([
  'REFUND_WINDOW_EXPIRED',
  'PARTIAL_REFUND_NOT_ALLOWED',
  'LINE_ITEM_NOT_FOUND',
  'LINE_ITEM_PRORATED',
  'REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT',
  // Part of the line has been given back by hand, and Dodo does not take the rest for the whole.
  'LINE_ITEM_REFUND_AMOUNT_TOO_HIGH',
  'LINE_ITEM_REFUND_AMOUNT_TOO_LOW',
  'ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED',
]);

/** Dodo took the request and could not carry it out, as with an empty balance: what can be asked for again. */
export const REFUND_FAILED = 'refund_failed';

/** An empty balance is seldom filled within the hour, and often within the day. */
const FIRST_PAUSE_SECONDS = 3600;
const LONGEST_PAUSE_SECONDS = 86_400;

/** How long nobody asks again after `failures` refunds that came to nothing. */
export function pauseSeconds(failures: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.max(0, failures - 1));
}

/** How long nobody asks again after this error: as long as the request, or its effect, may not show yet. */
export function quietSeconds(error: DodoError): number {
  if (!(error instanceof DodoOutcomeUnknown)) return 0;
  return error.mayStillArrive ? MAY_BE_UNDER_WAY_SECONDS : MAY_NOT_SHOW_YET_SECONDS;
}

/** Whether nothing more can come of it by itself. */
export function isFinal({ state, failureCode }: Pick<Refund, 'state' | 'failureCode'>): boolean {
  if (state === 'settled_by_hand') return true;
  return state === 'succeeded' || (state === 'failed' && failureCode !== REFUND_FAILED);
}
