import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhichLineIsGivenBack1796700000010 implements MigrationInterface {
  name = 'RememberWhichLineIsGivenBack1796700000010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE refunds ADD COLUMN dodo_product_id text`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE refunds DROP COLUMN dodo_product_id`);
  }
}
