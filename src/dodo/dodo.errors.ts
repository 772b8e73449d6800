/** What went wrong between us and Dodo, in the three kinds that callers act on. */
export abstract class DodoError extends Error {
  /** Dodo's own code (`LINE_ITEM_FULLY_REFUNDED`), or ours where there is none (`timeout`). */
  abstract readonly code: string;
}

/** Dodo answered no. Nothing has happened there, and the same call will get the same answer. */
export class DodoRejected extends DodoError {
  constructor(
    readonly operation: string,
    readonly status: number,
    readonly code: string,
    message: string,
    cause?: unknown,
  ) {
    super(`Dodo refused ${operation} with ${status} ${code}: ${message}`, { cause });
    this.name = 'DodoRejected';
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }
}

/** Dodo could not be asked, or could not be read from. Nothing has happened there; later it may work. */
export class DodoUnavailable extends DodoError {
  constructor(
    readonly operation: string,
    readonly code: string,
    message: string,
    cause?: unknown,
  ) {
    super(`Dodo is unavailable for ${operation} (${code}): ${message}`, { cause });
    this.name = 'DodoUnavailable';
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
    readonly operation: string,
    readonly code: string,
    readonly mayStillArrive: boolean,
    message: string,
    cause?: unknown,
  ) {
    super(`Dodo's outcome of ${operation} is unknown (${code}): ${message}`, { cause });
    this.name = 'DodoOutcomeUnknown';
  }
}
