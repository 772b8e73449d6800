import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock';
import type { Tx } from '../../database/database';
import { newId } from '../../ids';
import { DeliveriesRepository } from './deliveries.repository';
import type { Listener } from './deliveries.repository';
import { DeliveryWakeups } from './delivery-wakeups';
import { ALL_EVENTS } from './event-names';
import type { OutboundEventName } from './event-names';
import type { OutboundEvent } from './outbound-event.entity';

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
    private readonly deliveries: DeliveriesRepository,
    private readonly wakeups: DeliveryWakeups,
    private readonly clock: Clock,
  ) {}

  async publish(tx: Tx, announcements: readonly Announcement[]): Promise<void> {
    if (announcements.length === 0) return;
    const events = announcements.map((it) => this.write(it));
    const listeners = await this.deliveries.insertEvents(tx, events);
    const deliveries = events.flatMap((event) =>
      listeners.filter((listener) => hears(listener, event)).map((listener) => deliveryTo(listener, event)),
    );
    await this.deliveries.insertDeliveries(tx, deliveries);
    const waiting = new Set(deliveries.map(({ endpointId }) => endpointId));
    for (const listener of listeners)
      if (waiting.has(listener.id)) await this.wakeups.deliverNow(tx, listener);
  }

  /** An event as it will be sent. */
  write({ orgId, event, cause, data }: Announcement): OutboundEvent {
    const id = newId('evt');
    const createdAt = this.clock.now();
    const body = JSON.stringify({ id, event, timestamp: createdAt.toISOString(), orgId, data });
    return { id, orgId, event, cause, body, createdAt };
  }
}

function hears({ events, newEventIds }: Listener, { id, event }: OutboundEvent): boolean {
  return newEventIds.includes(id) && (events.includes(ALL_EVENTS) || events.includes(event));
}

function deliveryTo({ id, orgId, pausedUntil }: Listener, event: OutboundEvent) {
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
