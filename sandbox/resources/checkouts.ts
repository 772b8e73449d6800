import type { Context } from '../context';
import { payCheckoutWithSaved, getCheckout, quoteCheckout } from '../engine/checkout';
import { getCustomer } from '../engine/customers';
import { savePayment } from '../engine/payments';
import { ApiError } from '../errors';
import { param, type Route } from '../http/route';
import { parseBody } from '../http/validation';
import { newClientSecret } from '../ids';
import type { Checkout } from '../model/checkouts';
import { COUNTRIES } from '../reference';
import { checkoutRequest, draftCheckout, type CheckoutRequest } from './checkout.request';
import { viewPreview } from './checkout.preview';

const CONFIRMED_TTL_MS = 15 * 60_000;

export function checkoutRoutes(ctx: Context): Route[] {
  return [
    {
      method: 'POST',
      path: '/checkouts',
      handle: ({ body }) => create(ctx, parseBody(checkoutRequest, body)),
    },
    {
      method: 'POST',
      path: '/checkouts/preview',
      handle: ({ body }) => viewPreview(ctx, draftCheckout(ctx, parseBody(checkoutRequest, body))),
    },
    {
      method: 'GET',
      path: '/checkouts/:id',
      handle: (request) => viewStatus(ctx, getCheckout(ctx, param(request, 'id'))),
    },
    { method: 'GET', path: '/checkout/supported_countries', handle: () => COUNTRIES },
  ];
}

function create(ctx: Context, request: CheckoutRequest) {
  const draft = draftCheckout(ctx, request);
  if (request.confirm) return createConfirmed(ctx, request, draft);
  if (request.payment_method_id) {
    throw ApiError.invalidBody('payment_method_id: needs confirm and an existing customer');
  }
  const checkout = ctx.store.checkouts.put(draft);
  return answer(ctx, checkout, null);
}

/** A confirmed session has its payment from the start; with a kept card it is paid at once. */
function createConfirmed(ctx: Context, request: CheckoutRequest, draft: Checkout) {
  if (!draft.customer || !draft.billing_address) {
    throw ApiError.invalidBody('confirm: needs customer and billing_address');
  }
  const expires_at = new Date(ctx.clock.now() + CONFIRMED_TTL_MS).toISOString();
  const method = request.payment_method_id ? keptMethod(ctx, request) : null;
  const checkout = ctx.store.checkouts.put({ ...draft, expires_at });
  if (!method) return answer(ctx, reservePayment(ctx, checkout), newClientSecret());
  const customer = getCustomer(ctx, method.customer_id);
  const buyer = { email: customer.email, name: customer.name, billing: draft.billing_address };
  const { payment } = payCheckoutWithSaved(ctx, checkout, method, buyer);
  return {
    session_id: checkout.session_id,
    checkout_url: null,
    payment_id: payment.payment_id,
    client_secret: null,
    publishable_key: null,
  };
}

function keptMethod(ctx: Context, { payment_method_id, customer }: CheckoutRequest) {
  const method = ctx.store.paymentMethods.get(payment_method_id ?? '');
  if (!method) throw ApiError.notFound('Payment method', payment_method_id ?? '');
  if (!customer || !('customer_id' in customer) || customer.customer_id !== method.customer_id) {
    throw ApiError.invalidBody('payment_method_id: needs the existing customer it belongs to');
  }
  return method;
}

const NO_ADDRESS = { country: 'US', city: null, state: null, street: null, zipcode: null };

function attachedCustomer({ customer }: Checkout): string | null {
  return customer && 'customer_id' in customer ? customer.customer_id : null;
}

/** A payment that waits for a card, for requests that are answered with its id before anybody pays. */
export function reservePayment(
  ctx: Context,
  checkout: Checkout,
  paymentLink: string | null = null,
): Checkout {
  const quote = quoteCheckout(ctx, checkout);
  const payment = savePayment(ctx, {
    status: 'requires_payment_method',
    reason: 'checkout',
    customer_id: attachedCustomer(checkout) ?? '',
    billing: checkout.billing_address ?? NO_ADDRESS,
    currency: quote.currency,
    lines: quote.lines,
    subscription_ids: checkout.reserved_subscription_id ? [checkout.reserved_subscription_id] : [],
    checkout_session_id: checkout.is_session ? checkout.session_id : null,
    metadata: checkout.metadata,
    payment_link: paymentLink,
  });
  return ctx.store.checkouts.update(checkout.session_id, {
    reserved_payment_id: payment.payment_id,
    last_payment_id: payment.payment_id,
  });
}

function answer(ctx: Context, checkout: Checkout, clientSecret: string | null) {
  return {
    session_id: checkout.session_id,
    checkout_url: checkoutUrl(ctx, checkout),
    payment_id: checkout.reserved_payment_id,
    client_secret: clientSecret,
    publishable_key: clientSecret && 'pk_sandbox',
  };
}

export const checkoutUrl = (ctx: Context, { session_id }: Checkout): string =>
  `${ctx.baseUrl}/session/${session_id}`;

function viewStatus(ctx: Context, checkout: Checkout) {
  const payment = ctx.store.payments.get(checkout.last_payment_id ?? '');
  const { customer } = checkout;
  const known = ctx.store.customers.get(
    payment?.customer_id || (customer && 'customer_id' in customer ? customer.customer_id : ''),
  );
  const given = customer && 'email' in customer ? customer : null;
  return {
    id: checkout.session_id,
    created_at: checkout.created_at,
    customer_email: known?.email ?? given?.email ?? null,
    customer_name: known?.name ?? given?.name ?? null,
    payment_id: payment?.payment_id ?? null,
    payment_status: payment?.status ?? null,
  };
}
