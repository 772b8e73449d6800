import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RateLimited, RateLimiter } from '../http/rate-limiter';
import type { Allowance } from '../http/rate-limiter';
import { principalOf } from './principal';

/** Holds each key to its calls a minute, and says on every answer how many are left. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  /** Answers at once where the call is counted at once, since a guard that answers a promise costs some more of them. */
  canActivate(context: ExecutionContext): true | Promise<true> {
    const allowance = this.limiter.take(principalOf(context).keyId);
    return allowance instanceof Promise
      ? allowance.then((counted) => this.admit(context, counted))
      : this.admit(context, allowance);
  }

  private admit(context: ExecutionContext, allowance: Allowance | null): true {
    if (allowance) tellAllowance(context, allowance);
    return true;
  }
}

/** In headers, which speak of the limit that the answer is about. @throws {RateLimited} when it is exceeded */
export function tellAllowance(context: ExecutionContext, allowance: Allowance, whose?: string): void {
  const reply = context.switchToHttp().getResponse<FastifyReply>();
  reply.header('x-ratelimit-limit', allowance.limit);
  reply.header('x-ratelimit-remaining', allowance.remaining);
  reply.header('x-ratelimit-reset', Math.ceil(allowance.resetAt.getTime() / 1000));
  if (allowance.isExceeded) throw new RateLimited(allowance, whose);
}
