import { withoutNul } from '../without-nul';

/** Code of an answer that came and could not be understood. */
export const UNREADABLE_ANSWER = 'unreadable_answer';

/** What went wrong between us and Dodo, in the three kinds that callers act on. */
export abstract class DodoError extends Error {
  /** Dodo's own code (`LINE_ITEM_FULLY_REFUNDED`), or ours where there is none (`timeout`). */
  abstract readonly code: string;

  /**
   * What Dodo or the network said, in its own words: for the operator's tables.
   * It may name people, so it is no part of `message`, which goes to logs.
   */
  readonly detail: string;

  constructor(message: string, cause: Error) {
    super(message, { cause });
    this.name = new.target.name;
    this.detail = withoutNul(cause.message);
  }
}

/** Dodo answered no. Nothing has happened there, and the same call will get the same answer. */
export class DodoRejected extends DodoError {
  constructor(
    operation: string,
    readonly status: number,
    readonly code: string,
    cause: Error,
  ) {
    super(`Dodo refused ${operation} with ${status} ${code}`, cause);
  }
}

/** Dodo could not be asked, or could not be read from. Nothing has happened there; later it may work. */
export class DodoUnavailable extends DodoError {
  constructor(
    operation: string,
    readonly code: string,
    cause: Error,
    /** Dodo has had too many calls: this one may be made again, and others had better wait too. */
    readonly isRateLimit = false,
    /** As Dodo asks; null when it does not say. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(`Dodo is unavailable for ${operation} (${code})`, cause);
  }
}

/**
 * A write whose answer was lost or unreadable: it may or may not have happened.
 * Only reading Dodo can tell. `mayStillArrive` is true when the request itself
 * may be under way yet (a time-out, a cut connection), so that a read which
 * finds nothing is not proof.
 */
export class DodoOutcomeUnknown extends DodoError {
  constructor(
    operation: string,
    readonly code: string,
    readonly mayStillArrive: boolean,
    cause: Error,
  ) {
    super(`Dodo's outcome of ${operation} is unknown (${code})`, cause);
  }
}

/** Whether Dodo says that there is no such thing. */
export function isNotFound(error: unknown): error is DodoRejected {
  return error instanceof DodoRejected && error.status === 404;
}

/** How long Dodo asks to be left alone; null when it does not say, and for what is no word of Dodo's. */
export function retryAfterOf(error: unknown): number | null {
  return error instanceof DodoUnavailable ? error.retryAfterSeconds : null;
}
