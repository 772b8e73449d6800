/** The sandbox's books, as far as the reference model reads them. Written down anew: nothing is shared with it. */
export interface Books {
  customers: { customer_id: string; metadata: Record<string, string> }[];
  checkouts: {
    session_id: string;
    metadata: Record<string, string>;
    consumed_at: string | null;
    last_payment_id: string | null;
  }[];
  payments: BookPayment[];
  refunds: BookRefund[];
  disputes: BookDispute[];
  subscriptions: BookSubscription[];
  events: { event_id: string; type: string; subject: { kind: string; id: string } }[];
  deliveries: { event_id: string; status: 'pending' | 'succeeded' | 'failed' | 'dropped' }[];
}

export interface BookPayment {
  payment_id: string;
  status: string;
  total_amount: number;
  currency: string;
  subscription_id: string | null;
  customer: { customer_id: string };
  created_at: string;
  line_items: { items_id: string; amount: number; tax: number }[];
}

export interface BookRefund {
  refund_id: string;
  payment_id: string;
  status: 'pending' | 'review' | 'succeeded' | 'failed';
  amount: number;
  items: { item_id: string; amount: number }[];
}

export interface BookDispute {
  dispute_id: string;
  payment_id: string;
  /** `dispute_opened`, `dispute_won`, … */
  dispute_status: string;
}

export interface BookSubscription {
  subscription_id: string;
  status: string;
  product_id: string;
  customer_id: string;
  trial_period_days: number;
  previous_billing_date: string;
  next_billing_date: string;
  cancel_at_next_billing_date: boolean;
  cancelled_at: string | null;
  trial_ends_at: string | null;
  scheduled_change: { product_id: string; effective_at: string } | null;
  created_at: string;
}
