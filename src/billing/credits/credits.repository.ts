import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { readRow, readRows } from '../../database/plain-rows';
import { CreditBalance } from './credit-balance.entity';
import { CreditEntry } from './credit-entry.entity';

@Injectable()
export class CreditsRepository {
  constructor(private readonly database: Database) {}

  findBalance(orgId: string): Promise<CreditBalance | null> {
    return this.database.manager.findOneBy(CreditBalance, { orgId });
  }

  /** Everything that changes an org's credits happens under this lock. Null when the org never had any. */
  lockBalance(tx: Tx, orgId: string): Promise<CreditBalance | null> {
    return readRow(tx, CreditBalance, 'org_id = $1 FOR NO KEY UPDATE', [orgId]);
  }

  /** Of several orgs, in one order for everybody: two transactions that want the same ones wait one way. */
  lockBalances(tx: Tx, orgIds: readonly string[]): Promise<CreditBalance[]> {
    const anyOf = 'org_id = ANY ((SELECT $1::text[])::text[]) ORDER BY org_id FOR NO KEY UPDATE';
    return readRows(tx, CreditBalance, anyOf, [orgIds]);
  }

  /** The org's row is locked first, as everywhere. False when it has a balance already, or is no org. */
  async insertBalance(tx: Tx, orgId: string, at: Date): Promise<boolean> {
    const added: unknown[] = await tx.query(
      `INSERT INTO credit_balances (org_id, updated_at)
       SELECT id, $2 FROM organizations WHERE id = $1 FOR KEY SHARE
       ON CONFLICT (org_id) DO NOTHING
       RETURNING org_id`,
      [orgId, at],
    );
    return added.length > 0;
  }

  async saveBalance(tx: Tx, orgId: string, changes: Partial<CreditBalance>): Promise<void> {
    await tx.update(CreditBalance, { orgId }, changes);
  }

  /** The entry, and the balance as it is with it. */
  async insertEntry(tx: Tx, entry: CreditEntry, balance: CreditBalance): Promise<void> {
    await tx.query(
      `WITH entry AS (
         INSERT INTO credit_entries (id, org_id, kind, cause, allocation_delta, purchased_delta, balance_after, category,
                                     description, dodo_subscription_id, dodo_payment_id, paid_at, period_start, created_at,
                                     plan_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $24)
       )
       UPDATE credit_balances
          SET allocation_left = $15, purchased_left = $16, allocation = $17, allocation_cause = $18,
              dodo_subscription_id = $19, used_since = $20, resets_at = $21, low_since = $22, updated_at = $23
        WHERE org_id = $2`,
      [
        entry.id,
        entry.orgId,
        entry.kind,
        entry.cause,
        entry.allocationDelta,
        entry.purchasedDelta,
        entry.balanceAfter,
        entry.category,
        entry.description,
        entry.dodoSubscriptionId,
        entry.dodoPaymentId,
        entry.paidAt,
        entry.periodStart,
        entry.createdAt,
        balance.allocationLeft,
        balance.purchasedLeft,
        balance.allocation,
        balance.allocationCause,
        balance.dodoSubscriptionId,
        balance.usedSince,
        balance.resetsAt,
        balance.lowSince,
        balance.updatedAt,
        entry.planId,
      ],
    );
  }

  /**
   * Consumptions, and what they make of balances that the caller has locked; the last write of `tx`. By the balances' keys,
   * said twice: Postgres else reads all of a small table for each statement, to join it.
   */
  async insertConsumptions(
    tx: Tx,
    entries: readonly CreditEntry[],
    balances: readonly CreditBalance[],
  ): Promise<void> {
    await this.database.writeWithCommit(
      tx,
      `WITH entries AS (
         INSERT INTO credit_entries (id, org_id, kind, cause, allocation_delta, purchased_delta, balance_after,
                                     category, description, created_at)
         SELECT id, org_id, 'consumption', cause, allocation_delta, purchased_delta, balance_after, category,
                description, created_at
           FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::text[],
                       $8::text[], $9::timestamptz[])
                AS entry (id, org_id, cause, allocation_delta, purchased_delta, balance_after, category,
                          description, created_at)
       )
       UPDATE credit_balances AS balance
          SET allocation_left = spent.allocation_left, purchased_left = spent.purchased_left,
              low_since = spent.low_since, updated_at = spent.updated_at
         FROM unnest($10::text[], $11::integer[], $12::integer[], $13::timestamptz[], $14::timestamptz[])
              AS spent (org_id, allocation_left, purchased_left, low_since, updated_at)
        WHERE balance.org_id = spent.org_id AND balance.org_id = ANY ((SELECT $10::text[])::text[])`,
      [
        entries.map((it) => it.id),
        entries.map((it) => it.orgId),
        entries.map((it) => it.cause),
        entries.map((it) => it.allocationDelta),
        entries.map((it) => it.purchasedDelta),
        entries.map((it) => it.balanceAfter),
        entries.map((it) => it.category),
        entries.map((it) => it.description),
        entries.map((it) => it.createdAt),
        balances.map((it) => it.orgId),
        balances.map((it) => it.allocationLeft),
        balances.map((it) => it.purchasedLeft),
        balances.map((it) => it.lowSince),
        balances.map((it) => it.updatedAt),
      ],
    );
  }

  findByCause(tx: Tx, orgId: string, cause: string): Promise<CreditEntry | null> {
    return tx.findOneBy(CreditEntry, { orgId, cause });
  }

  /** Entries of any of these orgs with any of these causes. */
  listByCauses(tx: Tx, orgIds: readonly string[], causes: readonly string[]): Promise<CreditEntry[]> {
    return tx.findBy(CreditEntry, { orgId: In(orgIds), cause: In(causes) });
  }

  /** Newest first. */
  listConsumption(orgId: string, limit: number): Promise<CreditEntry[]> {
    const its = `org_id = $1 AND kind = 'consumption' ORDER BY created_at DESC, id DESC LIMIT $2`;
    return readRows(this.database.manager, CreditEntry, its, [orgId, limit]);
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
