import { applyDecorators } from '@nestjs/common';
import { ApiFailure } from '../http/openapi.decorators';
import { RETRY_AFTER } from '../http/response-headers.openapi';
import { QUESTION_REFUSED, QUESTION_UNHEARD, REQUEST_REFUSED, REQUEST_UNHEARD } from './billing.errors';

/** What every route that asks Dodo for something can answer. */
export function ApiProviderFailures(): MethodDecorator {
  return badGateway('Dodo refused.', REQUEST_REFUSED, REQUEST_UNHEARD);
}

/** What a route can answer that asks Dodo what has become of a payment. */
export function ApiProviderSilence(): MethodDecorator {
  return badGateway('Dodo did not answer as it should.', QUESTION_REFUSED, QUESTION_UNHEARD);
}

function badGateway(description: string, refused: string, unheard: string): MethodDecorator {
  return applyDecorators(
    ApiFailure(502, description, 'payment_provider_error', refused),
    ApiFailure(
      503,
      'Dodo is away, slow, or limits our rate.',
      'payment_provider_unavailable',
      unheard,
      RETRY_AFTER,
    ),
  );
}
