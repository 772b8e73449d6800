/**
 * Dodo's objects as this service sees them: `Date` for instants, minor units
 * for money, camelCase, and closed lists of words. Nothing outside `dodo/`
 * knows the shape on the wire.
 */

/** `processing` stands for every state in which no money has moved yet and none has been refused. */
export const DODO_PAYMENT_STATUSES = ['processing', 'succeeded', 'failed', 'cancelled'] as const;

export type DodoPaymentStatus = (typeof DODO_PAYMENT_STATUSES)[number];

export interface DodoPayment {
  id: string;
  status: DodoPaymentStatus;
  /** What the customer paid, tax included, in the minor unit of `currency`. */
  totalMinor: number;
  currency: string;
  /** The first one where it pays for several. */
  subscriptionId: string | null;
  subscriptionIds: string[];
  checkoutSessionId: string | null;
  customerId: string | null;
  metadata: DodoMetadata;
  failureCode: string | null;
  invoiceUrl: string | null;
  createdAt: Date;
  /** How many of what was bought once; Dodo may leave it empty, also where something was. */
  cart: { productId: string; quantity: number }[];
  /** Whether it was made to put another card behind the subscription. What was owed may be charged with it. */
  isCardExchange: boolean;
  refunds: DodoRefundSummary[];
  disputes: DodoDispute[];
  /** Empty unless the payment has succeeded: only then is there something to refund. */
  lineItems: DodoLineItem[];
}

export interface DodoLineItem {
  productId: string;
  /** Before tax. */
  amountMinor: number;
  taxMinor: number;
  /** What could still be refunded of this line; 0 once its refund has been asked for. */
  refundableMinor: number;
}

export type DodoRefundStatus = 'pending' | 'review' | 'succeeded' | 'failed';

export interface DodoRefundSummary {
  id: string;
  status: DodoRefundStatus;
  amountMinor: number | null;
  /** It need not be that of the payment. */
  currency: string | null;
  /** Whether it is less than the payment; what it is worth may say otherwise, since rates move. Null: not said. */
  isPartial: boolean | null;
  createdAt: Date | null;
}

/** A customer's bank has called a payment in question. */
export interface DodoDispute {
  id: string;
  /** Dodo's word without its prefix: `opened`, `challenged`, `won`, `lost`, … or a later one of its own. */
  status: string;
  createdAt: Date | null;
}

export interface DodoRefund extends DodoRefundSummary {
  paymentId: string;
  metadata: DodoMetadata;
}

/** `unknown` is a status that Dodo has added since: never a reason to give or take access. */
export const DODO_SUBSCRIPTION_STATUSES = [
  'pending',
  'active',
  'past_due',
  'on_hold',
  'paused',
  'cancelled',
  'expired',
  'failed',
  'unknown',
] as const;

export type DodoSubscriptionStatus = (typeof DODO_SUBSCRIPTION_STATUSES)[number];

export interface DodoSubscription {
  id: string;
  status: DodoSubscriptionStatus;
  /** The word that Dodo itself used. */
  rawStatus: string;
  productId: string;
  /** How many of the product are billed, such as seats. */
  quantity: number;
  addons: DodoAddon[];
  customerId: string | null;
  metadata: DodoMetadata;
  trialPeriodDays: number;
  currentPeriodStart: Date | null;
  /** The next billing date; while in trial, the end of the trial. */
  currentPeriodEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  cancelledAt: Date | null;
  expiresAt: Date | null;
  scheduledChange: { productId: string; effectiveAt: Date | null } | null;
  createdAt: Date;
}

/** What is billed with a subscription beside its product. */
export interface DodoAddon {
  id: string;
  quantity: number;
}

/** A customer, as far as a person needs it to know them again. */
export interface DodoCustomer {
  id: string;
  name: string | null;
  email: string | null;
}

/** A subscription as a list shows it: with as much of the rest as the list has. */
export type ListedSubscription = Pick<
  DodoSubscription,
  'id' | 'status' | 'rawStatus' | 'productId' | 'customerId' | 'metadata' | 'createdAt'
> &
  Partial<DodoSubscription>;

/** A payment as a list shows it: without lines, refunds and checkout session. */
export interface ListedPayment extends Pick<
  DodoPayment,
  'id' | 'status' | 'subscriptionId' | 'customerId' | 'metadata' | 'createdAt'
> {
  /** That of the latest dispute: see {@link DodoDispute}. Null also where it is not shown. */
  disputeStatus: string | null;
}

/** A refund as a list shows it: without metadata. */
export interface ListedRefund extends Pick<DodoRefund, 'id' | 'paymentId' | 'status'> {
  createdAt: Date;
}

/** A dispute as a list shows it. */
export interface ListedDispute extends Pick<DodoDispute, 'id' | 'status'> {
  paymentId: string;
  createdAt: Date;
}

/** One page of a list. Dodo counts pages from 0, and says neither the total nor whether there are more. */
export interface ListRequest {
  page: number;
  /** Only what was created then or later; null for everything. */
  createdSince: Date | null;
  /** Only what is this customer's. */
  customerId?: string;
}

/** A page of a list, and how many rows came: some may be of no shape that can be read. */
export interface ListedPage<T> {
  items: T[];
  rows: number;
}

export type DodoMetadata = Record<string, string>;

export interface CheckoutSessionOrder {
  items: { productId: string; quantity: number }[];
  customerId: string;
  /** Null where the cart has no plan. */
  trialPeriodDays: number | null;
  returnUrl: string;
  cancelUrl: string;
  metadata: DodoMetadata;
}

export interface DodoCheckoutSession {
  id: string;
  url: string;
}

/** What a subscription is to be for: a change replaces all three. */
export interface PlanChangeOrder {
  productId: string;
  quantity: number;
  addons: DodoAddon[];
}

/** `now_in_trial` keeps the trial running: any other change at once would end and charge it. */
export type PlanChangeTiming = 'now' | 'now_in_trial' | 'next_period';

/** Dodo's own list. */
export const CANCELLATION_REASONS = [
  'too_expensive',
  'missing_features',
  'switched_service',
  'unused',
  'customer_service',
  'low_quality',
  'too_complex',
  'other',
] as const;

export interface CancellationOrder {
  when: 'now' | 'period_end';
  reason?: (typeof CANCELLATION_REASONS)[number];
  comment?: string;
}
