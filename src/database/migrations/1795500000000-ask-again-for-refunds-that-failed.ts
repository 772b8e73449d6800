import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AskAgainForRefundsThatFailed1795500000000 implements MigrationInterface {
  name = 'AskAgainForRefundsThatFailed1795500000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE refunds
        ADD COLUMN failed_dodo_refund_ids text[] NOT NULL DEFAULT '{}',
        ADD CONSTRAINT refunds_followed_has_id_check CHECK
          (state NOT IN ('pending', 'review', 'succeeded') OR dodo_refund_id IS NOT NULL),
        ADD CONSTRAINT refunds_followed_has_not_failed_check CHECK
          (state NOT IN ('pending', 'review') OR dodo_refund_id <> ALL (failed_dodo_refund_ids)),
        ADD CONSTRAINT refunds_failed_is_listed_check CHECK
          (state <> 'failed' OR dodo_refund_id IS NULL OR dodo_refund_id = ANY (failed_dodo_refund_ids)) NOT VALID`);
    await db.query(`
      UPDATE refunds SET failed_dodo_refund_ids = ARRAY[dodo_refund_id]
       WHERE state = 'failed' AND dodo_refund_id IS NOT NULL`);
    await db.query(`ALTER TABLE refunds VALIDATE CONSTRAINT refunds_failed_is_listed_check`);
    await db.query(`
      CREATE INDEX refunds_retried_idx ON refunds (created_at) WHERE state = 'failed' AND failure_code = 'refund_failed'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX refunds_retried_idx`);
    await db.query(`
      ALTER TABLE refunds
        DROP CONSTRAINT refunds_failed_is_listed_check,
        DROP CONSTRAINT refunds_followed_has_not_failed_check,
        DROP CONSTRAINT refunds_followed_has_id_check,
        DROP COLUMN failed_dodo_refund_ids`);
  }
}
