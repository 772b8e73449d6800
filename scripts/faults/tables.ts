import type { ServiceDatabase } from './service-database';

/** What the service has stored, as far as it is compared. Instants as ISO text, money as numbers. */
export interface Tables {
  organizations: { id: string; billing_status: string }[];
  subscriptions: SubscriptionRow[];
  payments: PaymentRow[];
  refunds: RefundRow[];
  checkouts: {
    id: string;
    org_id: string;
    status: string;
    session_id: string | null;
    payment_id: string | null;
  }[];
  entries: EntryRow[];
  balances: { org_id: string; allocation_left: number; purchased_left: number; owner: string | null }[];
  events: { webhook_id: string; type: string; status: string; error: string | null }[];
  outboundEvents: { id: string; org_id: string; event: string; cause: string; body: string; at: number }[];
  outboundDeliveries: {
    id: string;
    endpoint_id: string;
    event_id: string;
    status: 'pending' | 'delivered' | 'failed';
    attempt: number;
    failure: string | null;
  }[];
  endpoints: { id: string; enabled: boolean }[];
  jobs: {
    name: string;
    key: string | null;
    attempts: number;
    max_attempts: number;
    locked_by: string | null;
    error: string | null;
  }[];
}

export interface SubscriptionRow {
  id: string;
  org_id: string;
  product_id: string;
  status: string;
  period_start: string | null;
  period_end: string | null;
  cancel_at_period_end: boolean;
  cancelled_at: string | null;
  pending_product_id: string | null;
  surplus: string | null;
}

export interface PaymentRow {
  id: string;
  org_id: string;
  subscription_id: string | null;
  status: string;
  total: number;
  currency: string;
  fee: number | null;
  disputes: { id: string; status: string }[];
}

export interface RefundRow {
  id: string;
  org_id: string;
  payment_id: string;
  state: string;
  refund_id: string | null;
  amount: number | null;
}

export interface EntryRow {
  id: string;
  org_id: string;
  kind: 'allocation' | 'purchase' | 'consumption' | 'expiry';
  cause: string;
  allocation_delta: number;
  purchased_delta: number;
  balance_after: number;
  subscription_id: string | null;
  payment_id: string | null;
  period_start: string | null;
  created_at: string;
}

const ISO = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export async function readTables(database: ServiceDatabase): Promise<Tables> {
  return {
    organizations: await database.rows(`SELECT id, billing_status FROM organizations`),
    subscriptions: await database.rows(SUBSCRIPTIONS),
    payments: await database.rows(
      `SELECT dodo_payment_id AS id, org_id, dodo_subscription_id AS subscription_id, status,
              total_minor::float AS total, currency, setup_fee_minor::float AS fee,
              disputes_at_dodo AS disputes FROM payments`,
    ),
    refunds: await database.rows(
      `SELECT id, org_id, dodo_payment_id AS payment_id, state, dodo_refund_id AS refund_id,
              amount_minor::float AS amount FROM refunds`,
    ),
    checkouts: await database.rows(
      `SELECT id, org_id, status, dodo_session_id AS session_id, dodo_payment_id AS payment_id FROM checkouts`,
    ),
    entries: await database.rows(ENTRIES),
    balances: await database.rows(
      `SELECT org_id, allocation_left, purchased_left, dodo_subscription_id AS owner FROM credit_balances`,
    ),
    events: await database.rows(`SELECT webhook_id, type, status, error FROM dodo_events`),
    outboundEvents: await database.rows(
      `SELECT id, org_id, event, cause, body, extract(epoch FROM created_at)::float * 1000 AS at FROM outbound_events`,
    ),
    outboundDeliveries: await database.rows(
      `SELECT id, endpoint_id, event_id, status, attempt, failure FROM webhook_deliveries`,
    ),
    endpoints: await database.rows(`SELECT id, enabled FROM webhook_endpoints`),
    jobs: await database.rows(
      `SELECT task_identifier AS name, key, attempts, max_attempts, locked_by, last_error AS error
         FROM graphile_worker.jobs`,
    ),
  };
}

const SUBSCRIPTIONS = `
  SELECT dodo_subscription_id AS id, org_id, dodo_product_id AS product_id, status,
         ${ISO('current_period_start')} AS period_start, ${ISO('current_period_end')} AS period_end,
         cancel_at_period_end, ${ISO('cancelled_at')} AS cancelled_at, pending_product_id,
         surplus
    FROM subscriptions`;

const ENTRIES = `
  SELECT id, org_id, kind, cause, allocation_delta, purchased_delta, balance_after,
         dodo_subscription_id AS subscription_id, dodo_payment_id AS payment_id,
         ${ISO('period_start')} AS period_start, ${ISO('created_at')} AS created_at
    FROM credit_entries`;
