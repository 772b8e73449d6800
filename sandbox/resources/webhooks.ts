import type { Context } from '../context';
import { ApiError } from '../errors';
import { param, type ApiRequest, type Route } from '../http/route';
import { parseBody, parseQuery } from '../http/validation';
import { newId, newSecret } from '../ids';
import type { Endpoint } from '../model/webhooks';
import {
  createWebhookRequest,
  headersRequest,
  updateWebhookRequest,
  webhookListQuery,
} from './webhook.request';

const DEFAULT_LIMIT = 50;

export function webhookRoutes(ctx: Context): Route[] {
  const endpoint = (request: ApiRequest) => getEndpoint(ctx, param(request, 'id'));
  return [
    { method: 'POST', path: '/webhooks', handle: ({ body }) => create(ctx, body) },
    { method: 'GET', path: '/webhooks', handle: ({ query }) => list(ctx, query) },
    { method: 'GET', path: '/webhooks/:id', handle: (request) => viewEndpoint(endpoint(request)) },
    {
      method: 'PATCH',
      path: '/webhooks/:id',
      handle: (request) => update(ctx, endpoint(request), request.body),
    },
    {
      method: 'DELETE',
      path: '/webhooks/:id',
      handle: (request) => ctx.store.endpoints.delete(endpoint(request).id),
    },
    {
      method: 'GET',
      path: '/webhooks/:id/secret',
      handle: (request) => ({ secret: endpoint(request).secret }),
    },
    { method: 'GET', path: '/webhooks/:id/headers', handle: (request) => viewHeaders(endpoint(request)) },
    {
      method: 'PATCH',
      path: '/webhooks/:id/headers',
      handle: (request) => setHeaders(ctx, endpoint(request), request.body),
    },
  ];
}

function getEndpoint(ctx: Context, id: string): Endpoint {
  const endpoint = ctx.store.endpoints.get(id);
  if (!endpoint) throw ApiError.notFound('Webhook', id);
  return endpoint;
}

function create(ctx: Context, body: unknown) {
  const request = parseBody(createWebhookRequest, body);
  const key = request.idempotency_key;
  const before = key
    ? ctx.store.endpoints.all().find((endpoint) => endpoint.idempotency_key === key)
    : undefined;
  if (before) return viewEndpoint(before);
  const now = ctx.clock.iso();
  const endpoint = ctx.store.endpoints.put({
    id: newId('whk'),
    url: request.url,
    description: request.description ?? '',
    metadata: request.metadata ?? {},
    disabled: request.disabled ?? false,
    filter_types: request.filter_types ?? null,
    headers: request.headers ?? {},
    rate_limit: request.rate_limit ?? null,
    secret: newSecret(),
    idempotency_key: key ?? null,
    created_at: now,
    updated_at: now,
  });
  return viewEndpoint(endpoint);
}

/** The one list with a cursor: the iterator is the id of the last endpoint that was shown. */
function list(ctx: Context, query: unknown) {
  const { limit, iterator } = parseQuery(webhookListQuery, query);
  const endpoints = ctx.store.endpoints.all();
  const start = iterator ? endpoints.findIndex((endpoint) => endpoint.id === iterator) + 1 : 0;
  const shown = endpoints.slice(start, start + (limit || DEFAULT_LIMIT));
  return {
    data: shown.map(viewEndpoint),
    iterator: shown.at(-1)?.id ?? null,
    prev_iterator: shown[0]?.id ?? null,
    done: start + shown.length >= endpoints.length,
  };
}

function update(ctx: Context, endpoint: Endpoint, body: unknown) {
  const request = parseBody(updateWebhookRequest, body);
  const given = Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined && value !== null),
  );
  return viewEndpoint(save(ctx, endpoint, given as Partial<Endpoint>));
}

function setHeaders(ctx: Context, endpoint: Endpoint, body: unknown): void {
  const { headers } = parseBody(headersRequest, body);
  save(ctx, endpoint, { headers: { ...endpoint.headers, ...headers } });
}

function save(ctx: Context, endpoint: Endpoint, patch: Partial<Endpoint>): Endpoint {
  return ctx.store.endpoints.update(endpoint.id, { ...patch, updated_at: ctx.clock.iso() });
}

function viewEndpoint(endpoint: Endpoint) {
  return {
    id: endpoint.id,
    url: endpoint.url,
    description: endpoint.description,
    metadata: endpoint.metadata,
    disabled: endpoint.disabled,
    filter_types: endpoint.filter_types,
    rate_limit: endpoint.rate_limit,
    created_at: endpoint.created_at,
    updated_at: endpoint.updated_at,
  };
}

/** Values of headers that look like credentials are not shown again. */
function viewHeaders({ headers }: Endpoint) {
  const sensitive = Object.keys(headers).filter((name) => /auth|key|secret|token/i.test(name));
  const shown = Object.entries(headers).filter(([name]) => !sensitive.includes(name));
  return { headers: Object.fromEntries(shown), sensitive };
}
