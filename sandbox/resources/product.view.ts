import { BUSINESS_ID } from '../context';
import { isRecurring } from '../engine/quote';
import type { Price, Product } from '../model/products';

/** Each kind of price shows its own fields only. */
export function viewPrice(price: Price) {
  const common = {
    type: price.type,
    currency: price.currency,
    discount: price.discount,
    discount_bps: price.discount_bps,
    purchasing_power_parity: price.purchasing_power_parity,
    tax_inclusive: price.tax_inclusive,
  };
  if (price.type === 'one_time_price') {
    const { pay_what_you_want, suggested_price } = price;
    return { ...common, price: price.price, pay_what_you_want, suggested_price };
  }
  const billing = viewBilling(price);
  if (price.type === 'usage_based_price')
    return { ...common, ...billing, fixed_price: price.price, meters: [] };
  return {
    ...common,
    ...billing,
    price: price.price,
    trial_period_days: price.trial_period_days,
    trial_amount: price.trial_amount,
    trial_apply_discounts: price.trial_apply_discounts,
    trial_payment_method_optional: price.trial_payment_method_optional,
    zero_amount_payment_method_optional: price.zero_amount_payment_method_optional,
  };
}

function viewBilling(price: Price) {
  return {
    payment_frequency_count: price.payment_frequency_count,
    payment_frequency_interval: price.payment_frequency_interval,
    subscription_period_count: price.subscription_period_count,
    subscription_period_interval: price.subscription_period_interval,
  };
}

function viewCommon(product: Product) {
  return {
    product_id: product.product_id,
    business_id: BUSINESS_ID,
    name: product.name,
    description: product.description,
    image: product.image,
    is_recurring: isRecurring(product),
    tax_category: product.tax_category,
    metadata: product.metadata,
    pricing_mode: product.pricing_mode,
    entitlements: [],
    created_at: product.created_at,
    updated_at: product.updated_at,
  };
}

export function viewProductItem(product: Product) {
  const { currency, price, tax_inclusive } = product.price;
  return { ...viewCommon(product), currency, price, tax_inclusive, price_detail: viewPrice(product.price) };
}

export function viewProduct(product: Product) {
  return {
    ...viewCommon(product),
    brand_id: product.brand_id,
    price: viewPrice(product.price),
    addons: product.addons,
    credit_entitlements: [],
    digital_product_delivery: product.digital_product_delivery,
    license_key_enabled: product.license_key_enabled,
    license_key_activation_message: product.license_key_activation_message,
    license_key_activations_limit: product.license_key_activations_limit,
    license_key_duration: product.license_key_duration,
    product_collection_id: null,
  };
}
