import { z } from 'zod';
import {
  instant,
  instantOrNull,
  link,
  metadata,
  readable,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from './dodo.fields';
import { DODO_PAYMENT_STATUSES, DODO_SUBSCRIPTION_STATUSES } from './dodo.types';
import type {
  DodoDispute,
  DodoCheckoutSession,
  DodoCustomer,
  DodoLineItem,
  DodoPayment,
  DodoRefund,
  DodoRefundSummary,
  DodoSubscription,
  DodoSubscriptionStatus,
} from './dodo.types';

/**
 * Wire to ours. Asks for no more than what this service uses, so that a field
 * that Dodo adds, drops or makes null elsewhere breaks nothing.
 */

export const paymentStatus = z.enum(DODO_PAYMENT_STATUSES).catch('processing');
export const refundStatus = z.enum(['pending', 'review', 'succeeded', 'failed']).catch('pending');
export const customerId = z
  .looseObject({ customer_id: text })
  .transform((customer): string | null => customer.customer_id)
  .catch(null);

const refundSummary = z.looseObject({
  refund_id: text,
  status: refundStatus,
  amount: wholeOrNull,
  currency: textOrNull,
  is_partial: z.boolean().nullable().catch(null),
  created_at: instantOrNull,
});

const dispute = z.looseObject({ dispute_id: text, dispute_status: text, created_at: instantOrNull });

/** Nothing is bought less than once. */
const quantity = whole.pipe(z.int().positive()).catch(1);

const payment = z.looseObject({
  payment_id: text,
  status: paymentStatus,
  total_amount: whole,
  currency: text,
  subscription_id: textOrNull,
  subscription_ids: readable(text),
  checkout_session_id: textOrNull,
  customer: customerId,
  metadata,
  error_code: textOrNull,
  invoice_url: link.nullable().catch(null),
  created_at: instant,
  product_cart: readable(z.looseObject({ product_id: text, quantity })),
  is_update_payment_method: z.boolean().catch(false),
  refunds: readable(refundSummary),
  disputes: readable(dispute),
});

const lineItem = z.looseObject({
  items_id: text,
  amount: wholeOrNull,
  tax: wholeOrNull,
  refundable_amount: wholeOrNull,
});

const refund = refundSummary.extend({ payment_id: text, metadata });

const addon = z.looseObject({ addon_id: text, quantity });

const subscription = z.looseObject({
  subscription_id: text,
  status: text,
  product_id: text,
  quantity,
  addons: readable(addon),
  customer: customerId,
  metadata,
  trial_period_days: wholeOrNull,
  previous_billing_date: instantOrNull,
  next_billing_date: instantOrNull,
  cancel_at_next_billing_date: z.boolean().catch(false),
  cancelled_at: instantOrNull,
  expires_at: instantOrNull,
  scheduled_change: z.looseObject({ product_id: text, effective_at: instantOrNull }).nullable().catch(null),
  created_at: instant,
});

const checkoutSession = z.looseObject({ session_id: text, checkout_url: link });

const SUBSCRIPTION_STATUSES = new Set<string>(DODO_SUBSCRIPTION_STATUSES);

/** Without its lines, which are asked for by themselves. */
export function toPayment(wire: unknown): DodoPayment {
  const it = payment.parse(wire);
  return {
    id: it.payment_id,
    status: it.status,
    totalMinor: it.total_amount,
    currency: it.currency,
    // A payment for several subscriptions has no single id; a checkout of ours only ever makes one.
    subscriptionId: it.subscription_id ?? it.subscription_ids[0] ?? null,
    subscriptionIds: it.subscription_ids,
    checkoutSessionId: it.checkout_session_id,
    customerId: it.customer,
    metadata: it.metadata,
    failureCode: it.error_code,
    invoiceUrl: it.invoice_url,
    createdAt: it.created_at,
    cart: it.product_cart.map((item) => ({ productId: item.product_id, quantity: item.quantity })),
    isCardExchange: it.is_update_payment_method,
    refunds: it.refunds.map(toRefundSummary),
    disputes: it.disputes.map(toDispute),
    lineItems: [],
  };
}

export function toLineItems(wire: unknown): DodoLineItem[] {
  const { items } = z.looseObject({ items: readable(lineItem) }).parse(wire);
  return items.map((item) => ({
    productId: item.items_id,
    amountMinor: item.amount ?? 0,
    taxMinor: item.tax ?? 0,
    refundableMinor: item.refundable_amount ?? item.amount ?? 0,
  }));
}

export function toRefund(wire: unknown): DodoRefund {
  const it = refund.parse(wire);
  return {
    ...toRefundSummary(it),
    paymentId: it.payment_id,
    metadata: it.metadata,
  };
}

function toRefundSummary(it: z.infer<typeof refundSummary>): DodoRefundSummary {
  return {
    id: it.refund_id,
    status: it.status,
    amountMinor: it.amount,
    currency: it.currency,
    isPartial: it.is_partial,
    createdAt: it.created_at,
  };
}

function toDispute(it: z.infer<typeof dispute>): DodoDispute {
  return { id: it.dispute_id, status: toDisputeStatus(it.dispute_status), createdAt: it.created_at };
}

export function toDisputeStatus(word: string): string {
  return word.replace(/^dispute_/, '');
}

export function toSubscription(wire: unknown): DodoSubscription {
  const it = subscription.parse(wire);
  return {
    id: it.subscription_id,
    status: SUBSCRIPTION_STATUSES.has(it.status) ? (it.status as DodoSubscriptionStatus) : 'unknown',
    rawStatus: it.status,
    productId: it.product_id,
    quantity: it.quantity,
    addons: it.addons.map(({ addon_id: id, quantity: count }) => ({ id, quantity: count })),
    customerId: it.customer,
    metadata: it.metadata,
    trialPeriodDays: it.trial_period_days ?? 0,
    currentPeriodStart: it.previous_billing_date,
    currentPeriodEnd: it.next_billing_date,
    cancelAtPeriodEnd: it.cancel_at_next_billing_date,
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

export function toBusinessId(wire: unknown): string {
  return z.looseObject({ business_id: text }).parse(wire).business_id;
}

export function toCheckoutPaymentId(wire: unknown): string | null {
  return z.looseObject({ payment_id: textOrNull }).parse(wire).payment_id;
}

export function toPaymentLink(wire: unknown): string {
  return z.looseObject({ payment_link: link }).parse(wire).payment_link;
}

export function toPortalLink(wire: unknown): string {
  return z.looseObject({ link }).parse(wire).link;
}

/** Of a list of customers, the id of the one that carries this metadata pair. */
export function toCustomerIdByMetadata(wire: unknown, key: string, value: string): string | null {
  const customers = readable(z.looseObject({ customer_id: text, metadata })).parse(wire);
  return customers.find((candidate) => candidate.metadata[key] === value)?.customer_id ?? null;
}

export function toCustomer(wire: unknown): DodoCustomer {
  const it = z.looseObject({ customer_id: text, name: textOrNull, email: textOrNull }).parse(wire);
  return { id: it.customer_id, name: it.name, email: it.email };
}

export function toCustomerId(wire: unknown): string {
  return z.looseObject({ customer_id: text }).parse(wire).customer_id;
}
