import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { Reconciliation } from './reconciliation.entity';

@Injectable()
export class ReconciliationsRepository {
  constructor(private readonly database: Database) {}

  findReconciliation(id: string): Promise<Reconciliation | null> {
    return this.database.manager.findOneBy(Reconciliation, { id });
  }

  getReconciliation(id: string): Promise<Reconciliation> {
    return this.database.manager.findOneByOrFail(Reconciliation, { id });
  }

  /**
   * The new one's id, or that of the one that is running: the index decides, not
   * a look. Null when that one has ended between the two.
   */
  async insertUnlessRunning(tx: Tx, row: Reconciliation): Promise<{ id: string; isNew: boolean } | null> {
    const { raw } = await tx
      .createQueryBuilder()
      .insert()
      .into(Reconciliation)
      .values(row)
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length === 1) return { id: row.id, isNew: true };
    const running = await tx.findOneBy(Reconciliation, { status: 'running' });
    return running && { id: running.id, isNew: false };
  }

  findLastCompleted(tx: Tx): Promise<Reconciliation | null> {
    return tx.findOne(Reconciliation, {
      where: { status: 'completed' },
      order: { startedAt: 'DESC', id: 'DESC' },
    });
  }

  /** Makes a running one a full one, from the start. */
  async saveFull(tx: Tx, id: string): Promise<void> {
    await tx.query(
      `UPDATE reconciliations
          SET is_full = true, created_since = NULL, stage = 'subscriptions', cursor = '', version = version + 1
        WHERE id = $1 AND status = 'running' AND NOT is_full`,
      [id],
    );
  }

  /** One step on, unless someone else has taken it since `seen`; says whether it did. */
  async saveStep(tx: Tx, seen: Reconciliation, changes: Partial<Reconciliation>): Promise<boolean> {
    const { affected } = await tx.update(
      Reconciliation,
      { id: seen.id, version: seen.version, status: 'running' },
      { ...changes, version: seen.version + 1 },
    );
    return affected === 1;
  }

  /** Newest first, and how many there are in all. */
  listReconciliations(limit: number, offset: number): Promise<[Reconciliation[], number]> {
    return this.database.manager.findAndCount(Reconciliation, {
      order: { startedAt: 'DESC', id: 'DESC' },
      take: limit,
      skip: offset,
    });
  }

  /** What is nobody's here is found again each time: of all but the newest, only how much it was is kept. */
  async foldUnmatched(tx: Tx, newestId: string): Promise<void> {
    await tx.query(
      `WITH gone AS (
         DELETE FROM reconciliation_findings WHERE outcome = 'unmatched' AND reconciliation_id <> $1
         RETURNING reconciliation_id, kind),
       counted AS (
         SELECT reconciliation_id, count(*) FILTER (WHERE kind = 'subscription') AS subscriptions,
                count(*) FILTER (WHERE kind = 'payment') AS payments, count(*) FILTER (WHERE kind = 'refund') AS refunds
           FROM gone GROUP BY reconciliation_id)
       UPDATE reconciliations
          SET subscriptions_unmatched = subscriptions_unmatched + subscriptions,
              payments_unmatched = payments_unmatched + payments,
              refunds_unmatched = refunds_unmatched + refunds
         FROM counted WHERE id = reconciliation_id`,
      [newestId],
    );
  }

  /** With what they found. */
  async deleteOld(tx: Tx, before: Date): Promise<void> {
    await tx.query(
      `DELETE FROM reconciliation_findings WHERE reconciliation_id IN
         (SELECT id FROM reconciliations WHERE status = 'completed' AND started_at < $1)`,
      [before],
    );
    await tx.delete(Reconciliation, { status: 'completed', startedAt: LessThan(before) });
  }
}
