import { BRAND_ID, BUSINESS_ID, type Context } from '../context';
import { disputesOf } from '../engine/disputes';
import { refundStatusOf, refundableOf, refundsOf } from '../engine/refund-ledger';
import type { Payment } from '../model/payments';
import { viewCustomerOf } from './customer.view';
import { viewDisputeOfPayment } from './dispute.view';
import { viewRefundItem } from './refund.view';

function viewCommon(ctx: Context, payment: Payment) {
  return {
    payment_id: payment.payment_id,
    business_id: BUSINESS_ID,
    brand_id: BRAND_ID,
    status: payment.status,
    total_amount: payment.total_amount,
    currency: payment.currency,
    ...subscriptionsOf(payment),
    ...methodOf(payment),
    customer: viewCustomerOf(ctx, payment.customer_id),
    metadata: payment.metadata,
    digital_products_delivered: false,
    refund_status: refundStatusOf(ctx, payment),
    invoice_id: payment.invoice_id,
    invoice_url: payment.status === 'succeeded' ? invoiceUrl(ctx, payment) : null,
    payment_provider: 'dodo',
    created_at: payment.created_at,
  };
}

const invoiceUrl = (ctx: Context, { payment_id }: Payment): string =>
  `${ctx.baseUrl}/invoices/payments/${payment_id}`;

/** Lists leave out refunds, cart, billing, session, settlement and errors; of disputes, all but where the latest stands. */
export function viewPaymentItem(ctx: Context, payment: Payment) {
  const dispute_status = disputesOf(ctx, payment.payment_id).at(-1)?.dispute_status ?? null;
  return { ...viewCommon(ctx, payment), dispute_status, has_license_key: false };
}

export function viewPayment(ctx: Context, payment: Payment) {
  return {
    ...viewCommon(ctx, payment),
    tax: payment.tax,
    settlement_amount: payment.total_amount,
    settlement_currency: payment.currency,
    settlement_tax: payment.tax,
    billing: payment.billing,
    checkout_session_id: payment.checkout_session_id,
    product_cart: productCartOf(ctx, payment),
    refunds: refundsOf(ctx, payment.payment_id).map(viewRefundItem),
    disputes: disputesOf(ctx, payment.payment_id).map(viewDisputeOfPayment),
    discounts: null,
    discount_id: null,
    custom_field_responses: null,
    retry_attempt: payment.retry_attempt,
    is_update_payment_method: payment.is_update_payment_method,
    payment_method_id: payment.payment_method_id,
    card_type: payment.card?.type ?? null,
    card_holder_name: payment.card?.holder ?? null,
    card_issuing_country: payment.card?.country ?? null,
    error_code: payment.error_code,
    error_message: payment.error_message,
    payment_link: payment.payment_link,
    updated_at: payment.updated_at,
  };
}

/** As the books have them. */
export function viewLineItems(ctx: Context, payment: Payment) {
  return {
    currency: payment.currency,
    items: payment.lines.map((line) => ({
      items_id: line.item_id,
      name: line.name,
      description: line.description,
      amount: line.amount,
      tax: line.tax,
      refundable_amount: refundableOf(ctx, payment, line),
    })),
  };
}

/** As the API answers them, which may lag behind. */
export function viewListedLineItems(ctx: Context, payment: Payment) {
  const { currency, items } = viewLineItems(ctx, payment);
  const { lineItems } = ctx.switches.current;
  if (lineItems === 'none') return { currency, items: [] };
  if (lineItems === 'current') return { currency, items };
  return { currency, items: items.map((item) => ({ ...item, refundable_amount: item.amount })) };
}

function subscriptionsOf({ subscription_ids }: Payment) {
  const several = subscription_ids.length > 1;
  return {
    subscription_id: several ? null : (subscription_ids[0] ?? null),
    subscription_ids,
    is_multi_subscription: several,
  };
}

function methodOf({ card, payment_method_id }: Payment) {
  const used = card !== null || payment_method_id !== null;
  return {
    payment_method: used ? 'card' : null,
    payment_method_type: used ? (card?.type === 'DEBIT' ? 'debit' : 'credit') : null,
    card_last_four: card?.last_four ?? null,
    card_network: card?.network ?? null,
  };
}

function productCartOf(ctx: Context, payment: Payment) {
  const { mixedProductCart } = ctx.switches.current;
  const oneTime = payment.lines.filter((line) => !line.recurring);
  const mixed = payment.subscription_ids.length > 0;
  if (mixed && (mixedProductCart === 'null' || payment.reason !== 'checkout')) return null;
  const lines = mixed && mixedProductCart === 'all' ? payment.lines : oneTime;
  if (lines.length === 0) return null;
  return lines.map(({ item_id, quantity }) => ({ product_id: item_id, quantity }));
}
