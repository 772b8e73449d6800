import type { TimeInterval } from '../reference';

export type Metadata = Record<string, string | number | boolean>;

export interface Price {
  type: 'one_time_price' | 'recurring_price' | 'usage_based_price';
  currency: string;
  price: number;
  discount: number;
  discount_bps: number | null;
  purchasing_power_parity: boolean;
  tax_inclusive: boolean | null;
  pay_what_you_want: boolean;
  suggested_price: number | null;
  payment_frequency_count: number;
  payment_frequency_interval: TimeInterval;
  subscription_period_count: number;
  subscription_period_interval: TimeInterval;
  trial_period_days: number;
  trial_amount: number | null;
  trial_apply_discounts: boolean | null;
  trial_payment_method_optional: boolean;
  zero_amount_payment_method_optional: boolean;
}

export interface Product {
  product_id: string;
  brand_id: string;
  name: string;
  description: string | null;
  price: Price;
  tax_category: string;
  addons: string[] | null;
  image: string | null;
  license_key_enabled: boolean;
  license_key_activation_message: string | null;
  license_key_activations_limit: number | null;
  license_key_duration: { count: number; interval: TimeInterval } | null;
  digital_product_delivery: DigitalProductDelivery | null;
  metadata: Metadata;
  pricing_mode: 'by_currency' | 'by_country' | null;
  archived: boolean;
  created_at: string;
  updated_at: string;
}

export interface DigitalProductDelivery {
  external_url: string | null;
  instructions: string | null;
  files: { file_id: string; filename: string; download_url: string; expires_in: number }[];
}

export interface LocalizedPrice {
  id: string;
  product_id: string;
  currency: string;
  country_code: string | null;
  amount: number;
  archived: boolean;
  created_at: string;
  updated_at: string;
}

export interface ShortLink {
  slug: string;
  product_id: string;
  full_url: string;
  short_url: string;
  created_at: string;
}
