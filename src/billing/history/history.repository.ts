import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { PageRequest } from '../../http/pagination';
import type { HistoryItem, HistoryType } from './history.dto';

/** What has happened to an org's money, of three kinds that share their columns. */
const ENTRIES = `
  SELECT payment.dodo_payment_id AS id, 'payment' AS type, payment.status, total_minor AS amount, currency,
         CASE WHEN setup_fee_minor IS NOT NULL AND plan_minor = 0 THEN 'Setup fee'
              WHEN setup_fee_minor IS NOT NULL THEN 'Setup fee and first period'
              WHEN payment.dodo_subscription_id IS NOT NULL OR sold.plan_id IS NOT NULL THEN 'Subscription'
              WHEN payment.status = 'succeeded' OR sold.credit_pack_id IS NOT NULL THEN 'Purchase'
              ELSE 'Payment' END AS description,
         invoice_url, dodo_created_at AS created_at
    FROM payments payment LEFT JOIN checkouts sold ON sold.id = payment.checkout_id
   WHERE payment.org_id = $1
  UNION ALL
  SELECT refund.id, 'refund', state, amount_minor, refund.currency,
         CASE WHEN plan_minor > 0 AND amount_minor >= total_minor THEN 'Payment given back'
              ELSE 'Setup fee given back' END, NULL, created_at
    FROM refunds refund JOIN payments USING (dodo_payment_id) WHERE refund.org_id = $1
  UNION ALL
  SELECT made.id, 'refund', made.status, made."amountMinor", coalesce(made.currency, payments.currency),
         CASE WHEN coalesce(made."isPartial", made."amountMinor" < total_minor) THEN 'Part of a payment given back'
              ELSE 'Payment given back' END, NULL, coalesce(made."createdAt", dodo_created_at)
    FROM payments,
         jsonb_to_recordset(refunds_at_dodo)
           AS made (id text, status text, "amountMinor" bigint, currency text, "isPartial" boolean,
                    "createdAt" timestamptz)
   WHERE org_id = $1 AND NOT EXISTS (
     SELECT FROM refunds ours
      WHERE ours.dodo_payment_id = payments.dodo_payment_id
        AND (ours.dodo_refund_id = made.id OR made.id = ANY (ours.failed_dodo_refund_ids)
             OR (ours.dodo_refund_id IS NULL AND ours.state IN ('owed', 'requested'))))
  UNION ALL
  SELECT change.public_id, 'plan_change', 'done', NULL, NULL,
         coalesce(old.name, 'another plan') || ' → ' || coalesce(new.name, 'another plan'), NULL, changed_at
    FROM plan_changes change
    LEFT JOIN plans old ON old.id = change.from_plan_id
    LEFT JOIN plans new ON new.id = change.to_plan_id
   WHERE change.org_id = $1`;

@Injectable()
export class HistoryRepository {
  constructor(private readonly database: Database) {}

  async listEntries(orgId: string, type: HistoryType | null, page: PageRequest): Promise<HistoryItem[]> {
    const rows = await this.database.manager.query<Row[]>(
      `SELECT * FROM (${ENTRIES}) entry WHERE $2::text IS NULL OR type = $2
        ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4`,
      [orgId, type, page.limit, page.offset],
    );
    return rows.map(({ invoice_url, created_at, amount, ...row }) => ({
      ...row,
      amount: amount === null ? null : Number(amount),
      invoiceUrl: invoice_url,
      createdAt: created_at,
    }));
  }

  async countEntries(orgId: string, type: HistoryType | null): Promise<number> {
    const [row] = await this.database.manager.query<{ count: string }[]>(
      `SELECT count(*) FROM (${ENTRIES}) entry WHERE $2::text IS NULL OR type = $2`,
      [orgId, type],
    );
    return Number(row?.count);
  }
}

type Row = Omit<HistoryItem, 'amount' | 'invoiceUrl' | 'createdAt'> & {
  amount: string | null;
  invoice_url: string | null;
  created_at: Date;
};
