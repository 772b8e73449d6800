import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhenCreditsRanLow1795200300000 implements MigrationInterface {
  name = 'RememberWhenCreditsRanLow1795200300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE credit_balances ADD COLUMN low_since timestamptz`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE credit_balances DROP COLUMN low_since`);
  }
}
