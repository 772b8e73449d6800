import { Injectable } from '@nestjs/common';
import { ConfigError } from '../../config';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import type { OnSale } from '../plans/plan-catalogue';

interface SoldPack {
  dodoProductId: string;
  standsFor: 'credit_pack';
  credits: number;
}

/** A Dodo product, and what it stands for here. */
export type SoldProduct = SoldPack | { dodoProductId: string; standsFor: 'setup_fee' | 'plan' };

export const isSetupFee = ({ standsFor }: SoldProduct): boolean => standsFor === 'setup_fee';
export const isPlan = ({ standsFor }: SoldProduct): boolean => standsFor === 'plan';
export const isCreditPack = (product: SoldProduct): product is SoldPack =>
  product.standsFor === 'credit_pack';

/**
 * Knows every Dodo product that anything was ever sold under. What was sold under one that has been replaced since is
 * paid later, is billed for years, and is given back: a product stands for one thing, for good.
 */
@Injectable()
export class SoldProductsRepository {
  constructor(private readonly database: Database) {}

  /** Those of these products that something was sold under. */
  listProducts(dodoProductIds: readonly string[]): Promise<SoldProduct[]> {
    return this.database.manager.query(
      `SELECT sold.dodo_product_id AS "dodoProductId", sold.stands_for AS "standsFor", pack.credits
         FROM sold_products sold LEFT JOIN credit_packs pack ON pack.id = sold.credit_pack_id
        WHERE sold.dodo_product_id = ANY ($1)`,
      [dodoProductIds],
    );
  }

  /** The product under which the fee was sold first, as far as is known. */
  async getFirstSetupFee(): Promise<string> {
    const [first]: { id: string }[] = await this.database.manager.query(
      `SELECT dodo_product_id AS id FROM sold_products WHERE stands_for = 'setup_fee' ORDER BY number LIMIT 1`,
    );
    if (!first) throw new Error('No product has ever stood for the setup fee.');
    return first.id;
  }
}

/**
 * Adds what is sold now to what was sold before.
 * @throws {ConfigError} that names every product that has stood for something else
 */
export async function saveSoldProducts(tx: Tx, onSale: OnSale): Promise<void> {
  const sold = [
    [onSale.setupFeeProductId, 'setup_fee', null, null],
    ...onSale.plans.map((plan) => [plan.dodoProductId, 'plan', plan.id, null]),
    ...onSale.creditPacks.map((pack) => [pack.dodoProductId, 'credit_pack', null, pack.id]),
  ];
  const columns = [0, 1, 2, 3].map((column) => sold.map((row) => row[column]));
  const given = 'unnest($1::text[], $2::text[], $3::text[], $4::text[])';
  await tx.query(
    `INSERT INTO sold_products (dodo_product_id, stands_for, plan_id, credit_pack_id) SELECT * FROM ${given}
         ON CONFLICT DO NOTHING`,
    columns,
  );
  const moved: { id: string; before: string; now: string }[] = await tx.query(
    `SELECT id, coalesce(sold.plan_id, sold.credit_pack_id, 'the setup fee') AS before,
            coalesce(given.plan_id, given.credit_pack_id, 'the setup fee') AS now
       FROM ${given} AS given (id, stands_for, plan_id, credit_pack_id)
       JOIN sold_products sold ON sold.dodo_product_id = id
      WHERE (sold.stands_for, sold.plan_id, sold.credit_pack_id)
            IS DISTINCT FROM (given.stands_for, given.plan_id, given.credit_pack_id)
      ORDER BY id`,
    columns,
  );
  if (moved.length > 0) throw new ConfigError(moved.map(explain));
}

function explain({ id, before, now }: { id: string; before: string; now: string }): string {
  return (
    `${id} has been the product of ${before} and can't be that of ${now}: what was sold under it would be taken ` +
    `for ${now}. Make another product at Dodo for ${now}. (Where nothing was ever sold under ${id}, delete its row of ` +
    `the table sold_products.)`
  );
}
