import { Injectable } from '@nestjs/common';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import { Clock } from '../../clock';
import { CreditsService } from '../credits/credits.service';
import { PaymentsRepository } from '../payments/payments.repository';
import type { BillingInterval } from '../plans/plan.entity';
import { PlansRepository } from '../plans/plans.repository';
import type { Subscription } from '../subscriptions/subscription.entity';
import { currentOf, isTrialing } from '../subscriptions/subscription-status';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import type { BillingStatusView } from './billing-status.dto';

const CYCLES: Record<BillingInterval, string> = {
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  year: 'yearly',
};

/** This deployment sells at list price: one credit is one credit. */
const COST_MULTIPLIER = 1;

/** Answers where an org stands, from our own tables: it works while Dodo is away. */
@Injectable()
export class BillingStatusService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly payments: PaymentsRepository,
    private readonly plans: PlansRepository,
    private readonly credits: CreditsService,
    private readonly clock: Clock,
  ) {}

  async view(orgId: string): Promise<BillingStatusView> {
    const [organization, subscriptions, setupFeeVerified, creditBalance] = await Promise.all([
      this.organizations.getOrganization(orgId),
      this.subscriptions.listByOrg(orgId),
      this.payments.hasPaidSetupFee(orgId),
      this.credits.balanceOf(orgId),
    ]);
    return {
      ...(await this.viewSubscription(currentOf(subscriptions))),
      suspendedAt: organization.suspendedAt,
      dodoCustomerId: organization.dodoCustomerId,
      setupFeeVerified,
      accountsUsed: 0,
      creditBalance,
      costMultiplier: COST_MULTIPLIER,
    };
  }

  /** The part that one subscription has in it; all nulls without one. */
  async viewSubscription(subscription: Subscription | null) {
    const trialing = subscription !== null && (await this.isTrialing(subscription));
    const plan = subscription?.planId ? await this.plans.findPlan(subscription.planId) : null;
    const pendingProductId = subscription?.pendingProductId ?? null;
    const pendingPlan =
      pendingProductId === null ? null : await this.plans.findByDodoProduct(pendingProductId);
    return {
      plan: plan?.id ?? null,
      planName: plan?.name ?? null,
      billingCycle: plan ? CYCLES[plan.interval] : null,
      status: trialing ? 'trialing' : (subscription?.status ?? null),
      currentPeriodStart: subscription?.currentPeriodStart ?? null,
      currentPeriodEnd: subscription?.currentPeriodEnd ?? null,
      trialEnd: trialing ? subscription.currentPeriodEnd : null,
      isTrialing: trialing,
      cancelledAt: subscription?.cancelledAt ?? null,
      cancelAtPeriodEnd: subscription?.cancelAtPeriodEnd ?? false,
      pendingPlan: pendingPlan?.id ?? null,
      pendingChangeDate: subscription?.pendingChangeAt ?? null,
      accountLimit: plan?.accountLimit ?? null,
    };
  }

  private async isTrialing(subscription: Subscription): Promise<boolean> {
    const hasPaidPeriod = await this.payments.hasPaidPeriod(subscription.dodoSubscriptionId);
    return isTrialing(subscription, hasPaidPeriod, this.clock.now());
  }
}
