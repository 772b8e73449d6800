import { z } from 'zod';
import type {
  DodoCheckoutSession,
  DodoLineItem,
  DodoPayment,
  DodoPaymentStatus,
  DodoRefund,
  DodoSubscription,
  DodoSubscriptionStatus,
} from './dodo.types';

/**
 * Wire to ours. Asks for no more than what this service uses, so that a field
 * that Dodo adds, drops or makes null elsewhere breaks nothing.
 */

const text = z.string().min(1);
const nullableText = z
  .string()
  .nullish()
  .transform((value) => value || null);
/** Whole numbers have been seen as text in Dodo's payloads. */
const whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const instant = z.string().transform((value, context) => {
  const date = new Date(value);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue('is no instant');
  return z.NEVER;
});
const nullableInstant = instant.nullish().transform((value) => value ?? null);

/** Values are documented as text, numbers or booleans; ours are always text. */
const metadata = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).catch(''))
  .nullish()
  .transform((pairs) =>
    Object.fromEntries(Object.entries(pairs ?? {}).map(([key, value]) => [key, String(value)])),
  );

const refundStatus = z.enum(['pending', 'review', 'succeeded', 'failed']).catch('pending');
const customer = z.looseObject({ customer_id: text });

const refundSummary = z.looseObject({
  refund_id: text,
  status: refundStatus,
  amount: whole.nullish(),
});

const payment = z.looseObject({
  payment_id: text,
  status: z.string().nullish(),
  total_amount: whole,
  currency: text,
  subscription_id: nullableText,
  subscription_ids: z.array(text).nullish(),
  checkout_session_id: nullableText,
  customer,
  metadata,
  error_code: nullableText,
  invoice_url: nullableText,
  created_at: instant,
  refunds: z.array(refundSummary).nullish(),
});

const lineItems = z.looseObject({
  items: z.array(z.looseObject({ items_id: text, amount: whole, refundable_amount: whole.nullish() })),
});

const refund = refundSummary.extend({
  payment_id: text,
  currency: nullableText,
  reason: nullableText,
  metadata,
});

const subscription = z.looseObject({
  subscription_id: text,
  status: text,
  product_id: text,
  customer,
  metadata,
  trial_period_days: whole.nullish(),
  previous_billing_date: nullableInstant,
  next_billing_date: nullableInstant,
  cancel_at_next_billing_date: z.boolean().nullish(),
  cancelled_at: nullableInstant,
  expires_at: nullableInstant,
  scheduled_change: z.looseObject({ product_id: text, effective_at: instant }).nullish(),
  created_at: instant,
});

const checkoutSession = z.looseObject({ session_id: text, checkout_url: z.url() });

const PAYMENT_STATUSES: Record<string, DodoPaymentStatus> = {
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
};

const SUBSCRIPTION_STATUSES = new Set<string>([
  'pending',
  'active',
  'past_due',
  'on_hold',
  'paused',
  'cancelled',
  'expired',
  'failed',
] satisfies DodoSubscriptionStatus[]);

export function toPayment(wire: unknown, lines: DodoLineItem[]): DodoPayment {
  const it = payment.parse(wire);
  return {
    id: it.payment_id,
    status: PAYMENT_STATUSES[it.status ?? ''] ?? 'processing',
    totalMinor: it.total_amount,
    currency: it.currency,
    // A payment for several subscriptions has no single id; a checkout of ours only ever makes one.
    subscriptionId: it.subscription_id ?? it.subscription_ids?.[0] ?? null,
    checkoutSessionId: it.checkout_session_id,
    customerId: it.customer.customer_id,
    metadata: it.metadata,
    failureCode: it.error_code,
    invoiceUrl: it.invoice_url,
    createdAt: it.created_at,
    refunds: (it.refunds ?? []).map(toRefundSummary),
    lineItems: lines,
  };
}

export function toLineItems(wire: unknown): DodoLineItem[] {
  return lineItems.parse(wire).items.map((item) => ({
    productId: item.items_id,
    amountMinor: item.amount,
    refundableMinor: item.refundable_amount ?? item.amount,
  }));
}

export function toRefund(wire: unknown): DodoRefund {
  const it = refund.parse(wire);
  return {
    ...toRefundSummary(it),
    paymentId: it.payment_id,
    currency: it.currency,
    reason: it.reason,
    metadata: it.metadata,
  };
}

function toRefundSummary(it: z.infer<typeof refundSummary>) {
  return { id: it.refund_id, status: it.status, amountMinor: it.amount ?? null };
}

export function toSubscription(wire: unknown): DodoSubscription {
  const it = subscription.parse(wire);
  return {
    id: it.subscription_id,
    status: SUBSCRIPTION_STATUSES.has(it.status) ? (it.status as DodoSubscriptionStatus) : 'unknown',
    rawStatus: it.status,
    productId: it.product_id,
    customerId: it.customer.customer_id,
    metadata: it.metadata,
    trialPeriodDays: it.trial_period_days ?? 0,
    currentPeriodStart: it.previous_billing_date,
    currentPeriodEnd: it.next_billing_date,
    cancelAtPeriodEnd: it.cancel_at_next_billing_date ?? false,
    cancelledAt: it.cancelled_at,
    expiresAt: it.expires_at,
    scheduledChange: it.scheduled_change
      ? { productId: it.scheduled_change.product_id, effectiveAt: it.scheduled_change.effective_at }
      : null,
    createdAt: it.created_at,
  };
}

export function toCheckoutSession(wire: unknown): DodoCheckoutSession {
  const it = checkoutSession.parse(wire);
  return { id: it.session_id, url: it.checkout_url };
}

export function toCheckoutPaymentId(wire: unknown): string | null {
  return z.looseObject({ payment_id: nullableText }).parse(wire).payment_id;
}

export function toPaymentLink(wire: unknown): string {
  return z.looseObject({ payment_link: z.url() }).parse(wire).payment_link;
}

export function toPortalLink(wire: unknown): string {
  return z.looseObject({ link: z.url() }).parse(wire).link;
}

/** Of a list of customers, the id of the one that carries this metadata pair. */
export function toCustomerIdByMetadata(wire: unknown, key: string, value: string): string | null {
  const customers = z.array(customer.extend({ metadata })).parse(wire);
  return customers.find((candidate) => candidate.metadata[key] === value)?.customer_id ?? null;
}

export function toCustomerId(wire: unknown): string {
  return customer.parse(wire).customer_id;
}
