import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of plans and packs, what is sold now or was sold last is known, and what subscriptions say of their plan. The setup
 * fee's product is only a setting: the start that follows notes it.
 */
export class RememberWhatEachProductStandsFor1796700000000 implements MigrationInterface {
  name = 'RememberWhatEachProductStandsFor1796700000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`
      CREATE TABLE sold_products (
        dodo_product_id text PRIMARY KEY,
        number          bigint GENERATED ALWAYS AS IDENTITY,
        stands_for      text NOT NULL,
        plan_id         text,
        credit_pack_id  text,
        CONSTRAINT sold_products_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id),
        CONSTRAINT sold_products_credit_pack_id_fkey FOREIGN KEY (credit_pack_id) REFERENCES credit_packs (id),
        CONSTRAINT sold_products_stands_for_check CHECK (stands_for IN ('setup_fee', 'plan', 'credit_pack')),
        CONSTRAINT sold_products_names_it_check CHECK (
          (stands_for = 'plan') = (plan_id IS NOT NULL)
          AND (stands_for = 'credit_pack') = (credit_pack_id IS NOT NULL))
      )`);
    await db.query(`
      INSERT INTO sold_products (dodo_product_id, stands_for, plan_id)
      SELECT dodo_product_id, 'plan', id FROM plans ORDER BY is_active DESC, id
          ON CONFLICT DO NOTHING`);
    await db.query(`
      INSERT INTO sold_products (dodo_product_id, stands_for, credit_pack_id)
      SELECT dodo_product_id, 'credit_pack', id FROM credit_packs ORDER BY is_active DESC, id
          ON CONFLICT DO NOTHING`);
    await db.query(`
      INSERT INTO sold_products (dodo_product_id, stands_for, plan_id)
      SELECT dodo_product_id, 'plan', plan_id FROM subscriptions WHERE plan_id IS NOT NULL ORDER BY synced_at DESC
          ON CONFLICT DO NOTHING`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`SET LOCAL lock_timeout = '5s'`);
    await db.query(`DROP TABLE sold_products`);
  }
}
