import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { PageRequest } from '../../http/pagination';

export type TimelineKind =
  | 'organization'
  | 'checkout'
  | 'payment'
  | 'refund'
  | 'subscription'
  | 'order'
  | 'plan_change'
  | 'key'
  | 'credits'
  | 'event'
  | 'delivery'
  | 'by_hand';

/** One thing that has happened to an org. */
export interface TimelineEntry {
  at: Date;
  kind: TimelineKind;
  /** Of the thing itself: an event's number, a refund's id. */
  id: string;
  title: string;
  state: string | null;
  detail: string | null;
  amountMinor: number | null;
  currency: string | null;
}

/** Everything that happened to an org in one list: Dodo's things by Dodo's clock, ours by ours. */
@Injectable()
export class TimelineRepository {
  constructor(private readonly database: Database) {}

  async listEntries(orgId: string, { limit, offset }: PageRequest): Promise<TimelineEntry[]> {
    const rows = await this.database.manager.query<Row[]>(
      `SELECT * FROM (${ENTRIES}) entry (at, kind, id, title, state, detail, amount, currency)
        ORDER BY at DESC, kind, id DESC LIMIT $2 OFFSET $3`,
      [orgId, limit, offset],
    );
    return rows.map(({ amount, ...row }) => ({
      ...row,
      amountMinor: amount === null ? null : Number(amount),
    }));
  }

  async countEntries(orgId: string): Promise<number> {
    const [row] = await this.database.manager.query<{ count: string }[]>(
      `SELECT count(*) FROM (${ENTRIES}) entry`,
      [orgId],
    );
    return Number(row!.count);
  }
}

type Row = Omit<TimelineEntry, 'amountMinor'> & { amount: string | null };

/** Every id by which an event may name the org. */
const NAMES = `
  ARRAY(SELECT $1::text
        UNION SELECT dodo_customer_id FROM organizations WHERE id = $1 AND dodo_customer_id IS NOT NULL
        UNION SELECT dodo_subscription_id FROM subscriptions WHERE org_id = $1
        UNION SELECT dodo_payment_id FROM payments WHERE org_id = $1
        UNION SELECT dodo_session_id FROM checkouts WHERE org_id = $1 AND dodo_session_id IS NOT NULL)`;

const ENTRIES = `
  SELECT created_at, 'organization', id, 'Organization created', NULL::text, email, NULL::bigint, NULL::text
    FROM organizations WHERE id = $1
  UNION ALL
  SELECT checkout.created_at, 'checkout', checkout.id, 'Checkout for ' || coalesce(plan.name, pack.name), status,
         concat_ws(': ', failure_code, failure_message), NULL, NULL
    FROM checkouts checkout
    LEFT JOIN plans plan ON plan.id = plan_id
    LEFT JOIN credit_packs pack ON pack.id = credit_pack_id
   WHERE org_id = $1
  UNION ALL
  SELECT dodo_created_at, 'payment', dodo_payment_id,
         CASE WHEN setup_fee_minor IS NOT NULL AND plan_minor = 0 THEN 'Setup fee paid'
              WHEN setup_fee_minor IS NOT NULL THEN 'Setup fee and first period paid'
              WHEN plan_minor > 0 THEN 'Plan paid' WHEN status = 'succeeded' AND has_line_items THEN 'Purchase paid'
              ELSE 'Payment' END,
         status, failure_code, total_minor, currency
    FROM payments WHERE org_id = $1
  UNION ALL
  SELECT created_at, 'refund', id, 'Setup fee owed back', state, failure_message, amount_minor, currency
    FROM refunds WHERE org_id = $1
  UNION ALL
  SELECT dodo_created_at, 'subscription', dodo_subscription_id, 'Subscription to ' || coalesce(plan.name, 'another product'),
         status, CASE WHEN cancel_at_period_end THEN 'ends with its period' END, NULL, NULL
    FROM subscriptions LEFT JOIN plans plan ON plan.id = plan_id WHERE org_id = $1
  UNION ALL
  SELECT placed.created_at, 'order', placed.id, 'Asked: ' || replace(kind, '_', ' ') || coalesce(' to ' || plan.name, ''), state,
         concat_ws(' · ', reason, comment, failure_code, failure_message), NULL, NULL
    FROM subscription_orders placed LEFT JOIN plans plan ON plan.id = plan_id WHERE org_id = $1
  UNION ALL
  SELECT changed_at, 'plan_change', change.public_id,
         'Plan changed: ' || coalesce(old.name, 'another') || ' → ' || coalesce(new.name, 'another'), NULL, NULL, NULL, NULL
    FROM plan_changes change
    LEFT JOIN plans old ON old.id = from_plan_id
    LEFT JOIN plans new ON new.id = to_plan_id
   WHERE org_id = $1
  UNION ALL
  SELECT created_at, 'key', id, 'API key made: ' || name, NULL, hint, NULL, NULL
    FROM (SELECT created_at, id, name, hint FROM api_keys WHERE org_id = $1
          UNION ALL SELECT created_at, id, name, hint FROM revoked_api_keys WHERE org_id = $1) made
  UNION ALL
  SELECT revoked_at, 'key', id, 'API key revoked: ' || name, NULL, hint, NULL, NULL
    FROM revoked_api_keys WHERE org_id = $1
  UNION ALL
  SELECT max(created_at), 'credits', min(id),
         CASE kind WHEN 'allocation' THEN 'Credits allotted' WHEN 'purchase' THEN 'Credits bought'
                   WHEN 'consumption' THEN 'Credits spent' ELSE 'Credits expired' END,
         NULL, to_char(abs(sum(allocation_delta + purchased_delta)), 'FM999,999,999,999') || ' that day', NULL, NULL
    FROM credit_entries WHERE org_id = $1 GROUP BY kind, date_trunc('day', created_at)
  UNION ALL
  SELECT coalesce(event_at, received_at), 'event', id::text, type, status, error, NULL, NULL
    FROM dodo_events WHERE subjects && ${NAMES}
  UNION ALL
  SELECT delivery.created_at, 'delivery', delivery.id, 'Told: ' || event, status, concat_ws(' ', failure, http_status), NULL, NULL
    FROM webhook_deliveries delivery
   WHERE endpoint_id IN (SELECT id FROM webhook_endpoints WHERE org_id = $1)
  UNION ALL
  SELECT at, 'by_hand', id::text, what, NULL, concat_ws(' · ', who, reason, outcome), NULL, NULL
    FROM operator_actions WHERE org_id = $1`;
