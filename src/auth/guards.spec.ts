import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import type { AppError } from '../app-error';
import { Metrics } from '../watch/metrics';
import { BILLING_STATUSES, isSuspended } from './billing-status';
import type { BillingStatus } from './billing-status';
import type { Principal } from './principal';
import { RequiredScope, ScopeGuard } from './scope.guard';
import { SuspensionGuard } from './suspension.guard';

class Routes {
  open(): void {}

  @RequiredScope('billing:write')
  guarded(): void {}
}

function contextOf(user: Partial<Principal>, route: keyof Routes = 'open'): ExecutionContextHost {
  return new ExecutionContextHost([{ user }], Routes, Routes.prototype[route]);
}

function refusalOf(work: () => unknown): Pick<AppError, 'status' | 'code' | 'message'> | null {
  try {
    work();
    return null;
  } catch (error) {
    const { status, code, message } = error as AppError;
    return { status, code, message };
  }
}

describe('the gate', () => {
  const metrics = new Metrics();
  const guard = new SuspensionGuard(metrics);
  const judge = (billingStatus: BillingStatus) =>
    refusalOf(() => expect(guard.canActivate(contextOf({ billingStatus }))).toBe(true));

  it.each(BILLING_STATUSES.filter(isSuspended))('refuses one that is %s', (status) => {
    expect(judge(status)).toEqual({
      status: 403,
      code: 'billing_suspended',
      message: 'Subscription expired, cancelled, or past due.',
    });
  });

  it.each(BILLING_STATUSES.filter((status) => !isSuspended(status)))('lets one in that is %s', (status) => {
    expect(judge(status)).toBeNull();
  });

  it('counts what it decides', async () => {
    const { body } = await metrics.text();
    expect(body).toContain(
      '# HELP billing_gate_decisions_total ' +
        'What the gate has decided (allowed, suspended), by the billing status of the organization.',
    );
    expect(body).toContain('billing_gate_decisions_total{decision="allowed",status="active"} 1');
    expect(body).toContain('billing_gate_decisions_total{decision="suspended",status="on_hold"} 1');
  });
});

describe('the guard of scopes', () => {
  const guard = new ScopeGuard(new Reflector());
  const judge = (scopes: string[], route: keyof Routes) =>
    refusalOf(() => expect(guard.canActivate(contextOf({ scopes }, route))).toBe(true));

  it('lets every key in where no scope is asked for', () => {
    expect(judge([], 'open')).toBeNull();
  });

  it('lets a key in that has the scope', () => {
    expect(judge(['billing:read', 'billing:write'], 'guarded')).toBeNull();
  });

  it.each([[[]], [['billing:read', 'keys:write']]])('refuses a key with %j alone', (scopes) => {
    expect(judge(scopes, 'guarded')).toEqual({
      status: 403,
      code: 'insufficient_scope',
      message: 'This API key lacks the scope billing:write.',
    });
  });
});
