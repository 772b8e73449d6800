import type { MigrationInterface, QueryRunner } from 'typeorm';

const STAGES = `'subscriptions', 'payments', 'refunds', 'our_subscriptions', 'our_payments', 'our_refunds', 'settling', 'end'`;
const FOUND = `'missing', 'outdated', 'incomplete', 'not_listed', 'not_at_dodo', 'no_organization',
  'refund_not_made', 'refund_pending', 'refund_failed'`;

/** A reconciliation lists disputes as well, and asks about those that nobody has decided. */
export class CompareDisputesWithDodo1797000000000 implements MigrationInterface {
  name = 'CompareDisputesWithDodo1797000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await allow(db, `${STAGES}, 'disputes', 'our_disputes'`, `${FOUND}, 'dispute_open'`);
    await db.query(`
      CREATE INDEX payments_challenged_disputes_idx ON payments (dodo_payment_id)
       WHERE disputes_at_dodo @> '[{"status": "challenged"}]'`);
  }

  /** One that is under way goes on after the stage that the version before does not know. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX payments_challenged_disputes_idx`);
    await db.query(
      `UPDATE reconciliations SET stage = 'our_subscriptions', cursor = '' WHERE stage = 'disputes'`,
    );
    await db.query(
      `UPDATE reconciliations SET stage = 'our_refunds', cursor = '' WHERE stage = 'our_disputes'`,
    );
    await db.query(`UPDATE reconciliation_findings SET found = 'outdated' WHERE found = 'dispute_open'`);
    await allow(db, STAGES, FOUND);
  }
}

async function allow(db: QueryRunner, stages: string, found: string): Promise<void> {
  await db.query(`
    ALTER TABLE reconciliations DROP CONSTRAINT reconciliations_stage_check,
      ADD CONSTRAINT reconciliations_stage_check CHECK (stage IN (${stages}))`);
  await db.query(`
    ALTER TABLE reconciliation_findings DROP CONSTRAINT reconciliation_findings_found_check,
      ADD CONSTRAINT reconciliation_findings_found_check CHECK (found IN (${found}))`);
}
