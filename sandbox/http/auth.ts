import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors';

/** Any key will do, but there has to be one. */
export function requireBearer(request: FastifyRequest): void {
  if (!/^Bearer\s+\S+/i.test(request.headers.authorization ?? '')) throw ApiError.unauthorized();
}
