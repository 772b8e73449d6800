import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * requested → open → completed. A checkout that Dodo did not make ends as
 * `refused` (it said no), `unavailable` (it could not be asked) or `unknown`
 * (its answer was lost: if a session exists, nobody has its address).
 */
export type CheckoutStatus = 'requested' | 'open' | 'completed' | 'refused' | 'unavailable' | 'unknown';

@Entity('checkouts')
export class Checkout {
  /** `cs_…`: the session id that the caller gets. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'checkouts_pkey' })
  id: string;

  @Column('text')
  orgId: string;

  /** Null when it sells a credit pack. */
  @Column('text', { nullable: true })
  planId: string | null;

  /** Null when it sells a plan. */
  @Column('text', { nullable: true })
  creditPackId: string | null;

  @Column('text')
  status: CheckoutStatus;

  @Column('text')
  successUrl: string;

  @Column('text')
  cancelUrl: string;

  @Column('text', { nullable: true })
  dodoSessionId: string | null;

  @Column('text', { nullable: true })
  dodoPaymentId: string | null;

  @Column('text', { nullable: true })
  dodoSubscriptionId: string | null;

  @Column('text', { nullable: true })
  failureCode: string | null;

  /** What Dodo said, for the operator. */
  @Column('text', { nullable: true })
  failureMessage: string | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  updatedAt: Date;

  @Column('timestamptz', { nullable: true })
  completedAt: Date | null;
}
