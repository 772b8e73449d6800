import { Column, Entity, PrimaryColumn } from 'typeorm';

export type SubscriptionOrderKind =
  'change_plan' | 'withdraw_plan_change' | 'cancel' | 'resume' | 'renew_payment_method';

/**
 * requested → done | refused | unavailable | unknown. `unknown`: Dodo's answer
 * was lost, and the subscription, read again, did not show what was asked for.
 * `done` with a failure code: Dodo said yes, and did not show it when it was read.
 */
export type SubscriptionOrderState = 'requested' | 'done' | 'refused' | 'unavailable' | 'unknown';

/** Something that was asked of a subscription, written down before Dodo heard of it. One at a time. */
@Entity('subscription_orders')
export class SubscriptionOrder {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'subscription_orders_pkey' })
  id: string;

  @Column('text')
  orgId: string;

  @Column('text')
  dodoSubscriptionId: string;

  @Column('text')
  kind: SubscriptionOrderKind;

  @Column('text', { nullable: true })
  planId: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('text', { nullable: true })
  comment: string | null;

  @Column('text')
  state: SubscriptionOrderState;

  @Column('text', { nullable: true })
  failureCode: string | null;

  @Column('text', { nullable: true })
  failureMessage: string | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  settledAt: Date | null;
}
