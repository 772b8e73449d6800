import { NestFactory, Reflector } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ConsoleLogger } from '@nestjs/common';
import type { Socket } from 'node:net';
import { EnvelopeInterceptor, failure } from './envelope.js';
import { ErrorFilter } from './error.filter.js';
import { serveOpenApi } from './openapi.js';
import { JsonBodyInterceptor, takeBodiesAsBytes } from './request-body.js';
import { ValidationPipe } from './validation.pipe.js';

/** The HTTP side of the service: what every route has in common. Not listening yet. */
export async function createHttpServer(
  module: Type | DynamicModule,
  options: { globalPrefix: string; logger?: ConsoleLogger | false },
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    clientErrorHandler: answerUnparsable,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: options.logger,
    abortOnError: false,
  });
  takeBodiesAsBytes(app);
  if (options.globalPrefix !== '') app.setGlobalPrefix(options.globalPrefix);
  const reflector = app.get(Reflector);
  app.useGlobalInterceptors(new EnvelopeInterceptor(reflector), new JsonBodyInterceptor(reflector));
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
  app.enableShutdownHooks();
  serveOpenApi(app, options.globalPrefix);
  return app;
}

/** What Node's own parser refuses never becomes a request: it is answered here, on the bare socket. */
function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The request headers are too large.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request took too long to arrive.']
        : ['400 Bad Request', 'The request is not valid HTTP.'];
  const body = JSON.stringify(failure('bad_request', message));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
