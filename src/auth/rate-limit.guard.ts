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

  /** Answers at once where the call is counted at once, since a guard that answers a promise costs some more of them. */
  canActivate(context: ExecutionContext): true | Promise<true> {
    const allowance = this.limiter.take(principalOf(context).keyId);
    return allowance instanceof Promise
      ? allowance.then((counted) => this.admit(context, counted))
      : this.admit(context, allowance);
  }

  private admit(context: ExecutionContext, allowance: Allowance | null): true | Promise<true> {
    if (!allowance) return true;
    tell(replyOf(context), allowance);
    return this.reflector.get(CostlyCalls, context.getHandler()) ? this.admitCostly(context) : true;
  }

  private async admitCostly(context: ExecutionContext): Promise<true> {
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    const ofOrg = await this.limiter.takeCostly(principalOf(context).orgId, route);
    if (ofOrg?.isExceeded) tell(replyOf(context), ofOrg);
    return true;
  }
}

function replyOf(context: ExecutionContext): FastifyReply {
  return context.switchToHttp().getResponse<FastifyReply>();
}

/** The headers speak of the limit that the answer is about. */
function tell(reply: FastifyReply, allowance: Allowance): void {
  reply.header('x-ratelimit-limit', allowance.limit);
  reply.header('x-ratelimit-remaining', allowance.remaining);
  reply.header('x-ratelimit-reset', Math.ceil(allowance.resetAt.getTime() / 1000));
  if (allowance.isExceeded) throw new RateLimited(allowance);
}
