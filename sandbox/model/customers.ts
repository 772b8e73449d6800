import type { Metadata } from './products';

export interface Customer {
  customer_id: string;
  email: string;
  name: string;
  phone_number: string | null;
  metadata: Metadata;
  created_at: string;
}

export interface BillingAddress {
  country: string;
  city: string | null;
  state: string | null;
  street: string | null;
  zipcode: string | null;
}

export interface CardDetails {
  last_four: string;
  network: string;
  type: 'CREDIT' | 'DEBIT';
  country: string;
  holder: string | null;
  expiry_month: string;
  expiry_year: string;
}

export interface PaymentMethod {
  payment_method_id: string;
  customer_id: string;
  card: CardDetails;
  /** How charges after the first behave; the number itself is never kept. */
  renewals: 'approve' | 'decline' | 'delay';
  created_at: string;
  last_used_at: string;
}

export interface WalletEntry {
  id: string;
  customer_id: string;
  currency: string;
  amount: number;
  is_credit: boolean;
  before_balance: number;
  after_balance: number;
  reason: string | null;
  idempotency_key: string | null;
  created_at: string;
}
