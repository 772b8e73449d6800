import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createScrub } from '../watch/scrub';
import type { ServiceLogger } from '../watch/service-logger';
import { ANSWERS_BELOW_THE_ROUTES, answerBelowTheRoutes } from './below-the-routes';
import { EnvelopeAdapter } from './envelope';
import { ErrorFilter } from './error.filter';
import { serveOpenApi } from './openapi';
import { readJsonBodies, takeBodiesAsBytes } from './request-body';
import { requestIdOf } from './request-id';
import { watchRequests } from './request-watch';
import { limitShutdown } from './shutdown';
import { ValidationPipe } from './validation.pipe';

/** As much as Node takes for a whole request line: an id of any length is looked for, and not found. */
const MAX_PARAM_LENGTH = 16_384;

/** A request that takes longer to arrive is given up, and so are headers alone. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often such requests are looked for: Node's own half a minute would double what they may take. */
const REQUEST_CHECK_MS = 2_000;

/** The HTTP side of the service: what every route has in common. Not listening yet. */
export async function createHttpServer(
  module: Type | DynamicModule,
  options: { globalPrefix: string; logger: ServiceLogger | false },
): Promise<NestFastifyApplication> {
  const scrub = options.logger ? options.logger.scrub : createScrub([]);
  const adapter = new EnvelopeAdapter({
    ...ANSWERS_BELOW_THE_ROUTES,
    genReqId: (request: IncomingMessage) => requestIdOf(request, scrub),
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      ...ANSWERS_BELOW_THE_ROUTES.http,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: REQUEST_CHECK_MS,
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: options.logger,
    abortOnError: false,
  });
  watchRequests(app, options.logger);
  takeBodiesAsBytes(app);
  answerBelowTheRoutes(app);
  limitShutdown(app);
  if (options.globalPrefix !== '') app.setGlobalPrefix(options.globalPrefix);
  readJsonBodies(app);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
  serveOpenApi(app, options.globalPrefix);
  return app;
}
