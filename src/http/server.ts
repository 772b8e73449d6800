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
import { limitShutdown } from './shutdown';
import { ValidationPipe } from './validation.pipe';

/** As much as Node takes for a whole request line: an id of any length is looked for, and not found. */
const MAX_PARAM_LENGTH = 16_384;

/** A request that takes longer to arrive is given up. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP side of the service: what every route has in common. Not listening yet. */
export async function createHttpServer(
  module: Type | DynamicModule,
  options: { globalPrefix: string; logger?: ConsoleLogger | false },
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    ...ANSWERS_BELOW_THE_ROUTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
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
