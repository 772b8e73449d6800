import { Column, Entity, PrimaryColumn } from 'typeorm';
import { minorUnits } from '../../database/minor-units.transformer';
import type { RefundState } from './refund-state';

/** One refund that is ours to make. Unique per payment and purpose. */
@Entity('refunds')
export class Refund {
  /** `rfd_…`: travels to Dodo as metadata, so that the refund there can be recognized as this one. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'refunds_pkey' })
  id: string;

  @Column('text')
  orgId: string;

  @Column('text')
  dodoPaymentId: string;

  @Column('text')
  purpose: 'setup_fee';

  /** The product of the line that is given back; null where the debt is from before that was noted. */
  @Column('text', { nullable: true })
  dodoProductId: string | null;

  @Column('text')
  state: RefundState;

  @Column('text', { nullable: true })
  dodoRefundId: string | null;

  /** Those that Dodo accepted and could not carry out, oldest first. */
  @Column('text', { array: true })
  failedDodoRefundIds: string[];

  @Column('bigint', { transformer: minorUnits, nullable: true })
  amountMinor: number | null;

  @Column('text', { nullable: true })
  currency: string | null;

  /** How often Dodo has been asked to make it. */
  @Column('integer')
  asks: number;

  /** Until then a request may be under way, or it is too soon after a failure: reading is allowed, asking is not. */
  @Column('timestamptz', { nullable: true })
  askAgainAt: Date | null;

  @Column('text', { nullable: true })
  failureCode: string | null;

  @Column('text', { nullable: true })
  failureMessage: string | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  updatedAt: Date;

  @Column('timestamptz', { nullable: true })
  settledAt: Date | null;
}
