import { applyDecorators } from '@nestjs/common';
import { ApiFailure } from '../http/openapi.decorators';
import { RETRY_AFTER } from '../http/response-headers.openapi';
import { QUESTION_REFUSED, QUESTION_UNHEARD } from './billing.errors';

/** What every route that asks Dodo for something can answer. */
export function ApiProviderFailures(): MethodDecorator {
  return applyDecorators(
    ApiFailure(
      502,
      'Dodo refused.',
      'payment_provider_error',
      'The payment provider did not accept the request. Nothing has been charged.',
    ),
    ApiFailure(
      503,
      'Dodo is away, slow, or limits our rate.',
      'payment_provider_unavailable',
      'The payment provider can not be reached right now. Nothing has been charged; please try again shortly.',
      RETRY_AFTER,
    ),
  );
}

/** What a route can answer that asks Dodo what has become of a payment. */
export function ApiProviderSilence(): MethodDecorator {
  return applyDecorators(
    ApiFailure(502, 'Dodo did not answer as it should.', 'payment_provider_error', QUESTION_REFUSED),
    ApiFailure(
      503,
      'Dodo is away, slow, or limits our rate.',
      'payment_provider_unavailable',
      QUESTION_UNHEARD,
      RETRY_AFTER,
    ),
  );
}
