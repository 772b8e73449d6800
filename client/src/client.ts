import createFetchClient from 'openapi-fetch';
import type { MaybeOptionalInit, Middleware } from 'openapi-fetch';
import { BillingApiError } from './errors.ts';
import { withRetries } from './retries.ts';
import type { RetryOptions } from './retries.ts';
import type { paths } from './schema.ts';

export interface ClientOptions extends Partial<RetryOptions> {
  /** Where the service is, a prefix included: `https://app.autoposting.ai/api-proxy`. */
  baseUrl: string;
  /** For everything that an organization does. */
  apiKey?: string | undefined;
  /** For the operator's routes. */
  operatorToken?: string | undefined;
  fetch?: (request: Request) => Promise<Response>;
}

type Verb = 'get' | 'post' | 'patch' | 'delete';
type PathsWith<V extends Verb> = {
  [P in keyof paths]: paths[P][V] extends { responses: unknown } ? P : never;
}[keyof paths];

/** What a route answers in `data`; undefined where it has nothing to tell. */
export type DataOf<P extends keyof paths, V extends Verb> = paths[P][V] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body extends { data: infer Data }
    ? Data
    : undefined
  : never;

type Arguments<Init> = undefined extends Init ? [init?: Init] : [init: Init];

/** @throws {BillingApiError} for every answer that is no success; {BillingUnreachable} when none came */
type Call<V extends Verb> = <P extends PathsWith<V>>(
  path: P,
  ...init: Arguments<MaybeOptionalInit<paths[P], V>>
) => Promise<DataOf<P, V>>;

/** One method a verb; path, parameters, body and answer are typed by the service's own document. */
export interface BillingClient {
  GET: Call<'get'>;
  POST: Call<'post'>;
  PATCH: Call<'patch'>;
  DELETE: Call<'delete'>;
}

/** POSTs that do not know Idempotency-Key: sending one would promise something. */
export const UNKEYED: readonly string[] = [
  '/organizations',
  '/organizations/{id}/adopt',
  '/operator/dodo-events/replay',
  '/operator/dodo-events/{id}/replay',
  '/operator/reconcile',
  '/webhooks/dodo',
];

export function createClient(options: ClientOptions): BillingClient {
  const {
    baseUrl,
    apiKey,
    operatorToken,
    maxRetries = 3,
    maxWaitSeconds = 30,
    timeoutSeconds = 30,
  } = options;
  const send = options.fetch ?? ((request) => fetch(request));
  const http = createFetchClient<paths>({
    baseUrl,
    fetch: withRetries(send, { maxRetries, maxWaitSeconds, timeoutSeconds }),
    headers: {
      ...(apiKey !== undefined && { 'x-api-key': apiKey }),
      ...(operatorToken !== undefined && { 'x-operator-token': operatorToken }),
    },
  });
  http.use(nameEveryWrite, throwFailures);
  return {
    GET: unwrapping(http.GET),
    POST: unwrapping(http.POST),
    PATCH: unwrapping(http.PATCH),
    DELETE: unwrapping(http.DELETE),
  };
}

/** A key for each call, which its retries keep: whatever gets lost on the way, it happens once. */
const nameEveryWrite: Middleware = {
  onRequest({ request, schemaPath }) {
    const isKeyed = ['POST', 'PATCH'].includes(request.method) && !UNKEYED.includes(schemaPath);
    if (isKeyed && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID());
    return request;
  },
};

const throwFailures: Middleware = {
  async onResponse({ response }) {
    if (!response.ok || !(await isOurs(response.clone()))) throw await BillingApiError.from(response);
  },
};

/** Whoever stands between may answer 200 with a page of their own, or with nothing. */
async function isOurs(response: Response): Promise<boolean> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null;
  } catch {
    return false;
  }
}

/** The types of what goes in and what comes out are those of `Call`; between them, it is one and the same function. */
function unwrapping<V extends Verb>(method: unknown): Call<V> {
  const send = method as (...call: unknown[]) => Promise<{ data?: { data?: unknown } }>;
  return (async (...call: unknown[]) => (await send(...call)).data?.data) as Call<V>;
}
