import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, NotFoundException, UseGuards, applyDecorators } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config';
import { ApiFailure, ApiRateLimited } from '../http/openapi.decorators';
import { RateLimiter } from '../http/rate-limiter';
import { Unauthorized } from './auth.errors';

const HEADER = 'x-operator-token';

/**
 * The door of the operator plane. Without a token of ours there is no such
 * plane: its routes are not told from those that do not exist.
 */
@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly expected: Buffer | null;

  constructor(
    { operatorToken }: Config,
    private readonly limiter: RateLimiter,
  ) {
    this.expected = operatorToken === null ? null : digest(operatorToken);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.expected === null) throw new NotFoundException();
    const { headers, ip } = context.switchToHttp().getRequest<FastifyRequest>();
    const sent = this.credentialOf(headers);
    if (typeof sent !== 'string' || !timingSafeEqual(digest(sent), this.expected)) {
      await this.limiter.takeGuess(ip);
      throw Unauthorized.invalidOperatorToken();
    }
    return true;
  }

  /** What the caller shows; a door with another lock may look elsewhere as well. */
  protected credentialOf(headers: FastifyRequest['headers']): unknown {
    return headers[HEADER];
  }
}

/** Digests have one length: comparing them tells nothing, not even how long the token is. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Says that a route is the operator's: the guard, and what it answers. `missing`: what else a 404 can mean. */
export function OperatorOnly(missing?: string): MethodDecorator {
  const off = 'The operator plane is off: OPERATOR_TOKEN is not set.';
  return applyDecorators(
    UseGuards(OperatorGuard),
    ApiHeader({
      name: HEADER,
      required: true,
      description: 'The OPERATOR_TOKEN of this instance.',
      schema: { type: 'string' },
    }),
    ApiFailure(
      401,
      'The operator token is missing or wrong.',
      'unauthorized',
      'Missing or invalid operator token.',
    ),
    ApiRateLimited(),
    ApiFailure(
      404,
      missing ? `${missing} Or: ${off}` : off,
      'not_found',
      'There is no route POST /organizations.',
    ),
  );
}
