import { Column, Entity, PrimaryColumn } from 'typeorm';
import { minorUnits } from '../../database/minor-units.transformer';

export type BillingInterval = 'day' | 'week' | 'month' | 'year';

/** A plan of the catalogue. One that has left the file stays, inactive, for the subscriptions that have it. */
@Entity('plans')
export class Plan {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'plans_pkey' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  dodoProductId: string;

  @Column('bigint', { transformer: minorUnits })
  amountMinor: number;

  @Column('text')
  currency: string;

  @Column('text')
  interval: BillingInterval;

  @Column('integer')
  monthlyCredits: number;

  /** Social accounts that may be connected; -1 for any number. */
  @Column('integer')
  accountLimit: number;

  @Column('boolean')
  isActive: boolean;

  /** Order in the catalogue. */
  @Column('integer')
  position: number;
}
