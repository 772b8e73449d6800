import type { IntentStatus, RefundStatus, SubscriptionStatus, TimeInterval } from './reference';

/** The sandbox's own records. What the API shows of them is built in `resources/`. */

export type Metadata = Record<string, string | number | boolean>;

export interface Price {
  type: 'one_time_price' | 'recurring_price' | 'usage_based_price';
  currency: string;
  price: number;
  discount: number;
  discount_bps: number | null;
  purchasing_power_parity: boolean;
  tax_inclusive: boolean | null;
  pay_what_you_want: boolean;
  suggested_price: number | null;
  payment_frequency_count: number;
  payment_frequency_interval: TimeInterval;
  subscription_period_count: number;
  subscription_period_interval: TimeInterval;
  trial_period_days: number;
  trial_amount: number | null;
  trial_apply_discounts: boolean | null;
  trial_payment_method_optional: boolean;
  zero_amount_payment_method_optional: boolean;
}

export interface Product {
  product_id: string;
  brand_id: string;
  name: string;
  description: string | null;
  price: Price;
  tax_category: string;
  addons: string[] | null;
  image: string | null;
  license_key_enabled: boolean;
  license_key_activation_message: string | null;
  license_key_activations_limit: number | null;
  license_key_duration: { count: number; interval: TimeInterval } | null;
  digital_product_delivery: DigitalProductDelivery | null;
  metadata: Metadata;
  pricing_mode: 'by_currency' | 'by_country' | null;
  archived: boolean;
  created_at: string;
  updated_at: string;
}

export interface DigitalProductDelivery {
  external_url: string | null;
  instructions: string | null;
  files: { file_id: string; filename: string; download_url: string; expires_in: number }[];
}

export interface LocalizedPrice {
  id: string;
  product_id: string;
  currency: string;
  country_code: string | null;
  amount: number;
  archived: boolean;
  created_at: string;
  updated_at: string;
}

export interface ShortLink {
  slug: string;
  product_id: string;
  full_url: string;
  short_url: string;
  created_at: string;
}

export interface Customer {
  customer_id: string;
  email: string;
  name: string;
  phone_number: string | null;
  metadata: Metadata;
  created_at: string;
}

export interface BillingAddress {
  country: string;
  city: string | null;
  state: string | null;
  street: string | null;
  zipcode: string | null;
}

export interface CardDetails {
  last_four: string;
  network: string;
  type: 'CREDIT' | 'DEBIT';
  country: string;
  holder: string | null;
  expiry_month: string;
  expiry_year: string;
}

export interface PaymentMethod {
  payment_method_id: string;
  customer_id: string;
  card: CardDetails;
  /** How charges after the first behave; the number itself is never kept. */
  renewals: 'approve' | 'decline' | 'delay';
  created_at: string;
  last_used_at: string;
}

export interface CartItem {
  product_id: string;
  quantity: number;
  amount: number | null;
}

export type CheckoutCustomer =
  { customer_id: string } | { email: string; name: string | null; phone_number: string | null };

export interface OnDemand {
  mandate_only: boolean;
  product_price: number | null;
}

/** A checkout session, and likewise the session behind a payment link of POST /payments and /subscriptions. */
export interface Checkout {
  session_id: string;
  cart: CartItem[];
  customer: CheckoutCustomer | null;
  billing_address: BillingAddress | null;
  return_url: string | null;
  cancel_url: string | null;
  metadata: Metadata;
  trial_period_days: number | null;
  on_demand: OnDemand | null;
  allow_editing_email: boolean;
  always_create_new_customer: boolean;
  show_saved_payment_methods: boolean;
  customer_business_name: string | null;
  tax_id: string | null;
  is_session: boolean;
  expires_at: string;
  consumed_at: string | null;
  /** Objects shown to the merchant before anything was paid; the first attempt uses them. */
  reserved_payment_id: string | null;
  reserved_subscription_id: string | null;
  last_payment_id: string | null;
  redirect_url: string | null;
  created_at: string;
}

export interface PaymentLine {
  item_id: string;
  name: string;
  description: string | null;
  quantity: number;
  /** Minor units, tax included. */
  amount: number;
  tax: number;
  recurring: boolean;
  prorated: boolean;
}

export type PaymentReason = 'checkout' | 'renewal' | 'dues' | 'plan_change' | 'charge';

export interface Payment {
  payment_id: string;
  status: IntentStatus;
  reason: PaymentReason;
  customer_id: string;
  billing: BillingAddress;
  currency: string;
  total_amount: number;
  tax: number;
  lines: PaymentLine[];
  subscription_ids: string[];
  checkout_session_id: string | null;
  metadata: Metadata;
  retry_attempt: number;
  manual_retry_of: string | null;
  is_update_payment_method: boolean;
  payment_method_id: string | null;
  card: CardDetails | null;
  error_code: string | null;
  error_message: string | null;
  invoice_id: string;
  payment_link: string | null;
  /** When a payment that is still processing gets its outcome. */
  settles_at: string | null;
  created_at: string;
  updated_at: string | null;
}

export interface RefundItem {
  item_id: string;
  amount: number;
}

export interface Refund {
  refund_id: string;
  payment_id: string;
  status: RefundStatus;
  amount: number;
  currency: string;
  is_partial: boolean;
  items: RefundItem[];
  reason: string | null;
  metadata: Metadata;
  /** What the refund becomes at `settles_at`. */
  outcome: 'succeeded' | 'failed';
  settles_at: string | null;
  created_at: string;
}

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

/** A hosted page other than checkout: a new card, or a plan change that waits for payment. */
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

export interface PlanChange {
  product_id: string;
  quantity: number;
  proration_billing_mode:
    'prorated_immediately' | 'full_immediately' | 'difference_immediately' | 'do_not_bill';
  metadata: Metadata | null;
}

export interface WalletEntry {
  id: string;
  customer_id: string;
  currency: string;
  amount: number;
  is_credit: boolean;
  before_balance: number;
  after_balance: number;
  reason: string | null;
  idempotency_key: string | null;
  created_at: string;
}

export interface Endpoint {
  id: string;
  url: string;
  description: string;
  metadata: Record<string, string>;
  disabled: boolean;
  filter_types: string[] | null;
  headers: Record<string, string>;
  rate_limit: number | null;
  secret: string;
  idempotency_key: string | null;
  created_at: string;
  updated_at: string;
}

export type Subject = { kind: 'Payment' | 'Subscription' | 'Refund'; id: string };

/** Something that happened. Its id is the `webhook-id` of every delivery of it. */
export interface Event {
  event_id: string;
  type: string;
  timestamp: string;
  subject: Subject;
}

export interface Attempt {
  at: string;
  status: number | null;
  error: string | null;
  duration_ms: number;
}

export interface Delivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  status: 'pending' | 'succeeded' | 'failed' | 'dropped';
  attempts: Attempt[];
  next_attempt_at: string | null;
}

export const FAULT_KINDS = [
  'error_before',
  'error_after',
  'timeout_before',
  'timeout_after',
  'drop_before',
  'drop_after',
  'delay',
] as const;

export interface Fault {
  id: string;
  method: string;
  path: string;
  kind: (typeof FAULT_KINDS)[number];
  status: number;
  code: string;
  message: string;
  delayMs: number;
  times: number;
  hits: number;
  body: string | null;
  headers: Record<string, string>;
}
