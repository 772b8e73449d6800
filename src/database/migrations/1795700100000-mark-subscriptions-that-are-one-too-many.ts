import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of several checkouts of one organization that were all paid, one subscription stays. */
export class MarkSubscriptionsThatAreOneTooMany1795700100000 implements MigrationInterface {
  name = 'MarkSubscriptionsThatAreOneTooMany1795700100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE subscriptions
        ADD COLUMN surplus text
          CONSTRAINT subscriptions_surplus_check CHECK (surplus IN ('second_trial', 'second_subscription'))`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE subscriptions DROP COLUMN surplus`);
  }
}
