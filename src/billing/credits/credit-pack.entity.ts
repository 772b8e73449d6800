import { Column, Entity, PrimaryColumn } from 'typeorm';
import { minorUnits } from '../../database/minor-units.transformer';

/** Credits that are sold at once. A pack that has left the catalogue stays, inactive, for the checkouts that sold it. */
@Entity('credit_packs')
export class CreditPack {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'credit_packs_pkey' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  dodoProductId: string;

  @Column('bigint', { transformer: minorUnits })
  amountMinor: number;

  @Column('text')
  currency: string;

  @Column('integer')
  credits: number;

  @Column('boolean')
  isActive: boolean;

  /** Order in the catalogue. */
  @Column('integer')
  position: number;
}
