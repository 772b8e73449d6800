import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One trial an organization, a customer and, where that is asked for, a mail box. */
export class RememberWhoHasHadATrial1795700000000 implements MigrationInterface {
  name = 'RememberWhoHasHadATrial1795700000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE trial_claims (
        org_id               text PRIMARY KEY,
        identity             text,
        dodo_customer_id     text,
        dodo_subscription_id text NOT NULL,
        claimed_at           timestamptz NOT NULL,
        CONSTRAINT trial_claims_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id),
        CONSTRAINT trial_claims_subscription_fkey
          FOREIGN KEY (dodo_subscription_id) REFERENCES subscriptions (dodo_subscription_id),
        CONSTRAINT trial_claims_identity_key UNIQUE (identity),
        CONSTRAINT trial_claims_dodo_customer_id_key UNIQUE (dodo_customer_id),
        CONSTRAINT trial_claims_dodo_subscription_id_key UNIQUE (dodo_subscription_id)
      )`);
    await db.query(`
      INSERT INTO trial_claims (org_id, dodo_customer_id, dodo_subscription_id, claimed_at)
      SELECT DISTINCT ON (org.id) org.id, org.dodo_customer_id, sub.dodo_subscription_id, sub.dodo_created_at
        FROM organizations org JOIN subscriptions sub ON sub.org_id = org.id
       WHERE sub.trial_period_days > 0 AND sub.status NOT IN ('pending', 'failed', 'unknown')
       ORDER BY org.id, sub.dodo_created_at`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE trial_claims`);
  }
}
