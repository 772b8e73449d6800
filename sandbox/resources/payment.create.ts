import { z } from 'zod';
import type { Context } from '../context';
import { getCustomer, resolveCustomer } from '../engine/customers';
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
import { checkoutUrl, reservePayment } from './checkouts';
import { blankCheckout, sellable } from './checkout.request';
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

export function refuseDiscounts(request: {
  discount_code?: string | null | undefined;
  discount_codes?: string[] | null | undefined;
}): void {
  if (request.discount_code || request.discount_codes?.length) {
    throw ApiError.refused('INVALID_DISCOUNT_CODE', 'Invalid Discount Code');
  }
}

/** The deprecated way to a one-time payment: a payment that waits for its card behind a link. */
export function createPaymentLink(ctx: Context, body: unknown) {
  const request = parseBody(createRequest, body);
  const cart = request.product_cart.map((item) => ({ ...item, amount: item.amount ?? null }));
  if ('customer_id' in request.customer) getCustomer(ctx, request.customer.customer_id);
  const products = cart.map((item) => sellable(ctx, item));
  if (cart.length === 0) throw ApiError.refused('PRODUCT_CART_EMTPY', 'product_cart is empty');
  if (products.some(isRecurring))
    throw ApiError.invalidBody('product_cart: subscriptions are not one-time products');
  refuseDiscounts(request);
  refuseTooSmall(quoteCart(ctx, cart, { trialDays: null, email: null }));
  const customer = resolveCustomer(ctx, request.customer, false);
  const draft = ctx.store.checkouts.put(
    blankCheckout(ctx, {
      cart,
      customer: { customer_id: customer.customer_id },
      billing_address: request.billing,
      return_url: request.return_url ?? null,
      metadata: request.metadata ?? {},
      tax_id: request.tax_id ?? null,
      is_session: false,
    }),
  );
  const link = request.payment_link ? checkoutUrl(ctx, draft) : null;
  const checkout = reservePayment(ctx, draft, link);
  const payment = ctx.store.payments.get(checkout.reserved_payment_id ?? '');
  return {
    payment_id: checkout.reserved_payment_id,
    total_amount: payment?.total_amount ?? 0,
    client_secret: newClientSecret(),
    customer: viewCustomerOf(ctx, customer.customer_id),
    metadata: checkout.metadata,
    payment_link: link,
    expires_on: checkout.expires_at,
    discount_id: null,
    discount_ids: null,
    product_cart: cart,
  };
}
