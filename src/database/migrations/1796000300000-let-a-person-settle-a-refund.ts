import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = `'owed', 'requested', 'pending', 'review', 'succeeded', 'failed'`;

export class LetAPersonSettleARefund1796000300000 implements MigrationInterface {
  name = 'LetAPersonSettleARefund1796000300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE refunds DROP CONSTRAINT refunds_state_check`);
    await db.query(
      `ALTER TABLE refunds ADD CONSTRAINT refunds_state_check CHECK (state IN (${STATES}, 'settled_by_hand'))`,
    );
  }

  /** Nothing was given back at Dodo: to the version before, that is a refund that failed. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`UPDATE refunds SET state = 'failed' WHERE state = 'settled_by_hand'`);
    await db.query(`ALTER TABLE refunds DROP CONSTRAINT refunds_state_check`);
    await db.query(`ALTER TABLE refunds ADD CONSTRAINT refunds_state_check CHECK (state IN (${STATES}))`);
  }
}
