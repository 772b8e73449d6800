import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindTheRefundsThatFailed1795800000000 implements MigrationInterface {
  name = 'FindTheRefundsThatFailed1795800000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(
      `CREATE INDEX refunds_failed_idx ON refunds (failure_code, created_at) WHERE state = 'failed'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX refunds_failed_idx`);
  }
}
