import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Few payments are ever disputed, and the metrics ask for those that wait for an answer all the time. */
export class FindOpenDisputes1796900000000 implements MigrationInterface {
  name = 'FindOpenDisputes1796900000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE INDEX payments_open_disputes_idx ON payments (dodo_payment_id)
       WHERE disputes_at_dodo @> '[{"status": "opened"}]'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX payments_open_disputes_idx`);
  }
}
