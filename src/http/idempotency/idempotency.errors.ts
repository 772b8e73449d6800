import { AppError } from '../../app-error';

/** Most calls end within a second; one whose process died is given up after its lease. */
const RETRY_AFTER_SECONDS = '1';

export class IdempotencyConflict extends AppError {
  static inFlight(): IdempotencyConflict {
    return new IdempotencyConflict(
      409,
      'conflict',
      'A call with this Idempotency-Key is still being worked on. Ask again in a moment.',
      { headers: { 'retry-after': RETRY_AFTER_SECONDS } },
    );
  }

  /** The call took so long that its claim was given to a repetition: that one's answer counts. */
  static takenOver(): IdempotencyConflict {
    return new IdempotencyConflict(
      409,
      'conflict',
      'A later call with this Idempotency-Key has taken over. Send it again to get its answer.',
      { headers: { 'retry-after': RETRY_AFTER_SECONDS } },
    );
  }

  /** Which of the two it was is not stored. */
  static otherCall(): IdempotencyConflict {
    return new IdempotencyConflict(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was sent before with another body, or by another API key. Use a new key for a new request.',
    );
  }

  static keyReused(): IdempotencyConflict {
    return new IdempotencyConflict(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was sent before with another body. Use a new key for a new request.',
    );
  }
}
