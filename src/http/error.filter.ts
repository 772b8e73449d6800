import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../app-error';
import type { ErrorCode } from '../app-error';
import { isDatabaseAway } from '../database/database-away';
import { BODY_TOO_LARGE } from './body-limit';
import { failure } from './envelope';

/** What a framework's own refusals are called here; their texts are ours too, since theirs name internals. */
const FRAMEWORK_ERRORS: Record<number, { code: ErrorCode; message: string }> = {
  400: { code: 'bad_request', message: 'The request could not be read.' },
  401: { code: 'unauthorized', message: 'Missing or invalid API key.' },
  404: { code: 'not_found', message: 'There is no such route.' },
  413: { code: 'payload_too_large', message: BODY_TOO_LARGE },
  414: { code: 'bad_request', message: 'The address is too long.' },
  415: {
    code: 'unsupported_media_type',
    message: 'That content type is not supported: send application/json.',
  },
};

/**
 * The last stop of every failure: answers in the envelope. An {@link AppError}
 * speaks for itself; of anything else only the status is used, and the rest goes to the log.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = toAppError(error, request);
    if (answer.status >= 500) this.log(error, answer, request);
    this.send(reply.status(answer.status).headers(answer.headers), answer, request);
  }

  /** A room may have another form for its failures, such as a page. */
  protected send(reply: FastifyReply, answer: AppError, _request: FastifyRequest): void {
    void reply.send(failure(answer.code, answer.message));
  }

  private log(error: unknown, answer: AppError, request: FastifyRequest): void {
    const where = `${request.method} ${request.routeOptions?.url ?? 'unknown route'} → ${answer.status}`;
    const cause = answer.cause ?? error;
    this.logger.error(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, stackOf(cause));
  }
}

function toAppError(error: unknown, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error;
  const status = statusOf(error);
  // Only without a status: a body that breaks off fails as a connection to the database does, and is the caller's.
  if (status === 500 && isDatabaseAway(error)) return AppError.awayForNow(error);
  if (status === 404) return AppError.notFound(`There is no route ${request.method} ${pathOf(request)}.`);
  const known = FRAMEWORK_ERRORS[status];
  if (known) return new AppError(status, known.code, known.message, { cause: error });
  if (status >= 400 && status < 500) {
    return new AppError(status, 'request_failed', 'The request could not be handled.', { cause: error });
  }
  return new AppError(500, 'internal_error', 'Something went wrong on our side. Please try again.', {
    cause: error,
  });
}

/** Fastify's own errors carry `statusCode`, as plain errors of Node's parser may. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}

/** Without the query, which may hold what nobody wants to see again, and cut to a readable length. */
function pathOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? '/';
  return path.length <= 100 ? path : `${path.slice(0, 100)}…`;
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
