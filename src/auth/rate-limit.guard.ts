import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RateLimited, RateLimiter } from '../http/rate-limiter';
import { principalOf } from './principal';

/** Holds each key to its calls a minute, and says on every answer how many are left. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const allowance = await this.limiter.take(principalOf(context).keyId);
    if (!allowance) return true;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    reply.header('x-ratelimit-limit', allowance.limit);
    reply.header('x-ratelimit-remaining', allowance.remaining);
    reply.header('x-ratelimit-reset', Math.floor(allowance.resetAt.getTime() / 1000));
    if (allowance.isExceeded) throw new RateLimited(allowance);
    return true;
  }
}
