import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/**
 * pending → processed | unmatched | dead. `ignored` events are of a kind that
 * nothing here acts on; `unmatched` ones fit no organization yet.
 */
export const DODO_EVENT_STATUSES = ['pending', 'processed', 'ignored', 'unmatched', 'dead'] as const;

export type DodoEventStatus = (typeof DODO_EVENT_STATUSES)[number];

/** The inbox: everything that Dodo has ever told us and we have acknowledged. */
@Entity('dodo_events')
export class DodoEvent {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'dodo_events_pkey',
  })
  id: string;

  @Column('text')
  webhookId: string;

  @Column('text')
  type: string;

  @Column('timestamptz', { nullable: true })
  eventAt: Date | null;

  /** The ids that it carries: how it is found from an organization, a payment, a subscription. */
  @Column('text', { array: true })
  subjects: string[];

  /** The bytes as they came; null once they are too old to be of use. */
  @Column('bytea', { nullable: true })
  body: Buffer | null;

  @Column('timestamptz', { nullable: true })
  bodyRemovedAt: Date | null;

  @Column('text')
  status: DodoEventStatus;

  @Column('integer')
  attempts: number;

  /** Why the last attempt failed. */
  @Column('text', { nullable: true })
  error: string | null;

  /** What would tie an unmatched event to an organization, such as `customer:cus_…`. */
  @Column('text', { array: true, nullable: true })
  matchKeys: string[] | null;

  @Column('timestamptz')
  receivedAt: Date;

  /** When a replay makes it due; null while there was none: it was due when it came. */
  @Column('timestamptz', { nullable: true })
  dueAt: Date | null;

  @Column('timestamptz', { nullable: true })
  processedAt: Date | null;
}
