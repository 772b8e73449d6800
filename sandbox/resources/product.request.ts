import { z } from 'zod';
import { ApiError } from '../errors';
import { currency, metadata, minorUnits, orNull, periodCount, text } from '../http/validation';
import type { Price } from '../model/products';
import { TAX_CATEGORIES, TIME_INTERVALS } from '../reference';
import { BLANK_PRICE } from '../seed';

const interval = z.enum(TIME_INTERVALS);

const common = {
  currency,
  discount: z.number().int().min(0).max(100).default(0),
  discount_bps: z.number().int().min(0).max(10_000).nullish().transform(orNull),
  purchasing_power_parity: z.boolean().default(false),
  tax_inclusive: z.boolean().nullish().transform(orNull),
};

const billing = {
  payment_frequency_count: periodCount,
  payment_frequency_interval: interval,
  subscription_period_count: periodCount,
  subscription_period_interval: interval,
};

const oneTimePrice = z.object({
  type: z.literal('one_time_price'),
  price: minorUnits,
  pay_what_you_want: z.boolean().default(false),
  suggested_price: minorUnits.nullish().transform(orNull),
  ...common,
});

const recurringPrice = z.object({
  type: z.literal('recurring_price'),
  price: minorUnits,
  trial_period_days: z.number().int().min(0).max(10_000).default(0),
  trial_amount: minorUnits.nullish().transform(orNull),
  trial_apply_discounts: z.boolean().nullish().transform(orNull),
  trial_payment_method_optional: z.boolean().default(false),
  zero_amount_payment_method_optional: z.boolean().default(false),
  ...billing,
  ...common,
});

const usageBasedPrice = z
  .object({
    type: z.literal('usage_based_price'),
    fixed_price: minorUnits,
    meters: z.array(z.looseObject({ meter_id: text })).nullish(),
    ...billing,
    ...common,
  })
  .transform(({ fixed_price, meters: _meters, ...rest }) => ({ ...rest, price: fixed_price }));

export const price = z
  .union([z.discriminatedUnion('type', [oneTimePrice, recurringPrice]), usageBasedPrice])
  .transform((given): Price => ({ ...BLANK_PRICE, ...given }));

const duration = z.object({ count: z.number().int(), interval });

const optional = {
  description: z.string().nullish(),
  addons: z.array(text).nullish(),
  brand_id: z.string().nullish(),
  metadata: metadata.nullish(),
  pricing_mode: z.enum(['by_currency', 'by_country']).nullish(),
  license_key_enabled: z.boolean().nullish(),
  license_key_activation_message: z.string().nullish(),
  license_key_activations_limit: z.number().int().min(0).nullish(),
  license_key_duration: duration.nullish(),
  digital_product_delivery: z
    .object({
      external_url: z.string().nullish().transform(orNull),
      instructions: z.string().nullish().transform(orNull),
    })
    .nullish(),
  credit_entitlements: z
    .array(z.looseObject({ credit_entitlement_id: text, credits_amount: text }))
    .max(5)
    .nullish(),
  entitlements: z
    .array(z.looseObject({ entitlement_id: text }))
    .max(50)
    .nullish(),
};

export const createProductRequest = z.object({
  name: text,
  tax_category: z.enum(TAX_CATEGORIES),
  price,
  ...optional,
});

export const updateProductRequest = z.object({
  name: text.nullish(),
  tax_category: z.enum(TAX_CATEGORIES).nullish(),
  price: price.nullish(),
  image_id: z.uuid().nullish(),
  ...optional,
});

/** Credits and entitlements are not played here; a product that needs them is refused rather than sold without. */
export function refuseUnmodelled(
  request: Pick<z.output<typeof createProductRequest>, 'credit_entitlements' | 'entitlements'>,
): void {
  const credit = request.credit_entitlements?.[0];
  if (credit) throw ApiError.notFound('Credit entitlement', credit.credit_entitlement_id);
  const entitlement = request.entitlements?.[0];
  if (entitlement) throw ApiError.notFound('Entitlement', entitlement.entitlement_id);
}

export function refuseSuggestion({ pay_what_you_want, suggested_price, price: minimum }: Price): void {
  if (!pay_what_you_want || suggested_price === null || suggested_price >= minimum) return;
  throw ApiError.refused('INVALID_SUGGESTED_PRICE', 'Suggested Price cannot be lower than minimum price');
}
