import type { Context } from '../context';
import { ApiError } from '../errors';
import { newId } from '../ids';
import type { BillingAddress, CardDetails, PaymentMethod } from '../model/customers';
import type { Payment, PaymentLine, PaymentReason } from '../model/payments';
import type { Metadata } from '../model/products';
import type { IntentStatus } from '../reference';
import { RENEWAL_DECLINE, type CardVerdict, type Decline } from '../cards';
import { sum } from './quote';

export interface PaymentDraft {
  payment_id?: string;
  status: IntentStatus;
  reason: PaymentReason;
  customer_id: string;
  billing: BillingAddress;
  currency: string;
  lines: PaymentLine[];
  total_amount?: number;
  subscription_ids: string[];
  metadata: Metadata;
  checkout_session_id?: string | null;
  retry_attempt?: number;
  manual_retry_of?: string | null;
  is_update_payment_method?: boolean;
  payment_method_id?: string | null;
  card?: CardDetails | null;
  decline?: Decline | null;
  invoice_id?: string;
  payment_link?: string | null;
  settles_at?: string | null;
}

export function savePayment(ctx: Context, draft: PaymentDraft): Payment {
  const id = draft.payment_id ?? newId('pay');
  const before = ctx.store.payments.get(id);
  const { decline, ...fields } = draft;
  return ctx.store.payments.put({
    ...fields,
    payment_id: id,
    total_amount: draft.total_amount ?? sum(draft.lines.map((line) => line.amount)),
    tax: sum(draft.lines.map((line) => line.tax)),
    checkout_session_id: draft.checkout_session_id ?? null,
    metadata: ctx.switches.current.paymentMetadata ? draft.metadata : {},
    retry_attempt: draft.retry_attempt ?? 0,
    manual_retry_of: draft.manual_retry_of ?? null,
    is_update_payment_method: draft.is_update_payment_method ?? false,
    payment_method_id: draft.payment_method_id ?? null,
    card: draft.card ?? null,
    error_code: decline?.code ?? null,
    error_message: decline?.message ?? null,
    invoice_id: draft.invoice_id ?? before?.invoice_id ?? newId('inv'),
    payment_link: draft.payment_link ?? before?.payment_link ?? null,
    settles_at: draft.settles_at ?? null,
    created_at: before?.created_at ?? ctx.clock.iso(),
    updated_at: ctx.clock.iso(),
  });
}

export function getPayment(ctx: Context, id: string): Payment {
  const payment = ctx.store.payments.get(id);
  if (!payment) throw ApiError.notFound('Payment', id);
  return payment;
}

/** A card that was accepted is kept for later charges. */
export function saveMethod(ctx: Context, customerId: string, verdict: CardVerdict): PaymentMethod {
  const now = ctx.clock.iso();
  return ctx.store.paymentMethods.put({
    payment_method_id: newId('pm'),
    customer_id: customerId,
    card: verdict.details,
    renewals: verdict.renewals,
    created_at: now,
    last_used_at: now,
  });
}

const NO_MANDATE: Decline = {
  code: 'MANDATE_INVALID',
  message: 'There is no payment method to charge.',
  soft: false,
};

export type SavedVerdict =
  { outcome: 'approve' | 'delay'; decline: null } | { outcome: 'decline'; decline: Decline };

/** What the bank says when a kept card is charged without its holder. */
export function askBankAgain(method: PaymentMethod | undefined): SavedVerdict {
  if (!method) return { outcome: 'decline', decline: NO_MANDATE };
  if (method.renewals === 'decline') return { outcome: 'decline', decline: RENEWAL_DECLINE };
  return { outcome: method.renewals, decline: null };
}
