import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '../app-error';

/** Largest body that any route takes. Dodo's events are about 10 kB; ours are smaller. */
export const BODY_LIMIT_BYTES = 256 * 1024;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/** Marks a route that wants the bytes as they came, whatever their content type. */
export const RawBytesBody = Reflector.createDecorator<true>();

/**
 * Bodies stay bytes until the guards have let the caller in: an outsider gets
 * 401 whatever it sent, nothing is parsed for it, and a signature is checked
 * over what really came.
 */
export function takeBodiesAsBytes(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
    (_request, body, done) => done(null, body),
  );
}

interface RequestWithBody {
  headers: Record<string, string | undefined>;
  body?: unknown;
}

/** Turns the bytes into JSON for every route that has not asked for the bytes themselves. */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler) {
    if (!this.reflector.get(RawBytesBody, context.getHandler())) {
      const request = context.switchToHttp().getRequest<RequestWithBody>();
      if (Buffer.isBuffer(request.body) && request.body.length > 0) {
        request.body = parseJson(request.body, request.headers['content-type'] ?? '');
      } else {
        request.body = undefined;
      }
    }
    return next.handle();
  }
}

function parseJson(bytes: Buffer, contentType: string): unknown {
  if (!JSON_TYPE.test(contentType)) throw AppError.unsupportedMediaType(contentType);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw AppError.badRequest('The request body is not valid JSON.', error);
  }
}
