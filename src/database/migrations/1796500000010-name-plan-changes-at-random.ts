import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Customers see it, and a number that counts all plan changes would tell them how others are doing. The default is for
 * changes of before, and for those that a process of the version before stores meanwhile.
 */
export class NamePlanChangesAtRandom1796500000010 implements MigrationInterface {
  name = 'NamePlanChangesAtRandom1796500000010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE plan_changes ADD COLUMN public_id text NOT NULL
        DEFAULT 'chg_' || replace(gen_random_uuid()::text, '-', '')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE plan_changes DROP COLUMN public_id`);
  }
}
