import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { RateLimiter } from '../http/rate-limiter';
import { principalOf } from './principal';
import { tellAllowance } from './rate-limit.guard';

const WHOSE = ' by all keys of the organization together, on routes that ask the payment provider';

/**
 * For a route that makes Dodo work: all keys of an org together are held to a number of calls. The last of the guards,
 * since a call that is refused makes Dodo no work, and a key without the scope must not use the others' up.
 */
@Injectable()
export class CostlyCallsGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    const allowance = await this.limiter.takeCostly(principalOf(context).orgId, route);
    if (allowance?.isExceeded) tellAllowance(context, allowance, WHOSE);
    return true;
  }
}
