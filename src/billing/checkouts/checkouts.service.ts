import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { Database } from '../../database/database';
import { DodoError, DodoOutcomeUnknown, DodoRejected } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { newId } from '../../ids';
import { InboxService } from '../../webhooks/inbound/inbox.service';
import { CheckoutConflict, PaymentProviderError, PlanNotFound } from '../billing.errors';
import { matchKey } from '../org-of-event.service';
import type { Plan } from '../plans/plan.entity';
import { PlansRepository } from '../plans/plans.repository';
import { TRIAL_PERIOD_DAYS } from '../trial';
import type { CheckoutRequest, CheckoutSession } from './checkout.dto';
import type { Checkout, CheckoutStatus } from './checkout.entity';
import { CheckoutsRepository } from './checkouts.repository';
import { DodoCustomersService } from './dodo-customers.service';
import { withSessionId } from './return-url';

/**
 * Owns the way in: setup fee and plan in one Dodo session. Our row is committed
 * before Dodo is asked, and says afterwards what came of it, whatever that was.
 */
@Injectable()
export class CheckoutsService {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansRepository,
    private readonly checkouts: CheckoutsRepository,
    private readonly customers: DodoCustomersService,
    private readonly gateway: DodoGateway,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * A `call` that died on the way goes on with the checkout that it had begun.
   * @throws {PlanNotFound} 404
   * @throws {CheckoutConflict} 409 when the org has a subscription
   * @throws {PaymentProviderError} 502 when Dodo refuses, 503 when it is away
   */
  async create(caller: Principal, request: CheckoutRequest, call: IdempotentCall): Promise<CheckoutSession> {
    const plan = await this.plans.findActive(request.planId);
    if (!plan) throw new PlanNotFound(request.planId);
    refuseIfSubscribed(caller);
    const checkout =
      (await this.findBegun(call)) ?? (await this.insertRequested(caller.orgId, request, call));
    try {
      return await this.openAtDodo(checkout, plan, call);
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      await this.noteFailure(checkout.id, error);
      throw PaymentProviderError.from(error);
    }
  }

  private async findBegun({ resourceId }: IdempotentCall): Promise<Checkout | null> {
    const begun = resourceId === null ? null : await this.checkouts.findCheckout(resourceId);
    return begun?.status === 'requested' ? begun : null;
  }

  private async insertRequested(
    orgId: string,
    request: CheckoutRequest,
    call: IdempotentCall,
  ): Promise<Checkout> {
    const now = this.clock.now();
    const checkout: Checkout = {
      id: newId('cs'),
      orgId,
      planId: request.planId,
      status: 'requested',
      successUrl: request.successUrl,
      cancelUrl: request.cancelUrl,
      dodoSessionId: null,
      dodoPaymentId: null,
      dodoSubscriptionId: null,
      failureCode: null,
      failureMessage: null,
      createdAt: now,
      updatedAt: now,
      completedAt: null,
    };
    await this.database.transaction(async (tx) => {
      await this.checkouts.insertCheckout(tx, checkout);
      await call.begin(tx, checkout.id);
    });
    return checkout;
  }

  private async openAtDodo(checkout: Checkout, plan: Plan, call: IdempotentCall): Promise<CheckoutSession> {
    const customerId = await this.customers.ensureCustomer(checkout.orgId);
    const session = await this.gateway.createCheckoutSession({
      items: [
        { productId: this.config.dodo.setupFeeProductId, quantity: 1 },
        { productId: plan.dodoProductId, quantity: 1 },
      ],
      customerId,
      trialPeriodDays: TRIAL_PERIOD_DAYS,
      returnUrl: withSessionId(checkout.successUrl, checkout.id),
      cancelUrl: checkout.cancelUrl,
      metadata: { org_id: checkout.orgId, checkout_id: checkout.id, plan_id: plan.id },
    });
    const answer: CheckoutSession = { checkoutUrl: session.url, sessionId: checkout.id };
    await this.database.transaction(async (tx) => {
      await this.checkouts.saveOpen(tx, checkout.id, session.id, this.clock.now());
      await this.inbox.announce(tx, [matchKey.session(session.id)]);
      await call.complete(tx, answer);
    });
    return answer;
  }

  private async noteFailure(checkoutId: string, error: DodoError): Promise<void> {
    await this.checkouts.saveFailed(this.database.manager, checkoutId, {
      status: failedStatus(error),
      code: error.code,
      message: error.detail,
      at: this.clock.now(),
    });
  }
}

function refuseIfSubscribed({ billingStatus }: Principal): void {
  if (billingStatus === 'active' || billingStatus === 'unknown') throw CheckoutConflict.alreadySubscribed();
  if (billingStatus === 'pending') throw CheckoutConflict.subscriptionPending();
}

function failedStatus(error: DodoError): CheckoutStatus {
  if (error instanceof DodoRejected) return 'refused';
  return error instanceof DodoOutcomeUnknown ? 'unknown' : 'unavailable';
}
