import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhichPlanWasPaid1796000400000 implements MigrationInterface {
  name = 'RememberWhichPlanWasPaid1796000400000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`ALTER TABLE payments ADD COLUMN plan_product_id text`);
    await db.query(`
      UPDATE payments SET plan_product_id = subscription.dodo_product_id
        FROM subscriptions subscription
       WHERE subscription.dodo_subscription_id = payments.dodo_subscription_id AND payments.plan_minor > 0`);
    await db.query(`CREATE INDEX payments_dodo_created_at_idx ON payments (dodo_created_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP INDEX payments_dodo_created_at_idx`);
    await db.query(`ALTER TABLE payments DROP COLUMN plan_product_id`);
  }
}
