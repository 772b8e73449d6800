import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OutboundEventName } from './event-names';

/** Something that an org is told, once for each cause. Its words never change. */
@Entity('outbound_events')
export class OutboundEvent {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'outbound_events_pkey' })
  id: string;

  @Column('text')
  orgId: string;

  @Column('text')
  event: OutboundEventName;

  /** What happened, named so that the same thing always has the same name. */
  @Column('text')
  cause: string;

  /** The JSON that is sent, to the byte. */
  @Column('text')
  body: string;

  @Column('timestamptz')
  createdAt: Date;
}
