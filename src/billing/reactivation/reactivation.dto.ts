import { z } from 'zod';
import { JSON_OBJECT } from '../../http/request-fields';
import { httpUrl, planId } from '../checkouts/checkout.dto';

export const reactivationRequestSchema = z
  .object(
    {
      planId: planId.optional().meta({
        description:
          'For a subscription that has ended: the plan to come back to. Left out, it is the last one.',
      }),
      successUrl: httpUrl.meta({
        format: 'uri',
        description: 'Where the customer goes afterwards; `session_id` is set in its query.',
      }),
      cancelUrl: httpUrl.meta({ format: 'uri', description: 'Where the customer goes without paying.' }),
    },
    JSON_OBJECT,
  )
  .meta({
    example: {
      planId: 'plan_pro',
      successUrl: 'https://app.acme.com/billing/success',
      cancelUrl: 'https://app.acme.com/billing/cancel',
    },
  });

export type ReactivationRequest = z.output<typeof reactivationRequestSchema>;
