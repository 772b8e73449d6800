import type { IntentStatus, RefundStatus } from '../reference';
import type { BillingAddress, CardDetails } from './customers';
import type { Metadata } from './products';

export interface PaymentLine {
  item_id: string;
  name: string;
  description: string | null;
  quantity: number;
  /** Minor units, tax included. */
  amount: number;
  tax: number;
  recurring: boolean;
  prorated: boolean;
}

export type PaymentReason = 'checkout' | 'renewal' | 'dues' | 'plan_change' | 'charge';

export interface Payment {
  payment_id: string;
  status: IntentStatus;
  reason: PaymentReason;
  customer_id: string;
  billing: BillingAddress;
  currency: string;
  total_amount: number;
  tax: number;
  lines: PaymentLine[];
  subscription_ids: string[];
  checkout_session_id: string | null;
  metadata: Metadata;
  retry_attempt: number;
  manual_retry_of: string | null;
  is_update_payment_method: boolean;
  payment_method_id: string | null;
  card: CardDetails | null;
  error_code: string | null;
  error_message: string | null;
  invoice_id: string;
  payment_link: string | null;
  /** When a payment that is still processing gets its outcome. */
  settles_at: string | null;
  created_at: string;
  updated_at: string | null;
}

export interface RefundItem {
  item_id: string;
  amount: number;
}

export interface Refund {
  refund_id: string;
  payment_id: string;
  status: RefundStatus;
  amount: number;
  currency: string;
  is_partial: boolean;
  items: RefundItem[];
  reason: string | null;
  metadata: Metadata;
  /** What the refund becomes at `settles_at`, unless the payment is disputed then. */
  outcome: 'succeeded' | 'failed';
  settles_at: string | null;
  created_at: string;
}
