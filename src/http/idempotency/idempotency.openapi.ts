import { failureResponse } from '../common-failures.openapi';
import { RETRY_AFTER } from '../response-headers.openapi';
import type { OperationObject } from '../response-headers.openapi';

type ResponseObject = { description: string; headers?: typeof RETRY_AFTER };

/** Carries the declaration from the route to the document, and is gone from it afterwards. */
export const IDEMPOTENT_EXTENSION = 'x-idempotent';

/** `text` is for an operation whose parameters are fixed elsewhere: there, the description alone tells of the header. */
export type HeaderDocumentation = 'parameter' | 'text';

const HOW =
  'Send an `Idempotency-Key` header (1 to 255 visible ASCII characters) to repeat the call safely: for 24 hours the ' +
  'same key with the same body, by the same API key, gets the same answer, with `Idempotency-Replayed: true`, and nothing happens twice. ' +
  'A call that failed frees its key; after a 503 that can not say what came of it, the same call tells what was done.';

const IN_FLIGHT = 'A call with the same `Idempotency-Key` is still being worked on: see `Retry-After`.';

/** Adds what every idempotent operation has in common: the header, 409 and 422. */
export function describeIdempotency(operation: OperationObject): void {
  const declared = operation as OperationObject & { [IDEMPOTENT_EXTENSION]?: HeaderDocumentation };
  const documentation = declared[IDEMPOTENT_EXTENSION];
  if (documentation === undefined) return;
  delete declared[IDEMPOTENT_EXTENSION];
  operation.description = [operation.description, HOW].filter(Boolean).join('\n\n');
  if (documentation === 'parameter') addHeader(operation);
  const own = operation.responses['409'] as ResponseObject | undefined;
  if (own) own.description = `${own.description} Or: ${IN_FLIGHT}`;
  operation.responses['409'] ??= failureResponse(
    IN_FLIGHT,
    'conflict',
    'A call with this Idempotency-Key is still being worked on. Ask again in a moment.',
  );
  (operation.responses['409'] as ResponseObject).headers = RETRY_AFTER;
  operation.responses['422'] = failureResponse(
    'The `Idempotency-Key` was sent before with another body, or by another API key.',
    'idempotency_key_reused',
    'This Idempotency-Key was sent before with another body, or by another API key. Use a new key for a new request.',
  );
}

function addHeader(operation: OperationObject): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'Names this call, so that repeating it is safe. A random UUID does well.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    },
  ];
}
