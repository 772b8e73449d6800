import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which subscription an organization has had its trial with. Unique in every way in which one could have a second. */
@Entity('trial_claims')
export class TrialClaim {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'trial_claims_pkey' })
  orgId: string;

  /** The mail box, see `trialIdentityOf`; null where one mail box may have several trials. */
  @Column('text', { nullable: true })
  identity: string | null;

  @Column('text', { nullable: true })
  dodoCustomerId: string | null;

  @Column('text')
  dodoSubscriptionId: string;

  @Column('timestamptz')
  claimedAt: Date;
}
