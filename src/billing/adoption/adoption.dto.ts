import { z } from 'zod';
import { DODO_SUBSCRIPTION_STATUSES } from '../../dodo/dodo.types';
import type { DodoCustomer, DodoSubscriptionStatus } from '../../dodo/dodo.types';
import { objectOf } from '../../http/openapi.decorators';
import { JSON_OBJECT, required } from '../../http/request-fields';

const CUSTOMER_ID = /^[\w-]{1,100}$/;

export const adoptRequestSchema = z
  .object(
    {
      dodoCustomerId: z
        .string({ error: required('a string') })
        .regex(CUSTOMER_ID, { error: 'must be the id of a customer at Dodo, such as cus_123.' })
        .meta({ description: 'The customer that the organization has at Dodo already.' }),
    },
    JSON_OBJECT,
  )
  .meta({ example: { dodoCustomerId: 'cus_123' } });

export type AdoptRequest = z.output<typeof adoptRequestSchema>;

export interface AdoptionView {
  orgId: string;
  dodoCustomerId: string;
  /** What is being read in: all that the customer has, newest first. */
  subscriptions: { subscriptionId: string; status: DodoSubscriptionStatus; planId: string | null }[];
}

/** What would be done, for a person to look at before it is. */
export interface AdoptionPreview extends AdoptionView {
  customer: DodoCustomer;
  /** Whether the trial that runs would be ended: the organization, its mail box or the customer has had one here. */
  endsTrial: boolean;
}

export const adoptionSchema = objectOf({
  orgId: { type: 'string' },
  dodoCustomerId: { type: 'string' },
  subscriptions: {
    type: 'array',
    description: 'What is being read in, newest first.',
    items: objectOf({
      subscriptionId: { type: 'string' },
      status: { type: 'string', enum: [...DODO_SUBSCRIPTION_STATUSES], description: 'At Dodo.' },
      planId: {
        type: ['string', 'null'],
        description: 'The plan of its product; null when PLANS_FILE has none for it.',
      },
    }),
  },
});

export const adoptionExample: AdoptionView = {
  orgId: 'org_7TnVw4fPxYb2Lr8Kd0QmZs',
  dodoCustomerId: 'cus_123',
  subscriptions: [{ subscriptionId: 'sub_123', status: 'active', planId: 'plan_pro' }],
};
