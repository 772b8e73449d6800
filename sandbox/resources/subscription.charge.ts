import { z } from 'zod';
import type { Context } from '../context';
import { attachMethod, duesDraft, owes } from '../engine/dues';
import { emitPayment } from '../engine/events';
import { linkUrl, openLink } from '../engine/links';
import { askBankAgain, savePayment } from '../engine/payments';
import { lineOf } from '../engine/quote';
import { ApiError } from '../errors';
import { currency, metadata, minorUnits, parseBody, paymentMethodTypes, text } from '../http/validation';
import { newClientSecret } from '../ids';
import type { Subscription } from '../model/subscriptions';
import { getProduct } from './products';

const chargeRequest = z.object({
  product_price: minorUnits,
  product_currency: currency.nullish(),
  product_description: z.string().nullish(),
  adaptive_currency_fees_inclusive: z.boolean().nullish(),
  customer_balance_config: z.looseObject({}).nullish(),
  metadata: metadata.nullish(),
});

const methodRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('new'),
    return_url: z.string().nullish(),
    allowed_payment_method_types: paymentMethodTypes.nullish(),
  }),
  z.object({ type: z.literal('existing'), payment_method_id: text }),
]);

/** POST /subscriptions/{id}/charge, for on-demand subscriptions. */
export function chargeSubscription(ctx: Context, subscription: Subscription, body: unknown) {
  const request = parseBody(chargeRequest, body);
  refuseUnchargeable(subscription);
  const method = ctx.store.paymentMethods.get(subscription.payment_method_id ?? '');
  const { decline } = askBankAgain(method);
  const line = lineOf(ctx, getProduct(ctx, subscription.product_id), 1, request.product_price);
  const payment = savePayment(ctx, {
    status: decline ? 'failed' : 'succeeded',
    reason: 'charge',
    customer_id: subscription.customer_id,
    billing: subscription.billing,
    currency: request.product_currency ?? subscription.currency,
    lines: [{ ...line, description: request.product_description ?? line.description }],
    subscription_ids: [subscription.subscription_id],
    metadata: request.metadata ?? subscription.metadata,
    payment_method_id: subscription.payment_method_id,
    card: method?.card ?? null,
    decline,
  });
  emitPayment(ctx, payment.status, payment);
  return { payment_id: payment.payment_id };
}

function refuseUnchargeable(subscription: Subscription): void {
  if (!subscription.on_demand) {
    throw ApiError.refused('SUBSCRIPTION_NOT_ON_DEMAND', 'Subscription is not on demand');
  }
  if (subscription.status !== 'active')
    throw ApiError.refused('SUBSCRIPTION_INACTIVE', 'Subscription is not active');
  if (subscription.cancel_at_next_billing_date) {
    throw ApiError.refused(
      'CHARGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION',
      'Subscription scheduled for cancellation',
    );
  }
}

const CHANGEABLE = new Set(['active', 'on_hold', 'past_due', 'paused']);

/** POST /subscriptions/{id}/update-payment-method */
export function updatePaymentMethod(ctx: Context, subscription: Subscription, body: unknown) {
  const request = parseBody(methodRequest, body);
  if (!CHANGEABLE.has(subscription.status))
    throw ApiError.refused('SUBSCRIPTION_INACTIVE', 'Subscription is not active');
  if (request.type === 'existing') return attachExisting(ctx, subscription, request.payment_method_id);
  const payment = owes(subscription)
    ? savePayment(ctx, {
        ...duesDraft(ctx, subscription),
        status: 'requires_payment_method',
        payment_method_id: null,
      })
    : null;
  const link = openLink(ctx, {
    purpose: 'update_payment_method',
    customer_id: subscription.customer_id,
    subscription_id: subscription.subscription_id,
    payment_id: payment?.payment_id ?? null,
    return_url: request.return_url ?? null,
  });
  return {
    client_secret: newClientSecret(),
    expires_on: link.expires_at,
    payment_id: link.payment_id,
    payment_link: linkUrl(ctx, link),
  };
}

function attachExisting(ctx: Context, subscription: Subscription, methodId: string) {
  const method = ctx.store.paymentMethods.get(methodId);
  if (!method || method.customer_id !== subscription.customer_id)
    throw ApiError.notFound('Payment method', methodId);
  const payment = attachMethod(ctx, subscription, method, askBankAgain(method).decline);
  return {
    client_secret: null,
    expires_on: null,
    payment_id: payment?.payment_id ?? null,
    payment_link: null,
  };
}
