import type { ErrorCode } from '../app-error';
import { BODY_TOO_LARGE } from './body-limit';
import { RETRY_AFTER } from './response-headers.openapi';
import type { OperationObject } from './response-headers.openapi';

/** Carries from the route to the document that any type of body is taken, and is gone from it afterwards. */
export const RAW_BYTES_EXTENSION = 'x-raw-bytes';

/** An answer of the document; see `failure` for the one that is sent. */
export const failureResponse = (description: string, error: ErrorCode, message: string) => ({
  description,
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/ErrorResponse' },
      example: { success: false, error, message },
    },
  },
});

const UNREADABLE_ADDRESS = failureResponse(
  'The address is not valid.',
  'bad_request',
  'The address is not a valid URL.',
);

/** A body may come to any of these methods, whether the operation wants one or not. */
const METHODS_WITH_BODY = new Set(['post', 'put', 'patch', 'delete']);

const UNREADABLE_BODY = {
  '400': failureResponse(
    'A body was sent, and is not valid.',
    'bad_request',
    'The request body is not valid JSON.',
  ),
  '413': failureResponse('The body is too large.', 'payload_too_large', BODY_TOO_LARGE),
  '415': failureResponse(
    'A body was sent, and is not JSON, or is encoded.',
    'unsupported_media_type',
    'Content type "text/plain" is not supported here: send application/json.',
  ),
};

const CRASH = failureResponse(
  'Something went wrong here, and is in the log.',
  'internal_error',
  'Something went wrong on our side. Please try again.',
);

const AWAY = {
  ...failureResponse(
    'The service lacks something for a moment, such as its database: see `Retry-After`.',
    'service_unavailable',
    'The service is not available right now. Please try again.',
  ),
  headers: RETRY_AFTER,
};

/** Adds what any operation can answer, before it looks at anything or after: what its decorators say goes first. */
export function describeCommonFailures(path: string, method: string, operation: OperationObject): void {
  const { responses } = operation;
  const declared = operation as OperationObject & { [RAW_BYTES_EXTENSION]?: boolean };
  const isRaw = declared[RAW_BYTES_EXTENSION] === true;
  delete declared[RAW_BYTES_EXTENSION];
  if (METHODS_WITH_BODY.has(method)) {
    for (const [status, response] of Object.entries(UNREADABLE_BODY)) {
      if (status !== '415' || !isRaw) responses[status] ??= response;
    }
  }
  if (path.includes('{')) responses['400'] ??= UNREADABLE_ADDRESS;
  responses['500'] ??= CRASH;
  responses['503'] ??= AWAY;
}
