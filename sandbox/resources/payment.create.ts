import { z } from 'zod';
import type { Context } from '../context';
import { getCustomer, resolveCustomer } from '../engine/customers';
import { getPayment } from '../engine/payments';
import { quoteCart, refuseTooSmall, isRecurring } from '../engine/quote';
import { ApiError } from '../errors';
import {
  billingAddress,
  currency,
  customerRequest,
  metadata,
  minorUnits,
  parseBody,
  paymentMethodTypes,
  text,
} from '../http/validation';
import { newClientSecret } from '../ids';
import type { Checkout } from '../model/checkouts';
import { checkoutUrl, reservePayment } from './checkouts';
import { blankCheckout, refuseCart, refuseDiscounts, sellable } from './checkout.request';
import { viewCustomerOf } from './customer.view';

export const cartOfOneTimeItems = z.array(
  z.object({ product_id: text, quantity: z.number().int(), amount: minorUnits.nullish() }),
);

/** What POST /payments and POST /subscriptions have in common. */
export const linkRequest = {
  billing: billingAddress,
  customer: customerRequest,
  allowed_payment_method_types: paymentMethodTypes.nullish(),
  billing_currency: currency.nullish(),
  customer_business_name: z.string().nullish(),
  discount_code: z.string().nullish(),
  discount_codes: z.array(z.string()).max(20).nullish(),
  metadata: metadata.nullish(),
  payment_link: z.boolean().nullish(),
  payment_method_id: z.string().nullish(),
  return_url: z.string().nullish(),
  show_saved_payment_methods: z.boolean().optional(),
  tax_id: z.string().nullish(),
};

const createRequest = z.object({ ...linkRequest, product_cart: cartOfOneTimeItems });

/** The deprecated way to a one-time payment: a payment that waits for its card behind a link. */
export function createPaymentLink(ctx: Context, body: unknown) {
  const request = parseBody(createRequest, body);
  const draft = ctx.store.checkouts.put(checkedDraft(ctx, request));
  const link = request.payment_link ? checkoutUrl(ctx, draft) : null;
  const checkout = reservePayment(ctx, draft, link);
  const payment = getPayment(ctx, checkout.reserved_payment_id ?? '');
  return {
    payment_id: payment.payment_id,
    total_amount: payment.total_amount,
    client_secret: newClientSecret(),
    customer: viewCustomerOf(ctx, payment.customer_id),
    metadata: checkout.metadata,
    payment_link: link,
    expires_on: checkout.expires_at,
    discount_id: null,
    discount_ids: null,
    product_cart: checkout.cart,
  };
}

function checkedDraft(ctx: Context, request: z.output<typeof createRequest>): Checkout {
  const cart = request.product_cart.map((item) => ({ ...item, amount: item.amount ?? null }));
  if ('customer_id' in request.customer) getCustomer(ctx, request.customer.customer_id);
  const products = cart.map((item) => sellable(ctx, item));
  refuseCart(products, false);
  if (products.some(isRecurring)) {
    throw ApiError.invalidBody('product_cart: subscriptions are not one-time products');
  }
  refuseDiscounts(request);
  refuseTooSmall(quoteCart(ctx, cart, { trialDays: null, email: null }));
  return blankCheckout(ctx, {
    cart,
    customer: { customer_id: resolveCustomer(ctx, request.customer, false).customer_id },
    billing_address: request.billing,
    return_url: request.return_url ?? null,
    metadata: request.metadata ?? {},
    tax_id: request.tax_id ?? null,
    is_session: false,
  });
}
