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
 * A failed one is asked for again, so that it starts anew.
 */
const ALLOWED: Record<RefundState, readonly RefundState[]> = {
  owed: ['requested', 'pending', 'review', 'succeeded', 'failed'],
  requested: ['pending', 'review', 'succeeded', 'failed'],
  pending: ['review', 'succeeded', 'failed'],
  review: ['succeeded', 'failed'],
  failed: ['requested', 'pending', 'review', 'succeeded'],
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

/** What our row knows of the refunds that Dodo has made for it. */
export interface KnownRefund {
  state: RefundState;
  /** The one that it follows. */
  dodoRefundId: string | null;
  /** Those that gave nothing back. */
  failedDodoRefundIds: readonly string[];
}

/**
 * Whether what Dodo has of one of its refunds is to replace what the row says.
 * Several may have been made for one debt, one after the other: what comes late
 * about one that failed must not pass for news of the one that followed it.
 * Money that has moved is news, whichever refund moved it.
 */
export function isNews(known: KnownRefund, fresh: { id: string; status: RefundState }): boolean {
  if (!mayBecome(known.state, fresh.status)) return false;
  if (fresh.status === 'succeeded') return true;
  if (known.failedDodoRefundIds.includes(fresh.id)) return false;
  const followsAnother = known.dodoRefundId !== null && known.dodoRefundId !== fresh.id;
  return !followsAnother || known.state === 'failed';
}
