import { z } from 'zod';
import type { Context } from '../context';
import { quoteCheckout } from '../engine/checkout';
import { getCustomer } from '../engine/customers';
import { isRecurring, refuseTooSmall } from '../engine/quote';
import { ApiError } from '../errors';
import {
  billingAddress,
  currency,
  customerRequest,
  metadata,
  minorUnits,
  orNull,
  paymentMethodTypes,
  text,
} from '../http/validation';
import { newId } from '../ids';
import type { CartItem, Checkout, OnDemand } from '../model/checkouts';
import type { Product } from '../model/products';

const TTL_MS = 24 * 3_600_000;
const MOST_ITEMS = 20;

const cartItem = z.object({
  product_id: text,
  quantity: z.number().int(),
  amount: minorUnits.nullish(),
  addons: z.array(z.object({ addon_id: text, quantity: z.number().int() })).nullish(),
  credit_entitlements: z.array(z.object({ credit_entitlement_id: text, credits_amount: text })).nullish(),
});

export const onDemandRequest = z.object({
  mandate_only: z.boolean(),
  product_price: minorUnits.nullish().transform(orNull),
  product_currency: currency.nullish(),
  product_description: z.string().nullish(),
  adaptive_currency_fees_inclusive: z.boolean().nullish(),
});

export const trialDays = z.number().int().min(0).max(10_000);

const customField = z.object({
  field_type: z.enum(['text', 'number', 'email', 'url', 'date', 'dropdown', 'boolean']),
  key: text,
  label: text,
  options: z.array(z.string()).nullish(),
  placeholder: z.string().nullish(),
  required: z.boolean().optional(),
});

const featureFlags = z.looseObject({
  allow_customer_editing_email: z.boolean().optional(),
  always_create_new_customer: z.boolean().optional(),
});

export const checkoutRequest = z.object({
  product_cart: z.array(cartItem).max(MOST_ITEMS),
  allowed_payment_method_types: paymentMethodTypes.nullish(),
  billing_address: billingAddress.nullish(),
  billing_currency: currency.nullish(),
  cancel_url: z.string().nullish(),
  confirm: z.boolean().optional(),
  custom_fields: z.array(customField).max(5).nullish(),
  customer: customerRequest.nullish(),
  customer_business_name: z.string().nullish(),
  customization: z.looseObject({}).optional(),
  discount_code: z.string().nullish(),
  discount_codes: z.array(z.string()).max(20).nullish(),
  feature_flags: featureFlags.optional(),
  force_3ds: z.boolean().nullish(),
  mandate_min_amount_inr_paise: z.number().int().nullish(),
  metadata: metadata.nullish(),
  minimal_address: z.boolean().optional(),
  payment_method_id: z.string().nullish(),
  product_collection_id: z.string().nullish(),
  return_url: z.string().nullish(),
  short_link: z.boolean().optional(),
  show_saved_payment_methods: z.boolean().optional(),
  subscription_data: z
    .object({ on_demand: onDemandRequest.nullish(), trial_period_days: trialDays.nullish() })
    .nullish(),
  tax_id: z.string().nullish(),
});

export type CheckoutRequest = z.output<typeof checkoutRequest>;

/** The session a request asks for, checked against the catalogue and priced; not yet in the books. */
export function draftCheckout(ctx: Context, request: CheckoutRequest): Checkout {
  const cart = request.product_cart.map(({ product_id, quantity, amount }) => ({
    product_id,
    quantity,
    amount: amount ?? null,
  }));
  if (request.customer && 'customer_id' in request.customer) getCustomer(ctx, request.customer.customer_id);
  const products = cart.map((item) => sellable(ctx, item));
  refuseCart(products, request.subscription_data?.on_demand != null);
  refuseUnmodelled(request);
  const checkout = blankCheckout(ctx, { cart, ...termsOf(request) });
  refuseTooSmall(quoteCheckout(ctx, checkout));
  return checkout;
}

