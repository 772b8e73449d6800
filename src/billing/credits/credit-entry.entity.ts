import { Column, Entity, PrimaryColumn } from 'typeorm';

export type CreditEntryKind = 'allocation' | 'purchase' | 'consumption' | 'expiry';

/** One change of a balance, written once and never changed. The sum of an org's entries is its balance. */
@Entity('credit_entries')
export class CreditEntry {
  /** `cre_…` */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'credit_entries_pkey' })
  id: string;

  @Column('text')
  orgId: string;

  @Column('text')
  kind: CreditEntryKind;

  /** What this came of, such as `purchase:pay_1`: an org has one entry for each. */
  @Column('text')
  cause: string;

  @Column('integer')
  allocationDelta: number;

  @Column('integer')
  purchasedDelta: number;

  @Column('integer')
  balanceAfter: number;

  /** What it was spent on. */
  @Column('text', { nullable: true })
  category: string | null;

  @Column('text', { nullable: true })
  description: string | null;

  /** Of an allocation: whose period it belongs to. */
  @Column('text', { nullable: true })
  dodoSubscriptionId: string | null;

  /** Of an allocation: the plan whose credits these are; null where they were given before that was noted. */
  @Column('text', { nullable: true })
  planId: string | null;

  /** The payment that bought these credits; null for a trial's. */
  @Column('text', { nullable: true })
  dodoPaymentId: string | null;

  @Column('timestamptz', { nullable: true })
  paidAt: Date | null;

  @Column('timestamptz', { nullable: true })
  periodStart: Date | null;

  @Column('timestamptz')
  createdAt: Date;
}
