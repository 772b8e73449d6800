import type { SubscriptionStatus, TimeInterval } from '../reference';
import type { BillingAddress } from './customers';
import type { Metadata } from './products';

export interface ScheduledChange {
  id: string;
  product_id: string;
  quantity: number;
  effective_at: string;
  created_at: string;
}

export interface Subscription {
  subscription_id: string;
  status: SubscriptionStatus;
  product_id: string;
  quantity: number;
  customer_id: string;
  billing: BillingAddress;
  currency: string;
  recurring_pre_tax_amount: number;
  tax_inclusive: boolean;
  trial_period_days: number;
  trial_amount: number | null;
  payment_frequency_count: number;
  payment_frequency_interval: TimeInterval;
  subscription_period_count: number;
  subscription_period_interval: TimeInterval;
  previous_billing_date: string;
  next_billing_date: string;
  expires_at: string;
  cancelled_at: string | null;
  cancel_at_next_billing_date: boolean;
  cancellation_feedback: string | null;
  cancellation_comment: string | null;
  paused_at: string | null;
  past_due_ends_at: string | null;
  scheduled_change: ScheduledChange | null;
  on_demand: boolean;
  payment_method_id: string | null;
  metadata: Metadata;
  tax_id: string | null;
  customer_business_name: string | null;
  created_at: string;
  /** The billing date that fixes day and time of all later ones, and how many periods lie behind it. */
  billing_anchor: string;
  billing_cycle: number;
  /** End of a period in which nothing of the plan was paid for; a plan change credits nothing for it. */
  trial_ends_at: string | null;
  /** The renewal that still waits for its outcome. */
  pending_payment_id: string | null;
  /** Automatic retries of a failed renewal: attempts made, and when the next one comes. */
  retry_attempt: number;
  retry_at: string | null;
  /** Minor units left over from a downgrade, taken off the next charges. */
  credit: number;
}

export interface PlanChange {
  product_id: string;
  quantity: number;
  proration_billing_mode:
    'prorated_immediately' | 'full_immediately' | 'difference_immediately' | 'do_not_bill';
  metadata: Metadata | null;
}

export interface PaymentLink {
  link_id: string;
  purpose: 'update_payment_method' | 'plan_change' | 'portal';
  customer_id: string;
  subscription_id: string | null;
  payment_id: string | null;
  plan_change: PlanChange | null;
  return_url: string | null;
  expires_at: string;
  consumed_at: string | null;
  created_at: string;
}
