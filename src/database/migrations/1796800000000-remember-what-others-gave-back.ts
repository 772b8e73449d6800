import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A payment that was read before shows none until it is read again: with the next event of it, or by reconciliation. */
export class RememberWhatOthersGaveBack1796800000000 implements MigrationInterface {
  name = 'RememberWhatOthersGaveBack1796800000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE payments
        ADD COLUMN refunds_at_dodo jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN disputes_at_dodo jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE payments DROP COLUMN refunds_at_dodo, DROP COLUMN disputes_at_dodo`);
  }
}
