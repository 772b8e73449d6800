import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { BillingStatus } from './billing-status';

/** Who is calling. The org comes from the credential alone, never from the request's own words. */
export interface Principal {
  orgId: string;
  keyId: string;
  scopes: string[];
  /** When the secret that was sent stops working: one that was replaced, with its grace. */
  expiresAt: Date | null;
  /** At most a second old: right for the gate. What must not be done twice looks for itself. */
  billingStatus: BillingStatus;
}

export function principalOf(context: ExecutionContext): Principal {
  return context.switchToHttp().getRequest<{ user: Principal }>().user;
}

/** The caller, in a controller's parameter list. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context));
