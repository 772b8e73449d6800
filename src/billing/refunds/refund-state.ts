/**
 * owed: the payment carries the fee, Dodo has not been asked. requested: Dodo
 * has been asked and its answer is not known yet. The others are Dodo's words.
 */
export type RefundState = 'owed' | 'requested' | 'pending' | 'review' | 'succeeded' | 'failed';

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
};

export function mayBecome(from: RefundState, to: RefundState): boolean {
  return ALLOWED[from].includes(to);
}

export function isSettled(state: RefundState): boolean {
  return state === 'succeeded' || state === 'failed';
}
