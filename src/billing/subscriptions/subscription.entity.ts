import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DodoSubscription, DodoSubscriptionStatus } from '../../dodo/dodo.types';

/**
 * Why a subscription is one too many: `second_trial` when its org, or somebody
 * with the same mail box, has had a trial already; `second_subscription` when
 * another one of the org was live before it.
 */
export type Surplus = 'second_trial' | 'second_subscription';

/** A subscription as Dodo had it when it was last read. */
@Entity('subscriptions')
export class Subscription {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'subscriptions_pkey' })
  dodoSubscriptionId: string;

  @Column('text')
  orgId: string;

  /** Null when Dodo has it on a product that is no plan of ours. */
  @Column('text', { nullable: true })
  planId: string | null;

  @Column('text')
  dodoProductId: string;

  @Column('text')
  status: DodoSubscriptionStatus;

  @Column('integer')
  trialPeriodDays: number;

  @Column('timestamptz', { nullable: true })
  currentPeriodStart: Date | null;

  @Column('timestamptz', { nullable: true })
  currentPeriodEnd: Date | null;

  @Column('boolean')
  cancelAtPeriodEnd: boolean;

  @Column('timestamptz', { nullable: true })
  cancelledAt: Date | null;

  @Column('text', { nullable: true })
  pendingProductId: string | null;

  @Column('timestamptz', { nullable: true })
  pendingChangeAt: Date | null;

  @Column('timestamptz')
  dodoCreatedAt: Date;

  /** Why it is one too many; null when it is not. */
  @Column('text', { nullable: true })
  surplus: Surplus | null;

  /** All that was read, for the questions of later. */
  @Column('jsonb')
  snapshot: DodoSubscription;

  /** Counts what has been stored, so that nothing older replaces something newer. */
  @Column('integer')
  version: number;

  @Column('timestamptz')
  syncedAt: Date;

  /** The last reconciliation that saw it at Dodo; not written with the rest. */
  @Column('text', { nullable: true })
  seenByReconciliationId?: string | null;
}
