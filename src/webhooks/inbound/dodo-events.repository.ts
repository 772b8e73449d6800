import { Injectable } from '@nestjs/common';
import { And, In, IsNull, LessThan, MoreThan, MoreThanOrEqual, Raw } from 'typeorm';
import type { FindOptionsWhere } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { readRow } from '../../database/plain-rows';
import { hasNoJob } from '../../jobs/job-queue';
import { DodoEvent } from './dodo-event.entity';
import type { DodoEventStatus } from './dodo-event.entity';

/** The key of an event's job, before its id: at most one waits. */
export const FOLLOWED_UNDER = 'dodo-event:';

/** An event without its bytes, which are many and may hold what a list should not show. */
export type EventSummary = Omit<DodoEvent, 'body' | 'subjects' | 'dueAt'>;

/** Which events are meant; what is left out is not asked about. */
export interface EventFilter {
  status?: DodoEventStatus;
  type?: string;
  /** One of the ids that it carries. */
  subject?: string;
  receivedFrom?: Date;
  receivedBefore?: Date;
}

const SUMMARY = {
  id: true,
  webhookId: true,
  type: true,
  status: true,
  attempts: true,
  error: true,
  matchKeys: true,
  eventAt: true,
  receivedAt: true,
  processedAt: true,
  bodyRemovedAt: true,
} as const satisfies Record<keyof EventSummary, true>;

@Injectable()
export class DodoEventsRepository {
  constructor(private readonly database: Database) {}

  findEvent(id: string): Promise<DodoEvent | null> {
    return readRow(this.database.manager, DodoEvent, 'id = $1', [id]);
  }

  async saveOutcome(
    tx: Tx,
    id: string,
    outcome: Partial<Pick<DodoEvent, 'status' | 'error' | 'matchKeys' | 'processedAt'>>,
  ): Promise<void> {
    await tx.update(DodoEvent, { id }, { ...outcome, attempts: () => 'attempts + 1' });
  }

  /**
   * That they were followed. They are locked in one order, since another process may follow one of them as well. How
   * many they are is kept from the planner, which would make a plan for each number, in twice the time of the update.
   */
  async saveProcessed(ids: readonly string[], at: Date): Promise<void> {
    await this.database.manager.query(
      `UPDATE dodo_events SET status = 'processed', error = NULL, processed_at = $2, attempts = attempts + 1
        WHERE id = ANY (ARRAY(SELECT id FROM dodo_events WHERE id = ANY ((SELECT $1::bigint[])::bigint[])
                               ORDER BY id FOR NO KEY UPDATE))`,
      [ids, at],
    );
  }

  /** Whether an event waits for one of these. */
  async hasUnmatched(tx: Tx, matchKeys: string[]): Promise<boolean> {
    const [row]: { waits: boolean }[] = await tx.query(
      `SELECT EXISTS (SELECT FROM dodo_events WHERE status = 'unmatched' AND match_keys && $1) AS waits`,
      [matchKeys],
    );
    return row!.waits;
  }

  listUnmatched(matchKeys: string[], limit: number): Promise<Pick<DodoEvent, 'id'>[]> {
    return this.database.manager.query(
      `SELECT id FROM dodo_events WHERE status = 'unmatched' AND match_keys && $1 ORDER BY id LIMIT $2`,
      [matchKeys, limit],
    );
  }

  /** Of those that are pending since before then, the ids of those that no job will follow. */
  async listForgotten(before: Date, limit: number): Promise<string[]> {
    const rows: { id: string }[] = await this.database.manager.query(
      `SELECT id FROM dodo_events
        WHERE status = 'pending' AND received_at < $1
          AND ${hasNoJob(`'${FOLLOWED_UNDER}' || dodo_events.id`)}
        ORDER BY id LIMIT $2`,
      [before, limit],
    );
    return rows.map(({ id }) => id);
  }

  async savePending(tx: Tx, id: string): Promise<void> {
    await tx.update(DodoEvent, { id, status: 'unmatched' }, { status: 'pending' });
  }

  /** Of the events that are not done with, by an index that holds only those. */
  async countUnfinished(): Promise<Map<DodoEventStatus, number>> {
    const rows: { status: DodoEventStatus; count: number }[] = await this.database.manager.query(
      `SELECT status, count(*)::int AS count FROM dodo_events
        WHERE status IN ('pending', 'unmatched', 'dead') GROUP BY status`,
    );
    return new Map(rows.map(({ status, count }) => [status, count]));
  }

