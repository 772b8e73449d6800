import { z } from 'zod';
import type { Context } from '../context';
import { quoteCheckout } from '../engine/checkout';
import { resolveCustomer, getCustomer } from '../engine/customers';
import { refuseTooSmall, isRecurring, unitAmountOf } from '../engine/quote';
import { openSubscription } from '../engine/subscriptions';
import { ApiError } from '../errors';
import { parseBody, text } from '../http/validation';
import { newClientSecret, newId } from '../ids';
import type { Checkout } from '../model/checkouts';
import {
  blankCheckout,
  onDemandRequest,
  onDemandTerms,
  refuseAddons,
  refuseCart,
  refuseDiscounts,
  sellable,
  trialDays,
} from './checkout.request';
import { checkoutUrl, reservePayment } from './checkouts';
import { viewCustomerOf } from './customer.view';
import { cartOfOneTimeItems, linkRequest } from './payment.create';

const createRequest = z.object({
  ...linkRequest,
  product_id: text,
  quantity: z.number().int(),
  addons: z.array(z.object({ addon_id: text, quantity: z.number().int() })).nullish(),
  mandate_min_amount_inr_paise: z.number().int().nullish(),
  on_demand: onDemandRequest.nullish(),
  one_time_product_cart: cartOfOneTimeItems.nullish(),
  trial_period_days: trialDays.nullish(),
});

type CreateRequest = z.output<typeof createRequest>;

/** The older way to a subscription: it waits, pending, for the first payment behind a link. */
export function createSubscription(ctx: Context, body: unknown) {
  const request = parseBody(createRequest, body);
  const draft = checkedDraft(ctx, request);
  const pending = openPending(ctx, request, ctx.store.checkouts.put(draft));
  const link = request.payment_link ? checkoutUrl(ctx, draft) : null;
  const checkout = reservePayment(ctx, pending.checkout, link);
  return {
    subscription_id: pending.subscription.subscription_id,
    payment_id: checkout.reserved_payment_id,
    recurring_pre_tax_amount: pending.subscription.recurring_pre_tax_amount,
    customer: viewCustomerOf(ctx, pending.subscription.customer_id),
    metadata: checkout.metadata,
    addons: [],
    client_secret: newClientSecret(),
    payment_link: link,
    payment_method_required: true,
    expires_on: checkout.expires_at,
    discount_id: null,
    discount_ids: null,
    trial_amount: pending.subscription.trial_amount,
    one_time_product_cart:
      request.one_time_product_cart?.map(({ product_id, quantity }) => ({ product_id, quantity })) ?? null,
  };
}

function checkedDraft(ctx: Context, request: CreateRequest): Checkout {
  const plan = { product_id: request.product_id, quantity: request.quantity, amount: null };
  const extras = request.one_time_product_cart ?? [];
  const cart = [plan, ...extras.map((item) => ({ ...item, amount: item.amount ?? null }))];
  if ('customer_id' in request.customer) getCustomer(ctx, request.customer.customer_id);
  const products = cart.map((item) => sellable(ctx, item));
  refuseCart(products, request.on_demand != null);
  if (!products[0] || !isRecurring(products[0])) {
    throw ApiError.invalidBody('product_id: not a subscription product');
  }
  refuseDiscounts(request);
  refuseAddons(request.addons);
  const draft = blankCheckout(ctx, {
    cart,
    customer: request.customer,
    billing_address: request.billing,
    return_url: request.return_url ?? null,
    metadata: request.metadata ?? {},
    trial_period_days: request.trial_period_days ?? null,
    on_demand: onDemandTerms(request.on_demand),
    customer_business_name: request.customer_business_name ?? null,
    tax_id: request.tax_id ?? null,
    is_session: false,
  });
  refuseTooSmall(quoteCheckout(ctx, draft));
  return {
    ...draft,
    customer: { customer_id: resolveCustomer(ctx, request.customer, false).customer_id },
  };
}

function openPending(ctx: Context, request: CreateRequest, checkout: Checkout) {
  const product = ctx.store.products.get(request.product_id);
  const { customer } = checkout;
  if (!product || !customer || !('customer_id' in customer)) throw new Error('the draft was not checked');
  const subscription = openSubscription(ctx, {
    subscription_id: newId('sub'),
    status: 'pending',
    product,
    quantity: request.quantity,
    unitAmount: unitAmountOf(product.price),
    customer_id: customer.customer_id,
    billing: request.billing,
    trialDays: request.trial_period_days ?? product.price.trial_period_days,
    onDemand: request.on_demand != null,
    payment_method_id: null,
    metadata: checkout.metadata,
    tax_id: checkout.tax_id,
    customer_business_name: checkout.customer_business_name,
  });
  return {
    subscription,
    checkout: ctx.store.checkouts.update(checkout.session_id, {
      reserved_subscription_id: subscription.subscription_id,
    }),
  };
}
