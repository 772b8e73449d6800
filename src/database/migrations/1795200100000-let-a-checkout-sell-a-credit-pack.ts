import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A checkout sells one thing: a plan or a credit pack. */
export class LetACheckoutSellACreditPack1795200100000 implements MigrationInterface {
  name = 'LetACheckoutSellACreditPack1795200100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE checkouts
        ALTER COLUMN plan_id DROP NOT NULL,
        ADD COLUMN credit_pack_id text CONSTRAINT checkouts_credit_pack_id_fkey REFERENCES credit_packs (id),
        ADD CONSTRAINT checkouts_sells_one_thing_check CHECK (num_nonnulls(plan_id, credit_pack_id) = 1)`);
  }

  /** Refuses while there are checkouts of packs: they have no plan to go back to. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      ALTER TABLE checkouts
        DROP CONSTRAINT checkouts_sells_one_thing_check,
        DROP COLUMN credit_pack_id,
        ALTER COLUMN plan_id SET NOT NULL`);
  }
}
