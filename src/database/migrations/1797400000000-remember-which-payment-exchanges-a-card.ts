import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was read before counts for none, as before. */
export class RememberWhichPaymentExchangesACard1797400000000 implements MigrationInterface {
  name = 'RememberWhichPaymentExchangesACard1797400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE payments ADD COLUMN is_card_exchange boolean NOT NULL DEFAULT false`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE payments DROP COLUMN is_card_exchange`);
  }
}
