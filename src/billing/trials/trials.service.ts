import { Injectable } from '@nestjs/common';
import type { Organization } from '../../auth/organization.entity';
import { Clock } from '../../clock';
import { Config } from '../../config';
import type { Tx } from '../../database/database';
import type { Subscription } from '../subscriptions/subscription.entity';
import { hasBegun } from '../subscriptions/subscription-status';
import { TrialClaimsRepository } from './trial-claims.repository';
import type { Claimant } from './trial-claims.repository';
import { trialIdentityOf } from './trial-identity';

type Claiming = Pick<Organization, 'id' | 'email' | 'dodoCustomerId'>;

/**
 * Owns who has had a trial: one an org, one a Dodo customer and, where
 * ONE_TRIAL_PER_EMAIL says so, one a mail box. The claim is made when a trial
 * has begun, so that a checkout which nobody pays costs nobody a trial; of two
 * that begin at once, the constraint lets one have it.
 */
@Injectable()
export class TrialsService {
  constructor(
    private readonly claims: TrialClaimsRepository,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Whether a checkout of this org comes without a trial, and so without the fee that goes with it. */
  hasHadTrial(organization: Claiming): Promise<boolean> {
    return this.claims.hasClaim(this.claimantOf(organization));
  }

  /** Whether the subscription's trial is the one that its org may have; true as well when it has none. */
  async claim(tx: Tx, organization: Organization, subscription: Subscription): Promise<boolean> {
    if (subscription.trialPeriodDays === 0 || !hasBegun(subscription)) return true;
    const { dodoSubscriptionId } = subscription;
    const claim = { ...this.claimantOf(organization), dodoSubscriptionId, claimedAt: this.clock.now() };
    const isNew = await this.claims.insertClaim(tx, claim);
    return isNew || (await this.claims.findBySubscription(tx, dodoSubscriptionId)) !== null;
  }

  private claimantOf({ id, email, dodoCustomerId }: Claiming): Claimant {
    const identity = this.config.oneTrialPerEmail ? trialIdentityOf(email) : null;
    return { orgId: id, identity, dodoCustomerId };
  }
}
