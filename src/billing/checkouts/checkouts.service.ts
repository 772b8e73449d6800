import { Injectable } from '@nestjs/common';
import type { Organization } from '../../auth/organization.entity';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import type { Principal } from '../../auth/principal';
import { Config } from '../../config';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { CheckoutConflict, PlanNotFound } from '../billing.errors';
import type { Plan } from '../plans/plan.entity';
import { PlansRepository } from '../plans/plans.repository';
import { NO_TRIAL, TRIAL_PERIOD_DAYS } from '../trials/trial';
import { TrialsService } from '../trials/trials.service';
import type { CheckoutRequest, CheckoutSession } from './checkout.dto';
import { CheckoutOpener } from './checkout-opener.service';
import type { Offer } from './checkout-opener.service';
import { PendingPurchasesService } from './pending-purchases.service';

/**
 * Owns the way in: setup fee and plan in one Dodo session, with a trial, for an
 * org that has no subscription. Whoever has had a trial buys the plan alone.
 */
@Injectable()
export class CheckoutsService {
  constructor(
    private readonly plans: PlansRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly trials: TrialsService,
    private readonly pendingPurchases: PendingPurchasesService,
    private readonly opener: CheckoutOpener,
    private readonly config: Config,
  ) {}

  /**
   * @throws {PlanNotFound} 404
   * @throws {CheckoutConflict} 409 when the org has a subscription, or may have bought one
   * @throws {PaymentProviderError} 502 when Dodo refuses, 503 when it is away
   */
  async create(caller: Principal, request: CheckoutRequest, call: IdempotentCall): Promise<CheckoutSession> {
    const organization = await this.organizations.getOrganization(caller.orgId);
    const [plan, hasHadTrial] = await Promise.all([
      this.plans.findActive(request.planId),
      this.trials.hasHadTrial(organization),
    ]);
    if (!plan) throw new PlanNotFound(request.planId);
    await this.refuseIfSubscribed(organization);
    const offer = this.offer(plan, hasHadTrial);
    // A trial too many ends by itself, and its fee comes back.
    if (offer.trialPeriodDays === NO_TRIAL) await this.pendingPurchases.refuseIfBought(caller.orgId);
    return this.opener.open(organization, offer, request, call);
  }

  private offer(plan: Plan, hasHadTrial: boolean): Offer {
    const fee = hasHadTrial ? [] : [this.config.dodo.setupFeeProductId];
    return {
      planId: plan.id,
      creditPackId: null,
      dodoProductIds: [...fee, plan.dodoProductId],
      trialPeriodDays: hasHadTrial ? NO_TRIAL : TRIAL_PERIOD_DAYS,
    };
  }

  private async refuseIfSubscribed({ id, billingStatus }: Organization): Promise<void> {
    if (billingStatus === 'active' || billingStatus === 'unknown') throw CheckoutConflict.alreadySubscribed();
    if (billingStatus === 'pending') await this.pendingPurchases.refuseIfBeingSetUp(id);
  }
}
