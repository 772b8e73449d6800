import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Forbidden } from './auth.errors';
import { isSuspended } from './billing-status';
import { principalOf } from './principal';

/** The gate: refuses a suspended org. It reads the status that came with the key, which is at most a second old. */
@Injectable()
export class SuspensionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (isSuspended(principalOf(context).billingStatus)) throw Forbidden.billingSuspended();
    return true;
  }
}
