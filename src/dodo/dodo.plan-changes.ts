/** On which terms Dodo is to change a plan. */
export const PLAN_CHANGE_TERMS = {
  now: {
    proration_billing_mode: 'prorated_immediately',
    effective_at: 'immediately',
    on_payment_failure: 'prevent_change',
  },
  now_in_trial: { proration_billing_mode: 'do_not_bill', effective_at: 'immediately' },
  // The only mode that Dodo takes together with a later date.
  next_period: { proration_billing_mode: 'full_immediately', effective_at: 'next_billing_date' },
} as const;
