import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of the payments that are here nobody knows it: the first reconciliation reads them again. */
export class RememberWhetherAPaymentListsItsLines1795500100000 implements MigrationInterface {
  name = 'RememberWhetherAPaymentListsItsLines1795500100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE payments ADD COLUMN has_line_items boolean NOT NULL DEFAULT false`);
    await db.query(`
      CREATE INDEX payments_without_lines_idx ON payments (dodo_payment_id)
       WHERE status = 'succeeded' AND total_minor > 0 AND NOT has_line_items`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX payments_without_lines_idx`);
    await db.query(`ALTER TABLE payments DROP COLUMN has_line_items`);
  }
}
