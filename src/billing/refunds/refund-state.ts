export const REFUND_STATES = [
  'owed',
  'requested',
  'pending',
  'review',
  'succeeded',
  'failed',
  'settled_by_hand',
] as const;

/**
 * owed: the payment carries the fee, Dodo has not been asked. requested: Dodo
 * has been asked and its answer is not known yet. settled_by_hand: a person gave
 * the fee back outside Dodo, which has no refund. The others are Dodo's words.
 */
export type RefundState = (typeof REFUND_STATES)[number];

/**
 * Where a refund may go from where it is. What was read late must not undo what
 * was read before: Dodo's own order is pending, review, then succeeded or failed.
 */
const ALLOWED: Record<RefundState, readonly RefundState[]> = {
  owed: ['requested', 'pending', 'review', 'succeeded', 'failed'],
  requested: ['pending', 'review', 'succeeded', 'failed'],
  pending: ['review', 'succeeded', 'failed'],
  review: ['succeeded', 'failed'],
  failed: ['succeeded'],
  succeeded: [],
  // Should Dodo give it back all the same, then that is what has happened.
  settled_by_hand: ['succeeded'],
};

export function mayBecome(from: RefundState, to: RefundState): boolean {
  return ALLOWED[from].includes(to);
}

export function isSettled(state: RefundState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'settled_by_hand';
}
