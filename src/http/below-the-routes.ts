import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ANSWER_HEADERS, failure } from './envelope';
import { REQUEST_ID_HEADER, newRequestId } from './request-id';

/**
 * Refusals that happen before there is a request that a filter could see. They
 * are answered in the envelope all the same.
 */

const JSON_HEADER = 'application/json; charset=utf-8';

export const ANSWERS_BELOW_THE_ROUTES = {
  clientErrorHandler: answerUnparsable,
  frameworkErrors: answerUnroutable,
  // Node would refuse a request without Host with an empty body: the hook below says why.
  http: { requireHostHeader: false },
};

export function answerBelowTheRoutes(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.raw.headers.host === undefined && request.raw.httpVersion === '1.1') {
      void reply.code(400).send(failure('bad_request', 'The Host header is missing.'));
    } else done();
  });
  fastify.server.on('connect', answerConnect);
  fastify.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(417, { 'content-type': JSON_HEADER, [REQUEST_ID_HEADER]: newRequestId() });
    response.end(
      JSON.stringify(failure('bad_request', 'The expectation in the Expect header can not be met.')),
    );
  });
}

/** What Node's parser refuses. */
function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  answerOnSocket(socket, ...describe(error.code));
}

/** Node would close the connection without a word. */
function answerConnect(_request: IncomingMessage, socket: Socket): void {
  // Node has taken its own listener away: a caller that hangs up would otherwise end the process.
  socket.on('error', () => socket.destroy());
  answerOnSocket(socket, '400 Bad Request', 'This is no proxy: CONNECT leads nowhere.');
}

function answerOnSocket(socket: Socket, status: string, message: string): void {
  const body = JSON.stringify(failure('bad_request', message));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${JSON_HEADER}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${newRequestId()}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

function describe(code: string | undefined): [status: string, message: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['431 Request Header Fields Too Large', 'The request headers are too large.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'The request took too long to arrive.'];
    default:
      return ['400 Bad Request', 'The request is not valid HTTP.'];
  }
}

/** What the router refuses: an address that can't be decoded, or a parameter that is too long. */
function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const message = error.statusCode === 414 ? 'The address is too long.' : 'The address is not a valid URL.';
  reply.header(REQUEST_ID_HEADER, request.id).headers(ANSWER_HEADERS);
  void reply.code(error.statusCode ?? 400).send(failure('bad_request', message));
}
