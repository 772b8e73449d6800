import { AppError, quote } from '../app-error';
import { DodoOutcomeUnknown, DodoRejected, UNREADABLE_ANSWER, retryAfterOf } from '../dodo/dodo.errors';
import type { DodoError } from '../dodo/dodo.errors';

/** Seconds after which asking again is worth it when Dodo was away and does not say. */
const RETRY_AFTER_SECONDS = 10;

export const REQUEST_REFUSED = 'The payment provider did not accept the request. Nothing has been charged.';
export const REQUEST_UNHEARD =
  'The payment provider can not be reached right now. Nothing has been charged; please try again shortly.';
export const QUESTION_REFUSED =
  'The payment provider did not answer the question. What has been paid stays paid; asking again is harmless.';
export const QUESTION_UNHEARD =
  'The payment provider can not be reached right now. What has been paid stays paid; please ask again shortly.';

export class PlanNotFound extends AppError {
  constructor(planId: string) {
    super(404, 'not_found', `There is no plan ${quote(planId)}.`);
  }
}

export class CheckoutConflict extends AppError {
  static alreadySubscribed(): CheckoutConflict {
    return new CheckoutConflict(409, 'conflict', 'This organization already has a subscription.');
  }

  static subscriptionPending(): CheckoutConflict {
    return new CheckoutConflict(
      409,
      'conflict',
      'A subscription of this organization is being set up. Try again in a few minutes if it does not start.',
    );
  }
}

/** Dodo did not do what was asked. Which of the two it is says whether trying again can help. */
export class PaymentProviderError extends AppError {
  static from(error: DodoError): PaymentProviderError {
    return isAnswer(error)
      ? PaymentProviderError.refused(REQUEST_REFUSED, error)
      : PaymentProviderError.away(REQUEST_UNHEARD, error);
  }

  /** For a question about a payment: it may have been made, so nothing is said of that. */
  static ofQuestion(error: DodoError): PaymentProviderError {
    return isAnswer(error)
      ? PaymentProviderError.refused(QUESTION_REFUSED, error)
      : PaymentProviderError.away(QUESTION_UNHEARD, error);
  }

  /** For what may have been done: never to be taken for a no. */
  static outcomeUnknown(cause?: unknown): PaymentProviderError {
    return PaymentProviderError.away(
      'The payment provider can not say yet what came of the request. Look at GET /billing/status before trying again.',
      cause,
      true,
    );
  }

  private static refused(message: string, cause: unknown): PaymentProviderError {
    return new PaymentProviderError(502, 'payment_provider_error', message, { cause });
  }

  private static away(message: string, cause: unknown, mayHaveHappened = false): PaymentProviderError {
    const headers = { 'retry-after': String(retryAfterOf(cause) ?? RETRY_AFTER_SECONDS) };
    const options = { cause, headers, mayHaveHappened };
    return new PaymentProviderError(503, 'payment_provider_unavailable', message, options);
  }
}

/** What a row says of a request that came to this. */
export function failedState(error: DodoError): 'refused' | 'unknown' | 'unavailable' {
  if (error instanceof DodoRejected) return 'refused';
  return error instanceof DodoOutcomeUnknown ? 'unknown' : 'unavailable';
}

function isAnswer(error: DodoError): boolean {
  return error instanceof DodoRejected || error.code === UNREADABLE_ANSWER;
}
