import { RequestMethod, UseGuards, applyDecorators } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error';
import { BODY_LIMIT_BYTES } from './body-limit';
import { RAW_BYTES_EXTENSION } from './common-failures.openapi';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/** A content type that can be parsed at all; Fastify refuses any other before a guard has been asked. */
const ANY_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+ *(?:;|$)/;

/** Marks a route that wants the bytes as they came, whatever their content type says. */
export const RawBytesBody = () =>
  applyDecorators(RouteConfig({ takesRawBytes: true }), ApiExtension(RAW_BYTES_EXTENSION, true));

interface BodyConfig {
  takesRawBytes?: boolean;
}

interface BodyRequest {
  routeOptions: { config: BodyConfig };
  headers: Record<string, string | undefined>;
  raw: { rawHeaders: string[] };
  body?: unknown;
}

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
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request as unknown as BodyRequest;
    const type = headers['content-type'] ?? (takesRawBytes(request) ? '' : undefined);
    if (type !== undefined && !ANY_TYPE.test(type)) headers['content-type'] = 'application/octet-stream';
    done();
  });
}

/** None that is read from does: that spares all of those what Fastify puts together for each that asks. */
function takesRawBytes(request: FastifyRequest): boolean {
  return (
    request.method !== 'GET' && (request as unknown as BodyRequest).routeOptions.config.takesRawBytes === true
  );
}

/**
 * Turns the bytes into JSON: the last guard of each route that reads a body as JSON, since any interceptor would make
 * it go through rxjs, which costs more than all the rest.
 */
export function readJsonBodies(app: NestFastifyApplication): void {
  const scanner = new MetadataScanner();
  for (const { metatype } of new DiscoveryService(app.get(ModulesContainer)).getControllers()) {
    const handlers = metatype!.prototype as Record<string, () => unknown>;
    for (const name of scanner.getAllMethodNames(handlers)) bindTo(handlers, name);
  }
}

function bindTo(handlers: Record<string, () => unknown>, name: string): void {
  const handler = handlers[name]!;
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
  if (method === undefined || method === RequestMethod.GET || method === RequestMethod.HEAD) return;
  const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as BodyConfig | undefined;
  if (config?.takesRawBytes) return;
  const bound = (Reflect.getMetadata(GUARDS_METADATA, handler) ?? []) as unknown[];
  if (!bound.includes(READER)) UseGuards(READER)(handlers, name, { value: handler });
}

/** Refuses what is not JSON. */
class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<BodyRequest>();
    const { body } = request;
    const isThere = Buffer.isBuffer(body) && body.length > 0;
    request.body = isThere ? parseJson(body, request) : undefined;
    return true;
  }
}

/** An instance, since Nest has made its own by the time that it is bound. */
const READER = new JsonBodyGuard();

function parseJson(bytes: Buffer, { headers, raw }: BodyRequest): unknown {
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw AppError.unsupportedMediaType(sentType(raw));
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.toLowerCase() !== 'identity') throw AppError.unsupportedEncoding(encoding);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw AppError.badRequest('The request body is not valid JSON.', error);
  }
}

/** As the caller wrote it: the header itself may have been replaced since. */
function sentType({ rawHeaders }: BodyRequest['raw']): string {
  const name = rawHeaders.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === 'content-type');
  return name === -1 ? '' : rawHeaders[name + 1]!;
}
