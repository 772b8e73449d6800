import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { readRow } from '../../database/plain-rows';
import { saveCreditPacks } from '../credits/credit-packs.repository';
import { saveSoldProducts } from '../products/sold-products.repository';
import type { OnSale } from './plan-catalogue';
import { Plan } from './plan.entity';

@Injectable()
export class PlansRepository {
  constructor(private readonly database: Database) {}

  /** A plan that is on sale. */
  findActive(id: string): Promise<Plan | null> {
    return readRow(this.database.manager, Plan, 'id = $1 AND is_active', [id]);
  }

  listActive(): Promise<Plan[]> {
    return this.database.manager.find(Plan, { where: { isActive: true }, order: { position: 'ASC' } });
  }

  /** Any plan, also one that is not sold any more. */
  findPlan(id: string): Promise<Plan | null> {
    return this.database.manager.findOneBy(Plan, { id });
  }

  /** The plan that a Dodo product stands for, also where the plan has another one by now. */
  findByDodoProduct(dodoProductId: string): Promise<Plan | null> {
    const its = 'id = (SELECT plan_id FROM sold_products WHERE dodo_product_id = $1)';
    return readRow(this.database.manager, Plan, its, [dodoProductId]);
  }
}

/**
 * Makes the tables say what the catalogue says; what has left it is no longer sold.
 * @throws {ConfigError} when a product has stood for something else before
 */
export async function savePlanCatalogue(tx: Tx, onSale: OnSale): Promise<void> {
  await savePlans(tx, onSale.plans);
  await saveCreditPacks(tx, onSale.creditPacks);
  await saveSoldProducts(tx, onSale);
}

async function savePlans(tx: Tx, plans: Plan[]): Promise<void> {
  await tx.query(`UPDATE plans SET is_active = false`);
  for (const plan of plans) {
    await tx.query(
      `INSERT INTO plans (id, name, dodo_product_id, amount_minor, currency, "interval", monthly_credits,
                          account_limit, is_active, position)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true, $9)
       ON CONFLICT (id) DO UPDATE SET
         (name, dodo_product_id, amount_minor, currency, "interval", monthly_credits, account_limit, is_active, position)
       = (excluded.name, excluded.dodo_product_id, excluded.amount_minor, excluded.currency, excluded."interval",
          excluded.monthly_credits, excluded.account_limit, true, excluded.position)`,
      [
        plan.id,
        plan.name,
        plan.dodoProductId,
        plan.amountMinor,
        plan.currency,
        plan.interval,
        plan.monthlyCredits,
        plan.accountLimit,
        plan.position,
      ],
    );
  }
}
