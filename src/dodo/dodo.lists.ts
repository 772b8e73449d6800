import { z } from 'zod';
import { instant, metadata, readable, text, textOrNull } from './dodo.fields';
import { customerId, paymentStatus, refundStatus, toDisputeStatus, toSubscription } from './dodo.mapper';
import type {
  DodoSubscription,
  ListRequest,
  ListedDispute,
  ListedPage,
  ListedPayment,
  ListedRefund,
  ListedSubscription,
} from './dodo.types';

/** What is listed here, as the SDK calls it. */
export type ListName = 'subscriptions' | 'payments' | 'refunds' | 'disputes';

/** Dodo's largest page. */
export const PAGE_SIZE = 100;

/** The page is always said: the SDK takes pages to count from 1, and would pass over the second one. */
export function toListQuery({ page, createdSince, customerId: ofCustomer }: ListRequest) {
  return {
    page_number: page,
    page_size: PAGE_SIZE,
    ...(createdSince && { created_at_gte: createdSince.toISOString() }),
    ...(ofCustomer !== undefined && { customer_id: ofCustomer }),
  };
}

/** Lists show less than the object itself, and how much less may change: only what is there counts. */
const LISTED_SUBSCRIPTION_FIELDS = {
  trialPeriodDays: 'trial_period_days',
  currentPeriodStart: 'previous_billing_date',
  currentPeriodEnd: 'next_billing_date',
  cancelAtPeriodEnd: 'cancel_at_next_billing_date',
  cancelledAt: 'cancelled_at',
  scheduledChange: 'scheduled_change',
} as const satisfies Partial<Record<keyof DodoSubscription, string>>;

const rows = z.array(z.unknown());
const page = z.looseObject({ items: rows.nullable() });

/** Of the answer itself: the SDK takes one without a list for an empty page, and that would be the end of the list. */
export function toRows(answer: unknown): unknown[] {
  return page.parse(answer).items ?? [];
}

export function toPage<T>(answer: unknown, read: (wire: unknown) => T[]): ListedPage<T> {
  const all = toRows(answer);
  return { items: read(all), rows: all.length };
}

/** A row that can't be read is passed over: it must not hide the others. */
export function toListedSubscriptions(wire: unknown): ListedSubscription[] {
  return rows.parse(wire).flatMap((row) => {
    try {
      return [toListedSubscription(row)];
    } catch (error) {
      if (error instanceof z.ZodError) return [];
      throw error;
    }
  });
}

function toListedSubscription(row: unknown): ListedSubscription {
  const whole = toSubscription(row);
  const shown = Object.entries(LISTED_SUBSCRIPTION_FIELDS)
    .filter(([, field]) => field in (row as object))
    .map(([name]) => [name, whole[name as keyof typeof LISTED_SUBSCRIPTION_FIELDS]]);
  return {
    id: whole.id,
    status: whole.status,
    rawStatus: whole.rawStatus,
    productId: whole.productId,
    customerId: whole.customerId,
    metadata: whole.metadata,
    createdAt: whole.createdAt,
    ...(Object.fromEntries(shown) as Partial<DodoSubscription>),
  };
}

const listedPayment = z.looseObject({
  payment_id: text,
  status: paymentStatus,
  subscription_id: textOrNull,
  customer: customerId,
  metadata,
  created_at: instant,
  dispute_status: textOrNull,
});

export function toListedPayments(wire: unknown): ListedPayment[] {
  return readable(listedPayment)
    .parse(wire)
    .map((row) => ({
      id: row.payment_id,
      status: row.status,
      subscriptionId: row.subscription_id,
      customerId: row.customer,
      metadata: row.metadata,
      createdAt: row.created_at,
      disputeStatus: row.dispute_status && toDisputeStatus(row.dispute_status),
    }));
}

const listedRefund = z.looseObject({
  refund_id: text,
  payment_id: text,
  status: refundStatus,
  created_at: instant,
});

export function toListedRefunds(wire: unknown): ListedRefund[] {
  return readable(listedRefund)
    .parse(wire)
    .map((row) => ({
      id: row.refund_id,
      paymentId: row.payment_id,
      status: row.status,
      createdAt: row.created_at,
    }));
}

const listedDispute = z.looseObject({
  dispute_id: text,
  payment_id: text,
  dispute_status: text,
  created_at: instant,
});

export function toListedDisputes(wire: unknown): ListedDispute[] {
  return readable(listedDispute)
    .parse(wire)
    .map((row) => ({
      id: row.dispute_id,
      paymentId: row.payment_id,
      status: toDisputeStatus(row.dispute_status),
      createdAt: row.created_at,
    }));
}
