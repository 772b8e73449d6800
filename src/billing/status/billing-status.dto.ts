import { objectOf } from '../../http/openapi.decorators';
import type { Schema } from '../../http/openapi.decorators';

/** Where an org stands. Instants are ISO 8601 in UTC; null where there is nothing to say yet. */
export interface BillingStatusView {
  plan: string | null;
  planName: string | null;
  billingCycle: string | null;
  status: string | null;
  currentPeriodStart: Date | null;
  currentPeriodEnd: Date | null;
  trialEnd: Date | null;
  isTrialing: boolean;
  cancelledAt: Date | null;
  cancelAtPeriodEnd: boolean;
  suspendedAt: Date | null;
  pendingPlan: string | null;
  pendingChangeDate: Date | null;
  dodoCustomerId: string | null;
  setupFeeVerified: boolean;
  accountLimit: number | null;
  accountsUsed: number;
  creditBalance: number;
  costMultiplier: number;
}

const instant = (description: string): Schema => ({
  type: ['string', 'null'],
  format: 'date-time',
  description,
});
const nullable = (type: string, description: string): Schema => ({ type: [type, 'null'], description });

export const billingStatusSchema = objectOf({
  plan: nullable('string', 'Id of the plan; null before the first subscription.'),
  planName: nullable('string', 'Its name.'),
  billingCycle: {
    ...nullable('string', 'How often it is paid for.'),
    enum: ['daily', 'weekly', 'monthly', 'yearly', null],
  },
  status: {
    ...nullable('string', '`trialing` while the free trial runs; otherwise the status of the subscription.'),
    enum: [
      'trialing',
      'active',
      'pending',
      'past_due',
      'on_hold',
      'paused',
      'cancelled',
      'expired',
      'failed',
      'unknown',
      null,
    ],
  },
  currentPeriodStart: instant('Start of the running period.'),
  currentPeriodEnd: instant('End of the running period: the next billing date.'),
  trialEnd: instant('When the trial ends; null outside a trial.'),
  isTrialing: { type: 'boolean', description: 'Whether the free trial is running.' },
  cancelledAt: instant('When the subscription was cancelled.'),
  cancelAtPeriodEnd: {
    type: 'boolean',
    description:
      'Whether the subscription ends with the running period; `POST /billing/resume` takes that back.',
  },
  suspendedAt: instant('Since when access is suspended; null while it is not.'),
  pendingPlan: nullable('string', 'The plan that a scheduled change leads to.'),
  pendingChangeDate: instant('When the scheduled change takes effect.'),
  dodoCustomerId: nullable('string', 'The customer at Dodo Payments.'),
  setupFeeVerified: {
    type: 'boolean',
    description: 'Whether the setup fee has been paid (it is refunded then).',
  },
  accountLimit: nullable('integer', 'Social accounts that the plan allows; -1 for any number.'),
  accountsUsed: { type: 'integer', description: 'Social accounts in use.' },
  creditBalance: { type: 'integer', description: 'Credits left.' },
  costMultiplier: { type: 'number', description: 'Factor on the credit cost of every action.' },
});

export const billingStatusExample = {
  plan: 'plan_pro',
  planName: 'Pro',
  billingCycle: 'monthly',
  status: 'trialing',
  currentPeriodStart: '2026-11-23T12:00:00.000Z',
  currentPeriodEnd: '2026-11-26T12:00:00.000Z',
  trialEnd: '2026-11-26T12:00:00.000Z',
  isTrialing: true,
  cancelledAt: null,
  cancelAtPeriodEnd: false,
  suspendedAt: null,
  pendingPlan: null,
  pendingChangeDate: null,
  dodoCustomerId: 'cus_123',
  setupFeeVerified: true,
  accountLimit: 20,
  accountsUsed: 0,
  creditBalance: 2000,
  costMultiplier: 1,
};
