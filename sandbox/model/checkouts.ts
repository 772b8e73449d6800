import type { BillingAddress } from './customers';
import type { Metadata } from './products';

export interface CartItem {
  product_id: string;
  quantity: number;
  amount: number | null;
}

export type CheckoutCustomer =
  { customer_id: string } | { email: string; name: string | null; phone_number: string | null };

export interface OnDemand {
  mandate_only: boolean;
  product_price: number | null;
}

export interface Checkout {
  session_id: string;
  cart: CartItem[];
  customer: CheckoutCustomer | null;
  billing_address: BillingAddress | null;
  return_url: string | null;
  cancel_url: string | null;
  metadata: Metadata;
  trial_period_days: number | null;
  on_demand: OnDemand | null;
  allow_editing_email: boolean;
  always_create_new_customer: boolean;
  customer_business_name: string | null;
  tax_id: string | null;
  is_session: boolean;
  expires_at: string;
  consumed_at: string | null;
  /** Objects shown to the merchant before anything was paid; the first attempt uses them. */
  reserved_payment_id: string | null;
  reserved_subscription_id: string | null;
  last_payment_id: string | null;
  redirect_url: string | null;
  created_at: string;
}
