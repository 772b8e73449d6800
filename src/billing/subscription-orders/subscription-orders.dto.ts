import { z } from 'zod';
import { CANCELLATION_REASONS } from '../../dodo/dodo.types';
import { objectOf } from '../../http/openapi.decorators';
import { JSON_OBJECT } from '../../http/request-fields';
import { planId } from '../checkouts/checkout.dto';

const MAX_COMMENT_LENGTH = 500;

export const changePlanRequestSchema = z
  .object({ planId: planId.meta({ description: 'The plan to move to.' }) }, JSON_OBJECT)
  .meta({ example: { planId: 'plan_business' } });

export type ChangePlanRequest = z.output<typeof changePlanRequestSchema>;

export const cancelRequestSchema = z
  .object(
    {
      when: z
        .enum(['period_end', 'now'], { error: 'must be period_end or now.' })
        .default('period_end')
        .meta({ description: 'At the end of the period that is paid, which is the default, or at once.' }),
      reason: z
        .enum(CANCELLATION_REASONS, { error: `must be one of ${CANCELLATION_REASONS.join(', ')}.` })
        .optional()
        .meta({ description: 'Why.' }),
      comment: z
        .string({ error: 'must be a string.' })
        .max(MAX_COMMENT_LENGTH, { error: `may have at most ${MAX_COMMENT_LENGTH} characters.` })
        .refine((value) => !/[\0\p{Cs}]/u.test(value), { error: 'must not contain NUL or lone surrogates.' })
        .optional()
        .meta({ description: 'In the customer’s own words.' }),
    },
    JSON_OBJECT,
  )
  .prefault({})
  .meta({ example: { when: 'period_end', reason: 'too_expensive', comment: 'Back in spring.' } });

export type CancelRequest = z.output<typeof cancelRequestSchema>;

export interface PlanChangeView {
  currentPlanId: string | null;
  /** Null when the change has taken effect. */
  pendingPlanId: string | null;
  effectiveAt: Date;
}

export const planChangeSchema = objectOf({
  currentPlanId: { type: ['string', 'null'], description: 'The plan as of now.' },
  pendingPlanId: {
    type: ['string', 'null'],
    description: 'The plan from `effectiveAt` on; null when it is the current one already.',
  },
  effectiveAt: { type: 'string', format: 'date-time' },
});

export const planChangeExample = {
  currentPlanId: 'plan_pro',
  pendingPlanId: 'plan_starter',
  effectiveAt: '2026-12-23T12:00:00.000Z',
};
