import { objectOf } from '../../http/openapi.decorators';
import type { Schema } from '../../http/openapi.decorators';
import type { BillingInterval } from './plan.entity';

/** An amount in minor units (cents for USD). */
interface Price {
  amount: number;
  currency: string;
}

export interface PlanView {
  id: string;
  name: string;
  price: Price;
  interval: BillingInterval;
  trialDays: number;
  setupFee: Price;
  monthlyCredits: number;
  accountLimit: number;
}

const price = (description: string): Schema => ({
  ...objectOf({
    amount: { type: 'integer', description: 'In minor units: cents for USD.' },
    currency: { type: 'string', description: 'ISO 4217.' },
  }),
  description,
});

export const planSchema = objectOf({
  id: { type: 'string' },
  name: { type: 'string' },
  price: price('What each period costs.'),
  interval: { type: 'string', enum: ['day', 'week', 'month', 'year'] },
  trialDays: { type: 'integer', description: 'Days of free trial of a first subscription.' },
  setupFee: price('What a first checkout charges beside it, and gives back.'),
  monthlyCredits: { type: 'integer' },
  accountLimit: { type: 'integer', description: 'Social accounts; -1 for any number.' },
});

export const planExample: PlanView = {
  id: 'plan_pro',
  name: 'Pro',
  price: { amount: 4900, currency: 'USD' },
  interval: 'month',
  trialDays: 3,
  setupFee: { amount: 100, currency: 'USD' },
  monthlyCredits: 2000,
  accountLimit: 20,
};
