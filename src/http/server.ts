import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ConsoleLogger } from '@nestjs/common';
import { ANSWERS_BELOW_THE_ROUTES, answerBelowTheRoutes } from './below-the-routes';
import { EnvelopeInterceptor } from './envelope';
import { ErrorFilter } from './error.filter';
import { serveOpenApi } from './openapi';
import { JsonBodyInterceptor, takeBodiesAsBytes } from './request-body';
import { ValidationPipe } from './validation.pipe';

/** A request that takes longer to arrive is given up. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Longer than any answer takes, Dodo's time-out included. */
const SHUTDOWN_GRACE_MS = 15_000;
const SHUTDOWN_STEP_MS = 100;
/** A connection that is in use has its next request within this. */
const DRAIN_MS = 1_000;

/** The HTTP side of the service: what every route has in common. Not listening yet. */
export async function createHttpServer(
  module: Type | DynamicModule,
  options: { globalPrefix: string; logger?: ConsoleLogger | false },
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    ...ANSWERS_BELOW_THE_ROUTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: options.logger,
    abortOnError: false,
  });
  takeBodiesAsBytes(app);
  answerBelowTheRoutes(app);
  limitShutdown(app);
  if (options.globalPrefix !== '') app.setGlobalPrefix(options.globalPrefix);
  app.useGlobalInterceptors(new EnvelopeInterceptor(), new JsonBodyInterceptor());
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
  serveOpenApi(app, options.globalPrefix);
  return app;
}

/**
 * The first step of a stop: no new connection is taken, and those that are open
 * end with the answer to their next request. A client that keeps its connection
 * would else send into one that is being closed, and could not know whether the
 * request was carried out.
 */
export async function drain(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('connection', 'close');
  });
  // The HTTP server's own `close` would close idle connections at once.
  Server.prototype.close.call(server);
  const deadline = Date.now() + DRAIN_MS;
  while (Date.now() < deadline && (await countConnections(server)) > 0) await sleep(SHUTDOWN_STEP_MS);
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/**
 * Requests in flight are answered first; a connection is closed as soon as it
 * has nothing to wait for, and a client that does not read holds up no stop.
 */
function limitShutdown(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preClose', async () => {
    setInterval(() => fastify.server.closeIdleConnections(), SHUTDOWN_STEP_MS).unref();
    setTimeout(() => fastify.server.closeAllConnections(), SHUTDOWN_GRACE_MS).unref();
  });
}
