import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTheCatalogueOfCreditPacks1795200000000 implements MigrationInterface {
  name = 'CreateTheCatalogueOfCreditPacks1795200000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE credit_packs (
        id              text PRIMARY KEY,
        name            text NOT NULL,
        dodo_product_id text NOT NULL,
        amount_minor    bigint NOT NULL,
        currency        text NOT NULL,
        credits         integer NOT NULL,
        is_active       boolean NOT NULL,
        position        integer NOT NULL,
        CONSTRAINT credit_packs_amount_minor_check CHECK (amount_minor > 0),
        CONSTRAINT credit_packs_credits_check CHECK (credits > 0)
      )`);
    await db.query(
      `CREATE UNIQUE INDEX credit_packs_dodo_product_id_key ON credit_packs (dodo_product_id) WHERE is_active`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE credit_packs`);
  }
}
