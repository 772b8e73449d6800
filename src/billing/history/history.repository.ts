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
  SELECT id, 'refund', state, amount_minor, currency, 'Setup fee given back', NULL, created_at
    FROM refunds WHERE org_id = $1
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
