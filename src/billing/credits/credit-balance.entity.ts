import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an org has left. Changed only under its lock, together with the entry that says why. */
@Entity('credit_balances')
export class CreditBalance {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'credit_balances_pkey' })
  orgId: string;

  /** Of the running allocation; spent first, gone when the next one comes. */
  @Column('integer')
  allocationLeft: number;

  /** Of all packs ever bought; never expires. */
  @Column('integer')
  purchasedLeft: number;

  /** What the running period was given; 0 while there is none. */
  @Column('integer')
  allocation: number;

  /** Which entry gave it. */
  @Column('text', { nullable: true })
  allocationCause: string | null;

  /** Whose period it is. */
  @Column('text', { nullable: true })
  dodoSubscriptionId: string | null;

  /** From here on, consumption counts as used: the last time that the allocation began or ended. */
  @Column('timestamptz', { nullable: true })
  usedSince: Date | null;

  /** End of the running period. */
  @Column('timestamptz', { nullable: true })
  resetsAt: Date | null;

  /** When it first ran low in this period, so that this is told once; null while it has not. */
  @Column('timestamptz', { nullable: true })
  lowSince: Date | null;

  @Column('timestamptz')
  updatedAt: Date;
}
