import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { insertIfAbsent, readRow, updateRow } from '../../database/plain-rows';
import { hasNoJob } from '../../jobs/job-queue';
import { REFUND_FAILED } from './refund-policy';
import { Refund } from './refund.entity';
import type { RefundState } from './refund-state';

/** A refund that failed for good is told apart: `refused` waits for a person. */
export type ShownState = RefundState | 'refused';

/** The key of the job that drives one is this and its id. */
export const DRIVEN_UNDER = 'refund:';

const COUNT_UNFINISHED = `
  SELECT state, count(*)::int AS count, min(created_at) AS oldest
    FROM refunds WHERE state IN ('owed', 'requested', 'pending', 'review') GROUP BY 1
   UNION ALL
  SELECT CASE failure_code WHEN '${REFUND_FAILED}' THEN state ELSE 'refused' END,
         count(*)::int, min(created_at)
    FROM refunds WHERE state = 'failed' GROUP BY 1`;

@Injectable()
export class RefundsRepository {
  constructor(private readonly database: Database) {}

  /** False when the payment has its refund for this purpose already: the constraint decides, not a look. */
  insertRefund(tx: Tx, refund: Refund): Promise<boolean> {
    return insertIfAbsent(tx, Refund, refund);
  }

  findRefund(id: string): Promise<Refund | null> {
    return readRow(this.database.manager, Refund, 'id = $1', [id]);
  }

  findByDodoRefund(dodoRefundId: string): Promise<Refund | null> {
    return this.database.manager.findOneBy(Refund, { dodoRefundId });
  }

  listFailedOf(dodoPaymentId: string): Promise<Refund[]> {
    return this.database.manager.findBy(Refund, { dodoPaymentId, state: 'failed' });
  }

  /** Whether Dodo was asked for it, and a job waits that looks what came of that. */
  async isLeftToItsJob(id: string): Promise<boolean> {
    const [row]: { isLeft: boolean }[] = await this.database.manager.query(
      `SELECT EXISTS (SELECT FROM refunds WHERE id = $1 AND state = 'requested')
              AND NOT ${hasNoJob(`'${DRIVEN_UNDER}' || $1::text`)} AS "isLeft"`,
      [id],
    );
    return row!.isLeft;
  }

  async lockRefund(tx: Tx, id: string): Promise<Refund> {
    const refund = await readRow(tx, Refund, 'id = $1 FOR UPDATE', [id]);
    if (!refund) throw new Error(`There is no refund ${id}.`);
    return refund;
  }

  /**
   * Takes the right to ask Dodo, which one caller gets: the count of asks is the
   * ticket, null for whoever came too late. Commits at once, so the row says
   * "asked" before Dodo hears of it. It follows no refund of before any more.
   */
  async saveAsked(refund: Refund, at: Date, askAgainAt: Date): Promise<number | null> {
    const ticket = refund.asks + 1;
    const isTaken = await updateRow(
      this.database.manager,
      Refund,
      { id: refund.id, state: refund.state, asks: refund.asks },
      {
        state: 'requested',
        dodoRefundId: null,
        settledAt: null,
        asks: ticket,
        askAgainAt,
        updatedAt: at,
      },
    );
    return isTaken ? ticket : null;
  }

  /** Only for the holder of the ticket, while nobody knows better: a late error changes nothing any more. */
  async saveTrouble(
    id: string,
    ticket: number,
    trouble: Pick<Refund, 'askAgainAt' | 'failureCode' | 'failureMessage'>,
  ): Promise<void> {
    await this.database.manager.update(Refund, { id, state: 'requested', asks: ticket }, trouble);
  }

  /** How many there are of each, and since when; by indexes that hold no refund that succeeded. */
  async countUnfinished(): Promise<Map<ShownState, { count: number; oldest: Date }>> {
    const rows: { state: ShownState; count: number; oldest: Date }[] =
      await this.database.manager.query(COUNT_UNFINISHED);
    return new Map(rows.map(({ state, ...counts }) => [state, counts]));
  }

  async saveChanges(tx: Tx, id: string, changes: Partial<Refund>): Promise<void> {
    await updateRow(tx, Refund, { id }, changes);
  }
}
