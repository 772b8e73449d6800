import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Context } from '../context';
import { ApiError } from '../errors';
import { requireBearer } from './auth';
import { installFaults } from './faults';
import { RateLimit } from './rate-limit';
import type { PageRoute, Route } from './route';

/** Resources of the API that this sandbox does not play. */
const NOT_MODELLED = new Set([
  'addons',
  'balances',
  'blocklist',
  'brands',
  'connectors',
  'credit-entitlements',
  'discounts',
  'entitlements',
  'events',
  'grants',
  'invoices',
  'license_key_instances',
  'license_keys',
  'licenses',
  'meters',
  'moderation',
  'payouts',
  'product-collections',
]);

/** As long as Node takes one: a longer id is no other than one that nobody has. */
const LONGEST_ADDRESS = 16_384;

export interface Routes {
  api: Route[];
  control: Route[];
  pages: PageRoute[];
}

export function buildApp(ctx: Context, routes: Routes): FastifyInstance {
  const app = Fastify({
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_ADDRESS, ignoreTrailingSlash: false },
    frameworkErrors: (_error, _request, reply) => void sendError(ctx, reply, ApiError.malformedPath()),
  });
  readBodies(app);
  installFaults(app, ctx);
  const limit = new RateLimit(ctx);
  for (const route of routes.api) {
    app.route({
      method: route.method,
      url: route.path,
      onRequest: async (request, reply) => {
        requireBearer(request);
        limit.count(reply);
      },
      handler: answer(ctx, route),
    });
  }
  for (const route of routes.control)
    app.route({ method: route.method, url: route.path, handler: answer(ctx, route) });
  for (const { method, path, handle } of routes.pages)
    app.route({ method, url: path, handler: async (...args) => atOneMoment(ctx, () => handle(...args)) });
  app.setErrorHandler((error: FastifyError, _request, reply) => sendError(ctx, reply, error));
  app.setNotFoundHandler((request, reply) => unknownRoute(ctx, routes, request, reply));
  return app;
}

/** Empty answers keep the JSON type, so that clients see no body rather than an empty text. */
function answer(ctx: Context, route: Route) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { params, query, body } = request;
    const result = atOneMoment(ctx, () =>
      route.handle({ params: params as Record<string, string>, query, body }),
    );
    if (route.status === 204) return reply.code(204).send();
    reply.code(200).type('application/json; charset=utf-8');
    return reply.send(result === undefined ? undefined : JSON.stringify(result));
  };
}

/** All that one call writes carries one time. */
const atOneMoment = <T>(ctx: Context, act: () => T): T => ctx.clock.standingAt(ctx.clock.running(), act);

/** JSON is read whatever type the client states; an empty body is no body. */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    if (text.trim() === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch {
      done(ApiError.malformedJson());
    }
  });
}

function unknownRoute(
  ctx: Context,
  routes: Routes,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const path = request.url.split('?')[0] ?? '/';
  const methods = [...routes.api, ...routes.control, ...routes.pages]
    .filter((route) => patternOf(route.path).test(path))
    .map((route) => route.method);
  if (methods.length > 0) {
    reply.header('allow', [...new Set(methods)].join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    return sendError(ctx, reply, ApiError.methodNotAllowed(request.method, path));
  }
  const notModelled = NOT_MODELLED.has(path.split('/')[1] ?? '');
  return sendError(ctx, reply, notModelled ? ApiError.notImplemented(path) : ApiError.notFound('Path', path));
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/:[^/]+/g, '[^/]+')}$`);

function sendError(ctx: Context, reply: FastifyReply, error: Error): FastifyReply {
  const known = error instanceof ApiError ? error : refusalOfFramework(error as FastifyError);
  if (known.status >= 500 && known.status !== 501) ctx.logger.error('A request broke down', error);
  if (known.fatal) reply.header('x-should-retry', 'false');
  return reply
    .code(known.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ code: known.code, message: known.message }));
}

function refusalOfFramework(error: FastifyError): ApiError {
  if (error.statusCode === 413)
    return new ApiError(413, 'PAYLOAD_TOO_LARGE', 'The request body is too large');
  if (error.statusCode && error.statusCode < 500)
    return new ApiError(error.statusCode, 'INVALID_REQUEST_BODY', error.message);
  return new ApiError(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong inside the sandbox');
}
