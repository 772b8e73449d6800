import { Injectable } from '@nestjs/common';
import { isSuspended } from '../../auth/billing-status';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import type { Principal } from '../../auth/principal';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { PlanNotFound } from '../billing.errors';
import { CheckoutOpener } from '../checkouts/checkout-opener.service';
import type { CheckoutSession } from '../checkouts/checkout.dto';
import { PendingPurchasesService } from '../checkouts/pending-purchases.service';
import { withSessionId } from '../checkouts/return-url';
import type { Plan } from '../plans/plan.entity';
import { PlansRepository } from '../plans/plans.repository';
import { CurrentSubscriptionService } from '../subscription-orders/current-subscription.service';
import { OrderConflict } from '../subscription-orders/subscription-orders.errors';
import { SubscriptionOrdersService } from '../subscription-orders/subscription-orders.service';
import type { Subscription } from '../subscriptions/subscription.entity';
import { NO_TRIAL } from '../trials/trial';
import type { ReactivationRequest } from './reactivation.dto';

/**
 * Owns the way back in for a suspended org. A subscription that waits for money
 * needs another card; one that has ended is bought anew, without trial and fee.
 */
@Injectable()
export class ReactivationService {
  constructor(
    private readonly plans: PlansRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly current: CurrentSubscriptionService,
    private readonly orders: SubscriptionOrdersService,
    private readonly pendingPurchases: PendingPurchasesService,
    private readonly opener: CheckoutOpener,
    private readonly gateway: DodoGateway,
  ) {}

  /** @throws 404 for an unknown plan; 409 when the org is not suspended, is paused, or may have bought a plan; 502, 503 */
  async reactivate(
    caller: Principal,
    request: ReactivationRequest,
    call: IdempotentCall,
  ): Promise<CheckoutSession> {
    const subscription = await this.current.find(caller.orgId);
    if (subscription === null || !isSuspended(subscription.status)) throw OrderConflict.notSuspended();
    switch (subscription.status) {
      case 'paused':
        throw OrderConflict.paused();
      case 'on_hold':
      case 'past_due':
        return this.renewPaymentMethod(subscription, request, call);
      default:
        return this.buyAnew(caller.orgId, request.planId ?? subscription.planId, request, call);
    }
  }

  private async renewPaymentMethod(
    subscription: Subscription,
    { successUrl }: ReactivationRequest,
    call: IdempotentCall,
  ): Promise<CheckoutSession> {
    const { id, url } = await this.orders.openPage({
      kind: 'renew_payment_method',
      subscription,
      call,
      ask: (orderId) =>
        this.gateway.createPaymentMethodLink(
          subscription.dodoSubscriptionId,
          withSessionId(successUrl, orderId),
        ),
    });
    return { checkoutUrl: url, sessionId: id };
  }

  private async getPlan(planId: string | null): Promise<Plan> {
    const plan = planId === null ? null : await this.plans.findActive(planId);
    if (!plan) throw new PlanNotFound(planId ?? 'the last one');
    return plan;
  }

  private async buyAnew(
    orgId: string,
    planId: string | null,
    request: ReactivationRequest,
    call: IdempotentCall,
  ): Promise<CheckoutSession> {
    const [plan, organization] = await Promise.all([
      this.getPlan(planId),
      this.organizations.getOrganization(orgId),
    ]);
    await this.pendingPurchases.refuseIfBought(orgId);
    const offer = {
      planId: plan.id,
      creditPackId: null,
      dodoProductIds: [plan.dodoProductId],
      trialPeriodDays: NO_TRIAL,
    };
    return this.opener.open(organization, offer, request, call);
  }
}
