import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RememberWhatWasAskedOfSubscriptions1795400000000 implements MigrationInterface {
  name = 'RememberWhatWasAskedOfSubscriptions1795400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE subscription_orders (
        id                   text PRIMARY KEY,
        org_id               text NOT NULL,
        dodo_subscription_id text NOT NULL,
        kind                 text NOT NULL,
        plan_id              text,
        reason               text,
        comment              text,
        state                text NOT NULL,
        failure_code         text,
        failure_message      text,
        created_at           timestamptz NOT NULL,
        settled_at           timestamptz,
        CONSTRAINT subscription_orders_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
        CONSTRAINT subscription_orders_subscription_fkey
          FOREIGN KEY (dodo_subscription_id) REFERENCES subscriptions (dodo_subscription_id),
        CONSTRAINT subscription_orders_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id),
        CONSTRAINT subscription_orders_kind_check CHECK (kind IN
          ('change_plan', 'withdraw_plan_change', 'cancel', 'resume', 'renew_payment_method')),
        CONSTRAINT subscription_orders_state_check CHECK (state IN
          ('requested', 'done', 'refused', 'unavailable', 'unknown'))
      )`);
    await db.query(`
      CREATE UNIQUE INDEX subscription_orders_one_at_a_time
        ON subscription_orders (dodo_subscription_id) WHERE state = 'requested'`);
    await db.query(
      `CREATE INDEX subscription_orders_org_id_idx ON subscription_orders (org_id, created_at DESC)`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE subscription_orders`);
  }
}
