import { Column, Entity, PrimaryColumn } from 'typeorm';
import { minorUnits } from '../../database/minor-units.transformer';
import type { DodoDispute, DodoPaymentStatus, DodoRefundSummary } from '../../dodo/dodo.types';

/** As JSON has it: times are ISO 8601. */
export type Stored<T> = Omit<T, 'createdAt'> & { createdAt: string | null };

/** A payment as Dodo had it when it was last read. */
@Entity('payments')
export class Payment {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'payments_pkey' })
  dodoPaymentId: string;

  @Column('text')
  orgId: string;

  @Column('text', { nullable: true })
  dodoSubscriptionId: string | null;

  @Column('text', { nullable: true })
  checkoutId: string | null;

  @Column('text')
  status: DodoPaymentStatus;

  /** Tax included. */
  @Column('bigint', { transformer: minorUnits })
  totalMinor: number;

  @Column('text')
  currency: string;

  /** The setup-fee line; null when the payment carries none. */
  @Column('bigint', { transformer: minorUnits, nullable: true })
  setupFeeMinor: number | null;

  /** All lines but fee and credit packs; 0 where the plan costs nothing, as in a trial, and while no line is known. */
  @Column('bigint', { transformer: minorUnits })
  planMinor: number;

  /** The product of the plan that was paid, or else of what was; null where nothing was, or where the lines do not say. */
  @Column('text', { nullable: true })
  planProductId: string | null;

  /** Whether Dodo listed what it paid for; until then, a fee in it is not known. */
  @Column('boolean')
  hasLineItems: boolean;

  /** Whether it was made to put another card behind the subscription: one of nothing has paid for no period then. */
  @Column('boolean')
  isCardExchange: boolean;

  @Column('text', { nullable: true })
  failureCode: string | null;

  @Column('text', { nullable: true })
  invoiceUrl: string | null;

  /** What has been given back of it, by whomever, as Dodo listed it; of a refund that is ours, its own row says more. */
  @Column('jsonb')
  refundsAtDodo: Stored<DodoRefundSummary>[];

  @Column('jsonb')
  disputesAtDodo: Stored<DodoDispute>[];

  @Column('timestamptz')
  dodoCreatedAt: Date;

  @Column('integer')
  version: number;

  @Column('timestamptz')
  syncedAt: Date;
}

/** Whether it is known what was paid for, or no longer waited for. */
export function isListed({ hasLineItems, totalMinor, planMinor }: Payment): boolean {
  return hasLineItems || totalMinor === 0 || planMinor > 0;
}
