import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateThePlanCatalogue1795000100000 implements MigrationInterface {
  name = 'CreateThePlanCatalogue1795000100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE plans (
        id              text PRIMARY KEY,
        name            text NOT NULL,
        dodo_product_id text NOT NULL,
        amount_minor    bigint NOT NULL,
        currency        text NOT NULL,
        "interval"      text NOT NULL,
        monthly_credits integer NOT NULL,
        account_limit   integer NOT NULL,
        is_active       boolean NOT NULL,
        position        integer NOT NULL,
        CONSTRAINT plans_amount_minor_check CHECK (amount_minor > 0),
        CONSTRAINT plans_interval_check CHECK ("interval" IN ('day', 'week', 'month', 'year')),
        CONSTRAINT plans_monthly_credits_check CHECK (monthly_credits >= 0),
        CONSTRAINT plans_account_limit_check CHECK (account_limit >= -1)
      )`);
    await db.query(
      `CREATE UNIQUE INDEX plans_dodo_product_id_key ON plans (dodo_product_id) WHERE is_active`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE plans`);
  }
}