function termsOf(request: CheckoutRequest): Partial<Checkout> {
  const { subscription_data: plan, feature_flags: flags } = request;
  return {
    customer: request.customer ?? null,
    billing_address: request.billing_address ?? null,
    return_url: request.return_url ?? null,
    cancel_url: request.cancel_url ?? null,
    metadata: request.metadata ?? {},
    trial_period_days: plan?.trial_period_days ?? null,
    on_demand: onDemandTerms(plan?.on_demand),
    allow_editing_email: flags?.allow_customer_editing_email ?? true,
    always_create_new_customer: flags?.always_create_new_customer ?? false,
    customer_business_name: request.customer_business_name ?? null,
    tax_id: request.tax_id ?? null,
  };
}

export function onDemandTerms(request: z.output<typeof onDemandRequest> | null | undefined): OnDemand | null {
  return request ? { mandate_only: request.mandate_only, product_price: request.product_price } : null;
}

export function blankCheckout(ctx: Context, fields: Partial<Checkout> & Pick<Checkout, 'cart'>): Checkout {
  return {
    session_id: newId('cks'),
    customer: null,
    billing_address: null,
    return_url: null,
    cancel_url: null,
    metadata: {},
    trial_period_days: null,
    on_demand: null,
    allow_editing_email: true,
    always_create_new_customer: false,
    customer_business_name: null,
    tax_id: null,
    is_session: true,
    expires_at: new Date(ctx.clock.now() + TTL_MS).toISOString(),
    consumed_at: null,
    reserved_payment_id: null,
    reserved_subscription_id: null,
    last_payment_id: null,
    redirect_url: null,
    created_at: ctx.clock.iso(),
    ...fields,
  };
}

export function sellable(ctx: Context, item: CartItem): Product {
  const product = ctx.store.products.get(item.product_id);
  if (!product) throw ApiError.notFound('Product', item.product_id);
  if (product.archived)
    throw ApiError.refused('PRODUCT_IS_DELETED', `Product ${item.product_id} is archived`);
  if (item.quantity < 1) throw ApiError.invalidBody('product_cart.quantity: must be at least 1');
  refuseAmount(product, item.amount);
  return product;
}

function refuseAmount({ price }: Product, amount: number | null): void {
  if (!price.pay_what_you_want) {
    if (amount !== null)
      throw ApiError.invalidBody('product_cart.amount: only a pay-what-you-want product takes an amount');
    return;
  }
  if (amount === null) {
    throw ApiError.refused(
      'PAY_AS_YOU_WANT_AMOUNT_REQUIRED',
      'Amount is mandatory for pay as you want product',
    );
  }
  if (amount < price.price) {
    throw ApiError.refused(
      'REQUEST_AMOUNT_BELOW_MINIMUM',
      'Amount cannot be less than minimum amount specified for the product',
    );
  }
}

export function refuseCart(products: Product[], onDemand: boolean): void {
  if (products.length === 0) throw ApiError.refused('PRODUCT_CART_EMTPY', 'product_cart is empty');
  if (new Set(products.map((product) => product.brand_id)).size > 1) {
    throw ApiError.refused('BRAND_MISMATCH', 'All items in the product cart should belong to the same brand');
  }
  if (!onDemand) return;
  if (products.some((product) => !isRecurring(product))) {
    throw ApiError.refused(
      'ONE_TIME_PRODUCTS_NOT_ALLOWED_FOR_ON_DEMAND',
      'One-time products are not allowed for on demand subscriptions',
    );
  }
}

/** Nothing that would change a price is passed over in silence. */
function refuseUnmodelled(request: CheckoutRequest): void {
  refuseDiscounts(request);
  refuseAddons(request.product_cart.flatMap((item) => item.addons ?? []));
}

interface Discounts {
  discount_code?: string | null | undefined;
  discount_codes?: string[] | null | undefined;
}

export function refuseDiscounts(request: Discounts): void {
  if (request.discount_code || request.discount_codes?.length) {
    throw ApiError.refused('INVALID_DISCOUNT_CODE', 'Invalid Discount Code');
  }
}

export function refuseAddons(addons: { addon_id: string }[] | null | undefined): void {
  const unknown = addons?.[0];
  if (!unknown) return;
  throw ApiError.refused('MISSING_ADDON_IDS', `One or more product IDs do not exist: ${unknown.addon_id}`);
}
