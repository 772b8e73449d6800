import type { Tx } from '../../database/database';

/**
 * One call of a route that changes something, as its controller and its service
 * see it. Without an `Idempotency-Key` it is {@link UNKEYED_CALL}, which only
 * runs the work: nobody has to ask whether there is a key.
 */
export interface IdempotentCall {
  /** Whether there is a key: without one nothing has to commit together with the effect. */
  readonly isKeyed: boolean;

  /** The row that an earlier try of this call named by `begin`, when its process died or its outcome was not known; else null. */
  readonly resourceId: string | null;

  /**
   * For the controller: runs `work` if this is the first call with its key, and
   * answers again what the first one answered if it is not. A failure frees the key, and so does an answer that
   * is not `isFinal`: the next call looks again. Where what was asked for may have happened, the key stays with its body.
   * @throws {IdempotencyConflict} 409 while the first is under way, 422 for another body or API key
   */
  once<T>(work: () => Promise<T>, isFinal?: (data: T) => boolean): Promise<T>;

  /** For the service, in the transaction that commits the row of a call which goes on after that commit. */
  begin(tx: Tx, resourceId: string): Promise<void>;

  /**
   * For the service, in the transaction that commits the effect: effect and
   * answer are there together, or neither is. `data` is what the route answers.
   * What needs no transaction of its own may leave it out: `once` sees to it then.
   * @throws {IdempotencyConflict} 409 when a repetition has taken over, so that the effect is rolled back
   */
  complete(tx: Tx, data: unknown): Promise<void>;
}

/** A call without a key: whoever makes it answers for its repetitions. */
export const UNKEYED_CALL: IdempotentCall = {
  isKeyed: false,
  resourceId: null,
  once: (work) => work(),
  begin: () => Promise.resolve(),
  complete: () => Promise.resolve(),
};
