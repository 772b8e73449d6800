import { Column, Entity, PrimaryColumn } from 'typeorm';

export const RECONCILIATION_TRIGGERS = ['schedule', 'operator', 'cli'] as const;
export type ReconciliationTrigger = (typeof RECONCILIATION_TRIGGERS)[number];

export const RECONCILIATION_STATUSES = ['running', 'completed'] as const;
export type ReconciliationStatus = (typeof RECONCILIATION_STATUSES)[number];

/**
 * In this order: what Dodo lists, then what we hold and is not settled. Payments
 * come before refunds, since a payment that was missing brings its debt, and
 * before disputes, which it brings as well.
 */
export const STAGES = [
  'subscriptions',
  'payments',
  'refunds',
  'disputes',
  'our_subscriptions',
  'our_payments',
  'our_disputes',
  'our_refunds',
  'settling',
  'end',
] as const;
export type Stage = (typeof STAGES)[number];

/** One comparison of what Dodo has with what we have. At most one is running, by a unique index. */
@Entity('reconciliations')
export class Reconciliation {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'reconciliations_pkey' })
  id: string;

  @Column('text')
  trigger: ReconciliationTrigger;

  @Column('text')
  status: ReconciliationStatus;

  @Column('boolean')
  isFull: boolean;

  /** Payments, refunds and disputes that were created before are not listed; null: all are. By Dodo's clock. */
  @Column('timestamptz', { nullable: true })
  createdSince: Date | null;

  @Column('text')
  stage: Stage;

  /** Where the stage goes on: a page of Dodo's, an id of ours, or a round. */
  @Column('text')
  cursor: string;

  @Column('integer')
  subscriptionsLooked: number;

  @Column('integer')
  paymentsLooked: number;

  @Column('integer')
  refundsLooked: number;

  /** Of those that were nobody's here, how many are counted here alone: 0 as long as each has a row of its own. */
  @Column('integer', { default: 0 })
  subscriptionsUnmatched: number;

  @Column('integer', { default: 0 })
  paymentsUnmatched: number;

  @Column('integer', { default: 0 })
  refundsUnmatched: number;

  /** The creation of the newest object that was listed: how far Dodo's clock has come. */
  @Column('timestamptz', { nullable: true })
  newestSeenAt: Date | null;

  /** Counts the steps, so that two who drive it at once do no step twice. */
  @Column('integer')
  version: number;

  @Column('timestamptz')
  startedAt: Date;

  @Column('timestamptz')
  updatedAt: Date;

  @Column('timestamptz', { nullable: true })
  finishedAt: Date | null;
}
