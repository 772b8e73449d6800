import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DisabledReason } from './delinquency.policy';

/** Where a customer wants to hear of events. */
@Entity('webhook_endpoints')
export class WebhookEndpoint {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'webhook_endpoints_pkey' })
  id: string;

  @Column('text')
  orgId: string;

  @Column('text')
  url: string;

  @Column('text', { nullable: true })
  name: string | null;

  /** Names of events, or `*` alone. */
  @Column('text', { array: true })
  events: string[];

  @Column('boolean')
  enabled: boolean;

  /** Why we switched it off; null when its owner did, and while it is on. */
  @Column('text', { nullable: true })
  disabledReason: DisabledReason | null;

  @Column('timestamptz', { nullable: true })
  disabledAt: Date | null;

  /** Encrypted, bound to the id. */
  @Column('bytea')
  secret: Buffer;

  /** What the secret was before its last rotation; it signs as well until `previousExpiresAt`. */
  @Column('bytea', { nullable: true })
  previousSecret: Buffer | null;

  @Column('timestamptz', { nullable: true })
  previousExpiresAt: Date | null;

  /** Since when nothing has got through; null while it does. */
  @Column('timestamptz', { nullable: true })
  failingSince: Date | null;

  /** Until then it has asked to be left alone. */
  @Column('timestamptz', { nullable: true })
  pausedUntil: Date | null;

  /** Whether it took long to answer: then it waits with others like it. */
  @Column('boolean')
  isSlow: boolean;

  /** Who delivers to it now; nobody else may until `leasedUntil`. */
  @Column('text', { nullable: true })
  leaseId: string | null;

  @Column('timestamptz', { nullable: true })
  leasedUntil: Date | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  updatedAt: Date;
}
