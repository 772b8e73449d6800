import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BillingStatus } from './billing-status';

/** A tenant. Everything that is owned carries its id. */
@Entity('organizations')
export class Organization {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'organizations_pkey' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  email: string;

  /** Derived from the subscriptions whenever one changes, so that the guard reads one column. */
  @Column('text')
  billingStatus: BillingStatus;

  @Column('timestamptz', { nullable: true })
  suspendedAt: Date | null;

  @Column('text', { nullable: true })
  dodoCustomerId: string | null;

  /** Set before Dodo is first asked for a customer: if it is there and the id is not, an answer was lost. */
  @Column('timestamptz', { nullable: true })
  dodoCustomerRequestedAt: Date | null;

  @Column('timestamptz')
  createdAt: Date;
}
