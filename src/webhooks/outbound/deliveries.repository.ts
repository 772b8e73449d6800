import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { readRow } from '../../database/plain-rows';
import type { PageRequest } from '../../http/pagination';
import { OutboundEvent } from './outbound-event.entity';
import { WebhookAttempt, WebhookDelivery } from './webhook-delivery.entity';
import type { DeliveryStatus } from './webhook-delivery.entity';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

export type NewDelivery = Omit<WebhookDelivery, 'seq'>;

/** An endpoint that may be told of something. */
export type Listener = Pick<WebhookEndpoint, 'id' | 'orgId' | 'events' | 'isSlow' | 'pausedUntil'> & {
  newEventIds: string[];
};

@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  async insertEvent(event: OutboundEvent): Promise<void> {
    await this.database.manager.insert(OutboundEvent, event);
  }

  /**
   * Writes those whose cause the org had not been told of before: the constraint decides, not a look. In the order of
   * their causes, so that two transactions with the same ones wait for each other one way. Answers whoever may be told
   * of them, each with the ids of the new events of its org: the endpoints that are on, by their ids, none of which can
   * be deleted until the transaction ends. They are locked when all events are written.
   */
  insertEvents(tx: Tx, events: readonly OutboundEvent[]): Promise<Listener[]> {
    const ordered = events.toSorted((a, b) => (a.cause < b.cause ? -1 : 1));
    return tx.query(
      `WITH added AS (
         INSERT INTO outbound_events (id, org_id, event, cause, body, created_at)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
         ON CONFLICT DO NOTHING
         RETURNING id, org_id
       )
       SELECT id, org_id AS "orgId", events, is_slow AS "isSlow", paused_until AS "pausedUntil",
              ARRAY(SELECT id FROM added WHERE added.org_id = endpoint.org_id) AS "newEventIds"
         FROM webhook_endpoints endpoint
        WHERE enabled AND org_id = ANY (ARRAY(SELECT org_id FROM added))
        ORDER BY id FOR KEY SHARE`,
      [
        ordered.map((it) => it.id),
        ordered.map((it) => it.orgId),
        ordered.map((it) => it.event),
        ordered.map((it) => it.cause),
        ordered.map((it) => it.body),
        ordered.map((it) => it.createdAt),
      ],
    );
  }

  getEvent(id: string): Promise<OutboundEvent> {
    return this.database.manager.findOneByOrFail(OutboundEvent, { id });
  }

  async insertDeliveries(tx: Tx, deliveries: NewDelivery[]): Promise<void> {
    if (deliveries.length > 0) await tx.insert(WebhookDelivery, deliveries);
  }

  /** The next one to send, in order. */
  findDue(endpointId: string, now: Date): Promise<WebhookDelivery | null> {
    const due = `endpoint_id = $1 AND status = 'pending' AND next_attempt_at <= $2 ORDER BY seq LIMIT 1`;
    return readRow(this.database.manager, WebhookDelivery, due, [endpointId, now]);
  }

  /** When the next one is to be sent; null when none waits. */
  async findNextAttemptAt(tx: Tx, endpointId: string): Promise<Date | null> {
    const [row] = await tx.query<{ next: Date | null }[]>(
      `SELECT min(next_attempt_at) AS next FROM webhook_deliveries WHERE endpoint_id = $1 AND status = 'pending'`,
      [endpointId],
    );
    return row?.next ?? null;
  }

  findDelivery(endpointId: string, id: string): Promise<WebhookDelivery | null> {
    return this.database.manager.findOneBy(WebhookDelivery, { id, endpointId });
  }

  /** How many it has had since it was last asked for. */
  async findTries(tx: Tx, id: string): Promise<number | null> {
    const delivery = await tx.findOne(WebhookDelivery, { where: { id }, select: { tries: true } });
    return delivery?.tries ?? null;
  }

  /** Newest first, and how many there are in all. */
  listDeliveries(
    endpointId: string,
    status: DeliveryStatus | undefined,
    page: PageRequest,
  ): Promise<[WebhookDelivery[], number]> {
    return this.database.manager.findAndCount(WebhookDelivery, {
      where: { endpointId, ...(status !== undefined && { status }) },
      order: { seq: 'DESC' },
      take: page.limit,
      skip: page.offset,
    });
  }

  listAttempts(deliveryIds: string[]): Promise<WebhookAttempt[]> {
    return this.database.manager.find(WebhookAttempt, {
      where: { deliveryId: In(deliveryIds) },
      order: { attempt: 'ASC' },
    });
  }

  /** Once for each try, whoever else has made the same one: says whether this was the first to tell. */
  async saveOutcome(
    tx: Tx,
    seen: WebhookDelivery,
    outcome: Partial<WebhookDelivery>,
    attempt: WebhookAttempt,
  ): Promise<boolean> {
    const isUnchanged = { id: seen.id, attempt: seen.attempt, status: 'pending' as const };
    const { affected } = await tx.update(WebhookDelivery, isUnchanged, outcome);
    if (affected !== 1) return false;
    await tx.insert(WebhookAttempt, attempt);
    return true;
  }

  async insertAttempt(tx: Tx, attempt: WebhookAttempt): Promise<void> {
    await tx.insert(WebhookAttempt, attempt);
  }

  /** The receiver wants to be left alone: nothing goes out before then. */
  async savePause(tx: Tx, endpointId: string, until: Date): Promise<void> {
    await tx.update(
      WebhookDelivery,
      { endpointId, status: 'pending', nextAttemptAt: LessThan(until) },
      { nextAttemptAt: until },
    );
  }

  /** Whatever waits for a later time is due at this one, in its old order. */
  async saveAllDue(tx: Tx, endpointId: string, at: Date): Promise<void> {
    await tx.update(
      WebhookDelivery,
      { endpointId, status: 'pending', nextAttemptAt: MoreThan(at) },
      { nextAttemptAt: at },
    );
  }

  async saveDueAgain(
    tx: Tx,
    id: string,
    changes: Pick<WebhookDelivery, 'status' | 'tries' | 'nextAttemptAt'>,
  ): Promise<void> {
    await tx.update(WebhookDelivery, { id }, changes);
  }

  /** Endpoints that are on and have something waiting whose time has long come. */
  async listOverdueEndpoints(before: Date): Promise<{ id: string; isSlow: boolean }[]> {
    return this.database.manager.query(
      `SELECT id, is_slow AS "isSlow" FROM webhook_endpoints endpoint
        WHERE enabled AND EXISTS (
          SELECT FROM webhook_deliveries
           WHERE endpoint_id = endpoint.id AND status = 'pending' AND next_attempt_at < $1)`,
      [before],
    );
  }

  /** Tests alone, with their deliveries: a cause that is forgotten could be told of again, and no test has one. */
  async deleteTestsOlderThan(before: Date, limit: number): Promise<number> {
    const [, count] = await this.database.manager.query<[unknown, number]>(
      `DELETE FROM outbound_events WHERE id IN
         (SELECT id FROM outbound_events WHERE event = 'webhook.test' AND created_at < $1 ORDER BY created_at LIMIT $2)`,
      [before, limit],
    );
    return count;
  }

  /** A batch at a time, so that no statement holds many rows; says how many went. */
  async deleteOlderThan(before: Date, limit: number): Promise<number> {
    const [, count] = await this.database.manager.query<[unknown, number]>(
      `DELETE FROM webhook_deliveries WHERE id IN
         (SELECT id FROM webhook_deliveries WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
      [before, limit],
    );
    return count;
  }
}
