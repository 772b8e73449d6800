import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Metrics } from '../watch/metrics';
import { Forbidden } from './auth.errors';
import { isSuspended } from './billing-status';
import { principalOf } from './principal';

/** The gate: refuses a suspended org. It reads the status that came with the key, which is at most a second old. */
@Injectable()
export class SuspensionGuard implements CanActivate {
  private readonly decisions;

  constructor(metrics: Metrics) {
    this.decisions = metrics.counter(
      'billing_gate_decisions_total',
      'What the gate has decided (allowed, suspended), by the billing status of the organization.',
      ['decision', 'status'],
    );
  }

  canActivate(context: ExecutionContext): boolean {
    const { billingStatus: status } = principalOf(context);
    const decision = isSuspended(status) ? 'suspended' : 'allowed';
    this.decisions.inc({ decision, status });
    if (decision === 'suspended') throw Forbidden.billingSuspended();
    return true;
  }
}
