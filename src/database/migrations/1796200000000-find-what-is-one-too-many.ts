import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindWhatIsOneTooMany1796200000000 implements MigrationInterface {
  name = 'FindWhatIsOneTooMany1796200000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(
      `CREATE INDEX subscriptions_surplus_idx ON subscriptions (dodo_subscription_id) WHERE surplus IS NOT NULL`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX subscriptions_surplus_idx`);
  }
}
