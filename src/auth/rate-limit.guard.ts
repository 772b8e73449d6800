import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { RateLimited, RateLimiter } from '../http/rate-limiter';
import type { Allowance } from '../http/rate-limiter';
import { principalOf } from './principal';

/** Marks a route that makes Dodo work: all keys of an org together are held to a number of calls. */
export const CostlyCalls = Reflector.createDecorator<boolean>();

/** Holds each key to its calls a minute, and says on every answer how many are left. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { keyId, orgId } = principalOf(context);
    const allowance = await this.limiter.take(keyId);
    if (!allowance) return true;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    admit(reply, allowance);
    const handler = context.getHandler();
    if (this.reflector.get(CostlyCalls, handler)) {
      const ofOrg = await this.limiter.takeCostly(orgId, `${context.getClass().name}.${handler.name}`);
      if (ofOrg?.isExceeded) admit(reply, ofOrg);
    }
    return true;
  }
}

/** The headers speak of the limit that the answer is about. */
function admit(reply: FastifyReply, allowance: Allowance): void {
  reply.header('x-ratelimit-limit', allowance.limit);
  reply.header('x-ratelimit-remaining', allowance.remaining);
  reply.header('x-ratelimit-reset', Math.floor(allowance.resetAt.getTime() / 1000));
  if (allowance.isExceeded) throw new RateLimited(allowance);
}
