import { Injectable } from '@nestjs/common';
import { ArrayOverlap } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoEvent } from './dodo-event.entity';

export type ReceivedEvent = Pick<
  DodoEvent,
  'webhookId' | 'type' | 'eventAt' | 'body' | 'status' | 'receivedAt'
>;

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
}
