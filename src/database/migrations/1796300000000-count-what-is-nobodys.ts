import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * On an account that serves other products as well, every reconciliation found
 * the same foreign objects again, one row each. Of all but the newest only their
 * number stays.
 */
export class CountWhatIsNobodys1796300000000 implements MigrationInterface {
  name = 'CountWhatIsNobodys1796300000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE reconciliations
        ADD COLUMN subscriptions_unmatched integer NOT NULL DEFAULT 0,
        ADD COLUMN payments_unmatched integer NOT NULL DEFAULT 0,
        ADD COLUMN refunds_unmatched integer NOT NULL DEFAULT 0`);
    await db.query(`
      WITH gone AS (
        DELETE FROM reconciliation_findings
         WHERE outcome = 'unmatched' AND reconciliation_id IS DISTINCT FROM
               (SELECT id FROM reconciliations ORDER BY started_at DESC, id DESC LIMIT 1)
         RETURNING reconciliation_id, kind),
      counted AS (
        SELECT reconciliation_id, count(*) FILTER (WHERE kind = 'subscription') AS subscriptions,
               count(*) FILTER (WHERE kind = 'payment') AS payments, count(*) FILTER (WHERE kind = 'refund') AS refunds
          FROM gone GROUP BY reconciliation_id)
      UPDATE reconciliations
         SET subscriptions_unmatched = subscriptions, payments_unmatched = payments, refunds_unmatched = refunds
        FROM counted WHERE id = reconciliation_id`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE reconciliations
        DROP COLUMN subscriptions_unmatched, DROP COLUMN payments_unmatched, DROP COLUMN refunds_unmatched`);
  }
}
