import { z } from 'zod';
import { objectOf } from '../../http/openapi.decorators';
import { JSON_OBJECT, requiredText } from '../../http/request-fields';

const MAX_SESSION_ID_LENGTH = 64;

export const verifyRequestSchema = z
  .object(
    {
      sessionId: requiredText(MAX_SESSION_ID_LENGTH).meta({
        description:
          'The `session_id` that the success URL came back with; the id of the session at Dodo Payments will do.',
      }),
    },
    JSON_OBJECT,
  )
  .meta({ example: { sessionId: 'cs_abc123' } });

export type VerifyRequest = z.output<typeof verifyRequestSchema>;

export interface VerificationView {
  /**
   * `unpaid`, `processing` or `failed` while nothing is bought; then the status of the subscription that was, or `paid`
   * for a credit pack.
   */
  status: string;
  isTrialing: boolean;
  trialEnd: Date | null;
  planId: string | null;
  /** Whether the setup fee of this very checkout has been paid. */
  setupFeeVerified: boolean;
}

/** All others are asked for again, whatever key the call has: they tell what has not come to its end. */
const SETTLED = new Set(['paid', 'trialing', 'active', 'cancelled', 'expired']);

/** Whether the answer will be the same tomorrow. */
export function isSettled({ status }: VerificationView): boolean {
  return SETTLED.has(status);
}

export const verificationSchema = objectOf({
  status: {
    type: 'string',
    description:
      '`unpaid` while the customer has not paid, `failed` when the payment has; `processing` until payment and ' +
      'subscription are through: ask again. Then the status of the subscription that was bought, `trialing` or ' +
      '`active` as a rule; a credit pack is `paid`.',
  },
  isTrialing: { type: 'boolean' },
  trialEnd: { type: ['string', 'null'], format: 'date-time' },
  planId: {
    type: ['string', 'null'],
    description: 'The plan that the checkout is for; null for a credit pack.',
  },
  setupFeeVerified: {
    type: 'boolean',
    description: 'Whether the setup fee of this checkout has been paid.',
  },
});

export const verificationExample = {
  status: 'trialing',
  isTrialing: true,
  trialEnd: '2026-11-26T12:00:00.000Z',
  planId: 'plan_pro',
  setupFeeVerified: true,
};
