import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OutboundEventName } from './event-names';
import type { DeliveryFailure } from './post-failure';

/** pending: its next try is planned. delivered: answered with 2xx. failed: given up; it can be sent again by hand. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one endpoint. */
@Entity('webhook_deliveries')
export class WebhookDelivery {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  id: string;

  /** The order in which they are sent; counted by the database. */
  @Column({ type: 'bigint', insert: false, update: false })
  seq: string;

  @Column('text')
  orgId: string;

  @Column('text')
  endpointId: string;

  @Column('text')
  eventId: string;

  @Column('text')
  event: OutboundEventName;

  @Column('text')
  status: DeliveryStatus;

  /** Tries so far, in all. */
  @Column('integer')
  attempt: number;

  /** Tries since it was made, or was last asked for by hand: these are limited. */
  @Column('integer')
  tries: number;

  @Column('timestamptz', { nullable: true })
  nextAttemptAt: Date | null;

  /** What the last try was answered with; null when no answer came. */
  @Column('integer', { nullable: true })
  httpStatus: number | null;

  /** Why the last try failed. */
  @Column('text', { nullable: true })
  failure: DeliveryFailure | null;

  @Column('integer', { nullable: true })
  durationMs: number | null;

  @Column('timestamptz')
  createdAt: Date;
}

/** One try of a delivery. */
@Entity('webhook_attempts')
export class WebhookAttempt {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'webhook_attempts_pkey' })
  deliveryId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'webhook_attempts_pkey' })
  attempt: number;

  @Column('text')
  orgId: string;

  @Column('timestamptz')
  attemptedAt: Date;

  @Column('integer', { nullable: true })
  httpStatus: number | null;

  @Column('text', { nullable: true })
  failure: DeliveryFailure | null;

  @Column('integer')
  durationMs: number;

  /** The first bytes of the answer. */
  @Column('text')
  response: string;
}
