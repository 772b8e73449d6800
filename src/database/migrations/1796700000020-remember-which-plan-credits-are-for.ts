import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhichPlanCreditsAreFor1796700000020 implements MigrationInterface {
  name = 'RememberWhichPlanCreditsAreFor1796700000020';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE credit_entries ADD COLUMN plan_id text`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE credit_entries DROP COLUMN plan_id`);
  }
}
