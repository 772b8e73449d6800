import type { OpenAPIObject } from '@nestjs/swagger';

export type OperationObject = NonNullable<OpenAPIObject['paths'][string]['post']>;
type ResponseObject = { description: string; headers?: Record<string, { $ref: string }> };

const integer = { type: 'integer' as const };
const text = { type: 'string' as const };

/** Every header of ours, for `components`: the answers that carry one refer to it. */
export const RESPONSE_HEADERS = {
  'X-Request-Id': {
    description: 'The id under which the logs know this call: yours, or a new one.',
    schema: text,
  },
  'X-RateLimit-Limit': { description: 'Calls that may be made in a minute.', schema: integer },
  'X-RateLimit-Remaining': { description: 'How many are left of this one.', schema: integer },
  'X-RateLimit-Reset': { description: 'When the next one begins, in Unix seconds.', schema: integer },
  'Retry-After': { description: 'In how many seconds to try again.', schema: integer },
  'WWW-Authenticate': { description: 'How to say who you are.', schema: text },
  'Idempotency-Replayed': {
    description: '`true` when this is the answer that an earlier call with the same key has had.',
    schema: text,
  },
};
type HeaderName = keyof typeof RESPONSE_HEADERS;

const refersTo = (...names: HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** For answers that say when to try again. */
export const RETRY_AFTER = refersTo('Retry-After');

/** The contract has these without headers, word for word but for the description, which tells of them instead. */
const CONTRACT_OPERATION = 'createBillingCheckout';
const CONTRACT_STATUSES = ['200', '401', '403'];

/** Adds what follows from who may call the operation, and from the status. Call it when all answers are there. */
export function describeHeaders(operation: OperationObject): void {
  const responses = operation.responses as Record<string, ResponseObject>;
  for (const [status, response] of Object.entries(responses)) {
    const names = headersOf(operation, status);
    // Another object: the same answer may stand in other operations too.
    responses[status] =
      operation.operationId === CONTRACT_OPERATION && CONTRACT_STATUSES.includes(status)
        ? { ...response, description: `${response.description} ${inWords(names)}` }
        : { ...response, headers: { ...response.headers, ...refersTo(...names) } };
  }
}

function headersOf({ security, responses }: OperationObject, status: string): HeaderName[] {
  const names: HeaderName[] = ['X-Request-Id'];
  const takesApiKey = security === undefined;
  const isOpen = security?.length === 0;
  if (status === '401') return isOpen ? names : [...names, 'WWW-Authenticate'];
  // A body that is too large is refused while it comes, before the call is counted.
  if (takesApiKey && status !== '413')
    names.push('X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset');
  // 422 is for a key that has been sent before.
  if (status === '200' && '422' in responses) names.push('Idempotency-Replayed');
  return names;
}

function inWords(names: HeaderName[]): string {
  return `Headers: ${names.map((name) => `\`${name}\``).join(', ')}.`;
}
