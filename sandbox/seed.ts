import type { Context } from './context';
import { BRAND_ID } from './context';
import type { Price, Product } from './model/products';

export const SETUP_FEE_ID = 'pdt_setup_fee';

/** The catalogue every sandbox starts with. Trials are left to the checkout session. */
export function seed(ctx: Context): void {
  const products = [
    product(
      SETUP_FEE_ID,
      'Setup fee (refunded)',
      'A one-time charge that verifies your card. It is refunded automatically.',
      {
        type: 'one_time_price',
        price: 100,
      },
    ),
    plan('pdt_starter', 'Starter', 1900),
    plan('pdt_pro', 'Pro', 4900),
    plan('pdt_business', 'Business', 14900),
    pack('pdt_pack_1000', '1,000 credits', 1000),
    pack('pdt_pack_5000', '5,000 credits', 4000),
  ];
  for (const entry of products) {
    if (ctx.store.products.get(entry.product_id)) continue;
    const now = ctx.clock.iso();
    ctx.store.products.put({ ...entry, created_at: now, updated_at: now });
  }
}

export const BLANK_PRICE: Price = {
  type: 'one_time_price',
  currency: 'USD',
  price: 0,
  discount: 0,
  discount_bps: null,
  purchasing_power_parity: false,
  tax_inclusive: null,
  pay_what_you_want: false,
  suggested_price: null,
  payment_frequency_count: 1,
  payment_frequency_interval: 'Month',
  subscription_period_count: 10,
  subscription_period_interval: 'Year',
  trial_period_days: 0,
  trial_amount: null,
  trial_apply_discounts: null,
  trial_payment_method_optional: false,
  zero_amount_payment_method_optional: false,
};

const plan = (id: string, name: string, price: number): Product =>
  product(id, name, `The ${name} plan, billed monthly.`, { type: 'recurring_price', price });

const pack = (id: string, name: string, price: number): Product =>
  product(id, name, `${name}, bought once.`, { type: 'one_time_price', price });

function product(product_id: string, name: string, description: string, price: Partial<Price>): Product {
  return {
    product_id,
    brand_id: BRAND_ID,
    name,
    description,
    price: { ...BLANK_PRICE, ...price },
    tax_category: 'saas',
    addons: null,
    image: null,
    license_key_enabled: false,
    license_key_activation_message: null,
    license_key_activations_limit: null,
    license_key_duration: null,
    digital_product_delivery: null,
    metadata: {},
    pricing_mode: null,
    archived: false,
    created_at: '',
    updated_at: '',
  };
}
