import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { CreditPack } from './credit-pack.entity';

@Injectable()
export class CreditPacksRepository {
  constructor(private readonly database: Database) {}

  /** A pack that is on sale. */
  findActive(id: string): Promise<CreditPack | null> {
    return this.database.manager.findOneBy(CreditPack, { id, isActive: true });
  }
}

/** Makes the table say what the catalogue says; packs that have left it are no longer sold. */
export async function saveCreditPacks(tx: Tx, packs: CreditPack[]): Promise<void> {
  await tx.query(`UPDATE credit_packs SET is_active = false`);
  for (const pack of packs) {
    await tx.query(
      `INSERT INTO credit_packs (id, name, dodo_product_id, amount_minor, currency, credits, is_active, position)
       VALUES ($1, $2, $3, $4, $5, $6, true, $7)
       ON CONFLICT (id) DO UPDATE SET
         (name, dodo_product_id, amount_minor, currency, credits, is_active, position)
       = (excluded.name, excluded.dodo_product_id, excluded.amount_minor, excluded.currency, excluded.credits,
          true, excluded.position)`,
      [pack.id, pack.name, pack.dodoProductId, pack.amountMinor, pack.currency, pack.credits, pack.position],
    );
  }
}
