import { Injectable, NotFoundException, UseGuards, applyDecorators } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config';
import { ApiFailure, ApiRateLimited } from '../http/openapi.decorators';
import { RateLimiter } from '../http/rate-limiter';
import { Unauthorized } from './auth.errors';
import { OperatorToken } from './operator-token';

const HEADER = 'x-operator-token';

/**
 * The door of the operator plane. Without a token of ours there is no such
 * plane: its routes are not told from those that do not exist.
 */
@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly token: OperatorToken | null;

  constructor(
    config: Config,
    private readonly limiter: RateLimiter,
  ) {
    this.token = OperatorToken.of(config);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.token === null) throw new NotFoundException();
    const { headers, ip } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!this.token.isRight(this.credentialOf(headers))) {
      this.limiter.takeGuess(ip);
      throw Unauthorized.invalidOperatorToken();
    }
    return true;
  }

  /** What the caller shows; a door with another lock may look elsewhere as well. */
  protected credentialOf(headers: FastifyRequest['headers']): unknown {
    return headers[HEADER];
  }
}

/** Says that a route is the operator's: the guard, and what it answers. `missing`: what else a 404 can mean. */
export function OperatorOnly(missing?: string): MethodDecorator {
  const off = 'The operator plane is off: OPERATOR_TOKEN is not set.';
  return applyDecorators(
    UseGuards(OperatorGuard),
    ApiSecurity('operatorToken'),
    ApiFailure(
      401,
      'The operator token is missing or wrong.',
      'unauthorized',
      'Missing or invalid operator token.',
    ),
    ApiRateLimited('Too many wrong tokens in a minute from one address.'),
    ApiFailure(
      404,
      missing ? `${missing} Or: ${off}` : off,
      'not_found',
      'There is no route POST /organizations.',
    ),
  );
}
