import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { CreditBalance } from './credit-balance.entity';
import { CreditEntry } from './credit-entry.entity';
import type { LastAllocation } from './credit-rules';

@Injectable()
export class CreditsRepository {
  constructor(private readonly database: Database) {}

  findBalance(orgId: string): Promise<CreditBalance | null> {
    return this.database.manager.findOneBy(CreditBalance, { orgId });
  }

  /** Everything that changes an org's credits happens under this lock. Null when the org never had any. */
  lockBalance(tx: Tx, orgId: string): Promise<CreditBalance | null> {
    return tx.findOne(CreditBalance, { where: { orgId }, lock: { mode: 'for_no_key_update' } });
  }

  /** The org's row is locked first, as everywhere; whoever comes second finds the balance there. */
  async insertBalance(tx: Tx, orgId: string, at: Date): Promise<void> {
    await tx.query(
      `INSERT INTO credit_balances (org_id, updated_at)
       SELECT id, $2 FROM organizations WHERE id = $1 FOR KEY SHARE
       ON CONFLICT (org_id) DO NOTHING`,
      [orgId, at],
    );
  }

  async saveBalance(tx: Tx, orgId: string, changes: Partial<CreditBalance>): Promise<void> {
    await tx.update(CreditBalance, { orgId }, changes);
  }

  async insertEntry(tx: Tx, entry: CreditEntry): Promise<void> {
    await tx.insert(CreditEntry, entry);
  }

  findByCause(tx: Tx, orgId: string, cause: string): Promise<CreditEntry | null> {
    return tx.findOneBy(CreditEntry, { orgId, cause });
  }

  /** What a subscription was given last. */
  findLastAllocation(tx: Tx, orgId: string, dodoSubscriptionId: string): Promise<LastAllocation | null> {
    return tx.findOne(CreditEntry, {
      where: { orgId, dodoSubscriptionId, kind: 'allocation' },
      order: { periodStart: 'DESC' },
    });
  }

  /** Only a trial's allocation was paid for by nothing. */
  hasTrialAllocation(tx: Tx, orgId: string): Promise<boolean> {
    return tx.existsBy(CreditEntry, { orgId, kind: 'allocation', dodoPaymentId: IsNull() });
  }

  /** Newest first. */
  listConsumption(orgId: string, limit: number): Promise<CreditEntry[]> {
    return this.database.manager.find(CreditEntry, {
      where: { orgId, kind: 'consumption' },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
    });
  }

  /** Credits spent per category since an instant, or ever; the most expensive first. */
  async listSpentByCategory(
    orgId: string,
    since: Date | null,
  ): Promise<{ category: string; spent: number }[]> {
    const rows = await this.database.manager.query<{ category: string; spent: string }[]>(
      `SELECT category, -sum(allocation_delta + purchased_delta) AS spent FROM credit_entries
        WHERE org_id = $1 AND kind = 'consumption' AND created_at >= coalesce($2, '-infinity'::timestamptz)
        GROUP BY category ORDER BY spent DESC, category`,
      [orgId, since],
    );
    return rows.map(({ category, spent }) => ({ category, spent: Number(spent) }));
  }
}
