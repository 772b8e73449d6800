import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { readRows } from '../../database/plain-rows';
import { ReconciliationFinding } from './reconciliation-finding.entity';
import type { Found, ObjectKind, Outcome } from './reconciliation-finding.entity';

/** A difference before anyone has looked into it. */
export interface Difference {
  kind: ObjectKind;
  objectId: string;
  orgId: string | null;
  found: Found;
  detail: string | null;
  /** `unmatched` where there is nothing to look into. */
  outcome: Extract<Outcome, 'open' | 'unmatched'>;
}

export interface Verdict {
  outcome: Outcome;
  found: Found;
  orgId: string | null;
  detail: string | null;
}

export interface Count {
  reconciliationId: string;
  kind: ObjectKind;
  outcome: Outcome;
  count: number;
}

const MOVING = `
  finding.reconciliation_id = $1 AND finding.kind = 'refund' AND finding.outcome = 'waiting'
    AND refunds.id = finding.object_id AND refunds.updated_at >= $2
    AND refunds.state IN ('owed', 'requested', 'pending')`;

@Injectable()
export class ReconciliationFindingsRepository {
  constructor(private readonly database: Database) {}

  /** What was found before stays as it is: an object is looked into once, however many stages come upon it. */
  async insertFindings(tx: Tx, reconciliationId: string, differences: Difference[], at: Date): Promise<void> {
    if (differences.length === 0) return;
    const rows = differences.map((difference) => ({
      ...difference,
      reconciliationId,
      tries: 0,
      foundAt: at,
      settledAt: difference.outcome === 'open' ? null : at,
    }));
    await tx.createQueryBuilder().insert().into(ReconciliationFinding).values(rows).orIgnore().execute();
  }

  /** Those that were tried least come first. */
  listOpen(reconciliationId: string, limit: number): Promise<ReconciliationFinding[]> {
    const open = `reconciliation_id = $1 AND outcome = 'open' ORDER BY tries, id LIMIT $2`;
    return readRows(this.database.manager, ReconciliationFinding, open, [reconciliationId, limit]);
  }

  async saveVerdict(id: string, verdict: Verdict, at: Date): Promise<void> {
    const settledAt = verdict.outcome === 'open' ? null : at;
    await this.database.manager.update(
      ReconciliationFinding,
      { id, outcome: 'open' },
      { ...verdict, settledAt },
    );
  }

  async saveTry(id: string, detail: string): Promise<void> {
    await this.database.manager.update(
      ReconciliationFinding,
      { id, outcome: 'open' },
      { detail, tries: () => 'tries + 1' },
    );
  }

  /** There was nothing to it. */
  async deleteOpen(id: string): Promise<void> {
    await this.database.manager.delete(ReconciliationFinding, { id, outcome: 'open' });
  }

  /** How many refunds this reconciliation has moved that may end any moment. */
  async countMoving(reconciliationId: string, since: Date): Promise<number> {
    const [{ count }] = await this.database.manager.query(
      `SELECT count(*)::int AS count FROM reconciliation_findings AS finding, refunds WHERE ${MOVING}`,
      [reconciliationId, since],
    );
    return count;
  }

  /** They are to be looked at again. */
  async reopenMoving(tx: Tx, reconciliationId: string, since: Date): Promise<void> {
    await tx.query(
      `UPDATE reconciliation_findings AS finding SET outcome = 'open', settled_at = NULL FROM refunds WHERE ${MOVING}`,
      [reconciliationId, since],
    );
  }

  listFindings(
    reconciliationId: string,
    limit: number,
    offset: number,
  ): Promise<[ReconciliationFinding[], number]> {
    return this.database.manager.findAndCount(ReconciliationFinding, {
      where: { reconciliationId },
      order: { id: 'ASC' },
      take: limit,
      skip: offset,
    });
  }

  countByOutcome(reconciliationIds: string[]): Promise<Count[]> {
    return this.database.manager
      .createQueryBuilder(ReconciliationFinding, 'finding')
      .select('finding.reconciliationId', 'reconciliationId')
      .addSelect('finding.kind', 'kind')
      .addSelect('finding.outcome', 'outcome')
      .addSelect('count(*)::int', 'count')
      .where({ reconciliationId: In(reconciliationIds) })
      .groupBy('finding.reconciliationId')
      .addGroupBy('finding.kind')
      .addGroupBy('finding.outcome')
      .getRawMany<Count>();
  }
}
