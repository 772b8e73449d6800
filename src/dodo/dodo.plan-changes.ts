import type { SubscriptionChangePlanParams } from 'dodopayments/resources/subscriptions';
import type { PlanChangeOrder, PlanChangeTiming } from './dodo.types';

/** On which terms Dodo is to change a plan. */
const PLAN_CHANGE_TERMS = {
  now: {
    proration_billing_mode: 'prorated_immediately',
    effective_at: 'immediately',
    on_payment_failure: 'prevent_change',
  },
  now_in_trial: { proration_billing_mode: 'do_not_bill', effective_at: 'immediately' },
  // The only mode that Dodo takes together with a later date.
  next_period: { proration_billing_mode: 'full_immediately', effective_at: 'next_billing_date' },
} as const satisfies Record<PlanChangeTiming, Partial<SubscriptionChangePlanParams>>;

/** Add-ons that are left out are taken away. */
export function toPlanChange(
  { productId, quantity, addons }: PlanChangeOrder,
  timing: PlanChangeTiming,
  replaces: boolean,
): SubscriptionChangePlanParams {
  return {
    product_id: productId,
    quantity,
    ...PLAN_CHANGE_TERMS[timing],
    ...(addons.length > 0 && {
      addons: addons.map(({ id, quantity: count }) => ({ addon_id: id, quantity: count })),
    }),
    ...(replaces && { cancel_scheduled_change_plan: true }),
  };
}
