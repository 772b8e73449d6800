import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ApiResponseOptions } from '@nestjs/swagger';
import type { ErrorCode } from '../app-error';
import { BODY_TOO_LARGE } from './body-limit';
import { ErrorResponse } from './error-response.dto';
import { RETRY_AFTER } from './response-headers.openapi';

/** A JSON Schema of OpenAPI 3.1; wider than the library's type, which lacks `const`. */
export interface Schema {
  [keyword: string]: unknown;
}

/** An object that always has all of these properties. */
export function objectOf(properties: Schema): Schema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** For `@ApiOperation`: the route takes no API key. */
export const PUBLIC = { security: [] };

const json = (schema: Schema, example?: unknown) => ({
  content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
});

/** A success: `data` (a schema, or nothing) in the envelope, with an example of `data`. */
export function ApiSuccess(
  status: number,
  description: string,
  data?: Schema,
  example?: unknown,
): MethodDecorator {
  const schema = {
    type: 'object',
    properties: { success: { type: 'boolean', const: true }, ...(data ? { data } : {}) },
    required: data ? ['success', 'data'] : ['success'],
  };
  const wrapped = example === undefined ? undefined : { success: true, data: example };
  return ApiResponse({ status, description, ...json(schema, wrapped) } as ApiResponseOptions);
}

/** A failure that the route can give, with the code and the text that it comes with. */
export function ApiFailure(
  status: number,
  description: string,
  error: ErrorCode,
  message: string,
  headers?: Schema,
): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(ErrorResponse),
    ApiResponse({
      status,
      description,
      ...(headers && { headers }),
      ...json({ $ref: getSchemaPath(ErrorResponse) }, { success: false, error, message }),
    } as ApiResponseOptions),
  );
}

/** What every route behind an API key can answer; a gated one is closed to suspended organizations. */
export function ApiKeyFailures(gate: 'gated' | 'open'): MethodDecorator {
  return applyDecorators(
    ApiFailure(401, 'The API key is missing or not valid.', 'unauthorized', 'Missing or invalid API key.'),
    gate === 'gated'
      ? ApiFailure(
          403,
          'Access is suspended, since the subscription expired, was cancelled, or is past due; or the API key lacks a scope.',
          'billing_suspended',
          'Subscription expired, cancelled, or past due.',
        )
      : ApiFailure(
          403,
          'The API key lacks a scope.',
          'insufficient_scope',
          'This API key lacks the scope billing:write.',
        ),
  );
}

/** What every route behind a credential answers when it is called too often. */
export function ApiRateLimited(description: string): MethodDecorator {
  const message = 'More than 600 calls in a minute. Try again in 12 seconds.';
  return ApiFailure(429, description, 'rate_limited', message, RETRY_AFTER);
}

/** What every route that reads a JSON body can answer, with an example of what may be wrong with it. */
export function ApiBodyFailures(example: string): MethodDecorator {
  return applyDecorators(
    ApiFailure(400, 'The body is not valid.', 'bad_request', example),
    ApiFailure(413, 'The body is too large.', 'payload_too_large', BODY_TOO_LARGE),
    ApiFailure(
      415,
      'The body is not JSON, or is encoded.',
      'unsupported_media_type',
      'Content type "text/plain" is not supported here: send application/json.',
    ),
  );
}

/** For `@ApiOperation`: the body inline, since `@ApiBody` would drop the example. */
export function jsonRequestBody(schema: Schema, example: unknown) {
  return { requestBody: { required: true, ...json(schema, example) } } as object;
}
