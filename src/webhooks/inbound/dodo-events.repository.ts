import { Injectable } from '@nestjs/common';
import { ArrayOverlap } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoEvent } from './dodo-event.entity';
import type { DodoEventStatus } from './dodo-event.entity';

export type ReceivedEvent = Pick<
  DodoEvent,
  'webhookId' | 'type' | 'eventAt' | 'body' | 'status' | 'receivedAt'
>;

/** An event without its bytes, which are many and may hold what a list should not show. */
export type EventSummary = Omit<DodoEvent, 'body'>;

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
} as const satisfies Record<keyof EventSummary, true>;

@Injectable()
export class DodoEventsRepository {
  constructor(private readonly database: Database) {}

  /** The new event's id, or null when this webhook id is already here. */
  async insertEvent(tx: Tx, event: ReceivedEvent): Promise<string | null> {
    const rows = await tx.query<{ id: string }[]>(
      `INSERT INTO dodo_events (webhook_id, type, event_at, body, status, received_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (webhook_id) DO NOTHING
       RETURNING id`,
      [event.webhookId, event.type, event.eventAt, event.body, event.status, event.receivedAt],
    );
    return rows[0]?.id ?? null;
  }

  findEvent(id: string): Promise<DodoEvent | null> {
    return this.database.manager.findOneBy(DodoEvent, { id });
  }

  async saveOutcome(
    tx: Tx,
    id: string,
    outcome: Partial<Pick<DodoEvent, 'status' | 'error' | 'matchKeys' | 'processedAt'>>,
  ): Promise<void> {
    await tx.update(DodoEvent, { id }, { ...outcome, attempts: () => 'attempts + 1' });
  }

  listUnmatched(matchKeys: string[], limit: number): Promise<DodoEvent[]> {
    return this.database.manager.find(DodoEvent, {
      select: { id: true },
      where: { status: 'unmatched', matchKeys: ArrayOverlap(matchKeys) },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  async savePending(tx: Tx, id: string): Promise<void> {
    await tx.update(DodoEvent, { id, status: 'unmatched' }, { status: 'pending' });
  }

  /** Newest first, and how many there are in all. */
  listEvents(
    status: DodoEventStatus | undefined,
    limit: number,
    offset: number,
  ): Promise<[EventSummary[], number]> {
    return this.database.manager.findAndCount(DodoEvent, {
      select: SUMMARY,
      where: status === undefined ? {} : { status },
      order: { id: 'DESC' },
      take: limit,
      skip: offset,
    });
  }

  lockEvent(tx: Tx, id: string): Promise<EventSummary | null> {
    return tx.findOne(DodoEvent, { select: SUMMARY, where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async saveReplay(tx: Tx, id: string): Promise<void> {
    await tx.update(
      DodoEvent,
      { id },
      { status: 'pending', error: null, matchKeys: null, processedAt: null },
    );
  }
}
