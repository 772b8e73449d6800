import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each reconciliation looks whether every fee has a refund: by the payments that carry one, not by all. */
export class FindIncompletePayments1796300200000 implements MigrationInterface {
  name = 'FindIncompletePayments1796300200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE INDEX payments_with_fee_idx ON payments (dodo_payment_id)
       WHERE status = 'succeeded' AND setup_fee_minor IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX payments_with_fee_idx`);
  }
}
