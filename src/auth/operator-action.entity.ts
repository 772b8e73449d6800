import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Everything that a person can do to this instance. */
export type OperatorDeed =
  | 'console.sign_in'
  | 'console.sign_out'
  | 'organization.create'
  | 'organization.adopt'
  | 'api_key.create'
  | 'dodo_event.replay'
  | 'dodo_events.replay'
  | 'refund.retry'
  | 'refund.settle'
  | 'payment.keep'
  | 'reconciliation.run'
  | 'webhook_delivery.redeliver';

/** By which door the person came. */
export type OperatorVia = 'console' | 'api' | 'cli';

/** Something that was done by hand: written in the transaction of the change, and never changed. */
@Entity('operator_actions')
export class OperatorAction {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'operator_actions_pkey',
  })
  id: string;

  @Column('timestamptz')
  at: Date;

  /** The name that the person gave. */
  @Column('text')
  who: string;

  @Column('text')
  via: OperatorVia;

  @Column('text')
  what: OperatorDeed;

  /** What it was done to: `rfd_…`, the number of an event, or which events. */
  @Column('text', { nullable: true })
  target: string | null;

  @Column('text', { nullable: true })
  orgId: string | null;

  /** Why. The console asks for it. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** What came of it, as far as it was known when it was done. */
  @Column('text', { nullable: true })
  outcome: string | null;
}
