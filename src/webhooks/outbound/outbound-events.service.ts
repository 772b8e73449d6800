import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock';
import type { Tx } from '../../database/database';
import { newId } from '../../ids';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryWakeups } from './delivery-wakeups';
import { EndpointsRepository } from './endpoints.repository';
import { ALL_EVENTS } from './event-names';
import type { OutboundEventName } from './event-names';
import type { OutboundEvent } from './outbound-event.entity';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

/** Something that has happened to an org, in words for its owner. */
export interface Announcement {
  orgId: string;
  event: OutboundEventName;
  /** Names what happened: whatever is announced under a name that was used before has been told. */
  cause: string;
  /** JSON of our own words: no object of Dodo's, no secret, no link. */
  data: Record<string, unknown>;
}

/**
 * Owns what customers are told. An event is written in the transaction of the
 * change that it tells of, with its deliveries and the jobs that will send them:
 * all of it is there, or none. The same cause is told once, in the same words.
 * Whoever publishes does it once, with all that there is to tell, as the last
 * thing in a transaction: the jobs of the endpoints are its last locks, and are
 * taken in one order, so that no two transactions wait for each other.
 */
@Injectable()
export class OutboundEventsService {
  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly endpoints: EndpointsRepository,
    private readonly wakeups: DeliveryWakeups,
    private readonly clock: Clock,
  ) {}

  async publish(tx: Tx, announcements: readonly Announcement[]): Promise<void> {
    const events = await this.repository.insertEvents(
      tx,
      announcements.map((it) => this.write(it)),
    );
    if (events.length === 0) return;
    const endpoints = await this.endpoints.listEnabled(tx, new Set(events.map(({ orgId }) => orgId)));
    const deliveries = events.flatMap((event) =>
      endpoints.filter((endpoint) => hears(endpoint, event)).map((endpoint) => deliveryTo(endpoint, event)),
    );
    await this.repository.insertDeliveries(tx, deliveries);
    const waiting = new Set(deliveries.map(({ endpointId }) => endpointId));
    for (const endpoint of endpoints)
      if (waiting.has(endpoint.id)) await this.wakeups.deliverNow(tx, endpoint);
  }

  /** An event as it will be sent. */
  write({ orgId, event, cause, data }: Announcement): OutboundEvent {
    const id = newId('evt');
    const createdAt = this.clock.now();
    const body = JSON.stringify({ id, event, timestamp: createdAt.toISOString(), orgId, data });
    return { id, orgId, event, cause, body, createdAt };
  }
}

function hears({ orgId, events }: WebhookEndpoint, event: OutboundEvent): boolean {
  return orgId === event.orgId && (events.includes(ALL_EVENTS) || events.includes(event.event));
}

function deliveryTo({ id, orgId, pausedUntil }: WebhookEndpoint, event: OutboundEvent) {
  const isPaused = pausedUntil !== null && pausedUntil > event.createdAt;
  return {
    id: newId('dlv'),
    orgId,
    endpointId: id,
    eventId: event.id,
    event: event.event,
    status: 'pending' as const,
    attempt: 0,
    tries: 0,
    nextAttemptAt: isPaused ? pausedUntil : event.createdAt,
    httpStatus: null,
    failure: null,
    durationMs: null,
    createdAt: event.createdAt,
  };
}