  /** Since when the pending event has been due that was due first, which may be to come; null when none is pending. */
  async findOldestPendingTime(): Promise<Date | null> {
    const [oldest]: { dueAt: Date | null }[] = await this.database.manager.query(
      `SELECT least((SELECT received_at FROM dodo_events WHERE status = 'pending' AND due_at IS NULL ORDER BY id LIMIT 1),
                    (SELECT min(due_at) FROM dodo_events WHERE status = 'pending' AND due_at IS NOT NULL)) AS "dueAt"`,
    );
    return oldest!.dueAt;
  }

  /** Newest first, and how many there are in all. */
  async listEvents(filter: EventFilter, limit: number, offset: number): Promise<[EventSummary[], number]> {
    const { manager } = this.database;
    const where = toWhere(filter);
    const page = { select: SUMMARY, where, order: { id: 'DESC' }, take: limit, skip: offset } as const;
    // Not `findAndCount`: with a selection it counts distinct rows, for which Postgres sorts the whole table.
    return Promise.all([manager.find(DodoEvent, page), manager.countBy(DodoEvent, where)]);
  }

  async listTypes(filter: EventFilter): Promise<string[]> {
    const rows = await this.database.manager
      .createQueryBuilder(DodoEvent, 'event')
      .select('event.type', 'type')
      .distinct()
      .where(toWhere(filter))
      .getRawMany<{ type: string }>();
    return rows.map(({ type }) => type);
  }

  /** The next ids after `afterId`, oldest first, locked; without those that are being followed right now, or have no body. */
  async lockEvents(
    tx: Tx,
    filter: EventFilter,
    types: string[],
    afterId: string,
    limit: number,
  ): Promise<string[]> {
    const rows = await tx.find(DodoEvent, {
      select: { id: true },
      where: { ...toWhere(filter), type: In(types), id: MoreThan(afterId), bodyRemovedAt: IsNull() },
      order: { id: 'ASC' },
      take: limit,
      lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
    });
    return rows.map(({ id }) => id);
  }

  lockEvent(tx: Tx, id: string): Promise<EventSummary | null> {
    return tx.findOne(DodoEvent, { select: SUMMARY, where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The bodies of finished events that came before; answers how many there were. The rows stay, for their ids. */
  async saveWithoutBody(receivedBefore: Date, at: Date, limit: number): Promise<number> {
    const [, count] = await this.database.manager.query<[unknown, number]>(
      `UPDATE dodo_events SET body = NULL, body_removed_at = $2
        WHERE id IN (SELECT id FROM dodo_events
                      WHERE body IS NOT NULL AND status IN ('processed', 'ignored') AND received_at < $1
                      ORDER BY received_at LIMIT $3 FOR UPDATE SKIP LOCKED)`,
      [receivedBefore, at, limit],
    );
    return count;
  }

  /** As if they came at the time at which each is due: the tries of before do not count against them. */
  async saveReplay(tx: Tx, replays: readonly { id: string; dueAt: Date }[]): Promise<void> {
    await tx.query(
      `UPDATE dodo_events AS event
          SET status = 'pending', attempts = 0, error = NULL, match_keys = NULL, processed_at = NULL,
              due_at = replay.due_at
         FROM unnest($1::bigint[], $2::timestamptz[]) AS replay (id, due_at) WHERE event.id = replay.id`,
      [replays.map(({ id }) => id), replays.map(({ dueAt }) => dueAt)],
    );
  }
}

/**
 * Looked up before anything else: with a limit, Postgres else expects to come upon a few soon, and walks through all
 * events from the newest on.
 */
const CARRIES = `id = ANY (ARRAY(SELECT id FROM dodo_events WHERE subjects @> ARRAY[:subject]))`;

function toWhere({
  status,
  type,
  subject,
  receivedFrom,
  receivedBefore,
}: EventFilter): FindOptionsWhere<DodoEvent> {
  const bounds = [
    ...(receivedFrom ? [MoreThanOrEqual(receivedFrom)] : []),
    ...(receivedBefore ? [LessThan(receivedBefore)] : []),
  ];
  return {
    ...(status !== undefined && { status }),
    ...(type !== undefined && { type }),
    ...(subject !== undefined && { subjects: Raw(() => CARRIES, { subject }) }),
    ...(bounds.length > 0 && { receivedAt: And(...bounds) }),
  };
}
