import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { HashedKey } from './api-key';
import type { BillingStatus } from './billing-status';

/** Who is calling. The org comes from the credential alone, never from the request's own words. */
export interface Principal {
  orgId: string;
  keyId: string;
  scopes: string[];
  /** Of the secret that was sent: a key may have two. */
  hash: HashedKey;
  /** At most a second old: right for the gate. What must not be done twice looks for itself. */
  billingStatus: BillingStatus;
}

export function principalOf(context: ExecutionContext): Principal {
  return context.switchToHttp().getRequest<{ user: Principal }>().user;
}

/** The caller, in a controller's parameter list. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context));
