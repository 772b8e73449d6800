export interface Endpoint {
  id: string;
  url: string;
  description: string;
  metadata: Record<string, string>;
  disabled: boolean;
  filter_types: string[] | null;
  headers: Record<string, string>;
  rate_limit: number | null;
  secret: string;
  idempotency_key: string | null;
  created_at: string;
  updated_at: string;
}

export type Subject = { kind: 'Payment' | 'Subscription' | 'Refund' | 'Dispute'; id: string };

export interface Event {
  event_id: string;
  type: string;
  timestamp: string;
  subject: Subject;
}

export interface Attempt {
  at: string;
  status: number | null;
  error: string | null;
  duration_ms: number;
}

export interface Delivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  status: 'pending' | 'succeeded' | 'failed' | 'dropped';
  attempts: Attempt[];
  next_attempt_at: string | null;
}
