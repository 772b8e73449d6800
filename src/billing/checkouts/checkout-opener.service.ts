import { Injectable } from '@nestjs/common';
import type { Organization } from '../../auth/organization.entity';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoError, DodoOutcomeUnknown, UNREADABLE_ANSWER } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { newId } from '../../ids';
import { InboxService } from '../../webhooks/inbound/inbox.service';
import { traceMetadata } from '../../watch/tracing';
import { PaymentProviderError, failedState } from '../billing.errors';
import { matchKey } from '../org-of-event.service';
import type { CheckoutRequest, CheckoutSession } from './checkout.dto';
import type { Checkout } from './checkout.entity';
import { CheckoutsRepository } from './checkouts.repository';
import { DodoCustomersService } from './dodo-customers.service';
import { withSessionId } from './return-url';

/** What a checkout sells: a plan or a credit pack, and the Dodo products that it takes for that. */
export interface Offer extends Pick<Checkout, 'planId' | 'creditPackId'> {
  dodoProductIds: string[];
  /** Null where nothing is sold that could have a trial. */
  trialPeriodDays: number | null;
}

/** Where the customer goes afterwards. */
export type ReturnUrls = Pick<CheckoutRequest, 'successUrl' | 'cancelUrl'>;

/**
 * Owns how a checkout is opened, whatever it sells. Our row is committed before
 * Dodo is asked, and says afterwards what came of it, whatever that was.
 */
@Injectable()
export class CheckoutOpener {
  constructor(
    private readonly database: Database,
    private readonly checkouts: CheckoutsRepository,
    private readonly customers: DodoCustomersService,
    private readonly gateway: DodoGateway,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  /**
   * A `call` that died on the way goes on with the checkout that it had begun.
   * @throws {PaymentProviderError} 502 when Dodo refuses, 503 when it is away
   */
  async open(
    organization: Organization,
    offer: Offer,
    urls: ReturnUrls,
    call: IdempotentCall,
  ): Promise<CheckoutSession> {
    const begun = await this.findBegun(call);
    const checkout = begun ?? (await this.insertRequested(organization.id, offer, urls, call));
    try {
      return await this.openAtDodo(organization, checkout, offer, call);
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
    { planId, creditPackId }: Offer,
    { successUrl, cancelUrl }: ReturnUrls,
    call: IdempotentCall,
  ): Promise<Checkout> {
    const now = this.clock.now();
    const checkout: Checkout = {
      id: newId('cs'),
      orgId,
      planId,
      creditPackId,
      status: 'requested',
      successUrl,
      cancelUrl,
      dodoSessionId: null,
      dodoPaymentId: null,
      dodoSubscriptionId: null,
      failureCode: null,
      failureMessage: null,
      createdAt: now,
      updatedAt: now,
      completedAt: null,
    };
    await this.commit(call, async (tx) => {
      await this.checkouts.insertCheckout(tx, checkout);
      await call.begin(tx, checkout.id);
    });
    return checkout;
  }

  private async openAtDodo(
    organization: Organization,
    checkout: Checkout,
    offer: Offer,
    call: IdempotentCall,
  ): Promise<CheckoutSession> {
    const customerId = await this.customers.ensureCustomer(organization);
    const session = await this.gateway.createCheckoutSession({
      items: offer.dodoProductIds.map((productId) => ({ productId, quantity: 1 })),
      customerId,
      trialPeriodDays: offer.trialPeriodDays,
      returnUrl: withSessionId(checkout.successUrl, checkout.id),
      cancelUrl: checkout.cancelUrl,
      metadata: {
        org_id: checkout.orgId,
        checkout_id: checkout.id,
        ...traceMetadata(),
        ...(offer.planId !== null && { plan_id: offer.planId }),
        ...(offer.creditPackId !== null && { credit_pack_id: offer.creditPackId }),
      },
    });
    const answer: CheckoutSession = { checkoutUrl: session.url, sessionId: checkout.id };
    await this.commit(call, async (tx) => {
      const isNew = await this.checkouts.saveOpen(tx, checkout.id, session.id, this.clock.now());
      if (!isNew) throw notOurSession(session.id);
      await this.inbox.announce(tx, [matchKey.session(session.id)]);
      await call.complete(tx, answer);
    });
    return answer;
  }

  /**
   * Together with what the call's key remembers. Without a key each statement commits by itself, which saves two round
   * trips: should the process die before the last one, an event that waits for this session looks again by itself, late.
   */
  private commit(call: IdempotentCall, work: (tx: Tx) => Promise<void>): Promise<void> {
    return call.isKeyed ? this.database.transaction(work) : work(this.database.manager);
  }

  private async noteFailure(checkoutId: string, error: DodoError): Promise<void> {
    await this.checkouts.saveFailed(this.database.manager, checkoutId, {
      status: failedState(error),
      code: error.code,
      message: error.detail,
      at: this.clock.now(),
    });
  }
}

/** Whoever pays there would pay for another checkout. */
function notOurSession(sessionId: string): DodoError {
  const reason = new Error(`Dodo answered with session ${sessionId}, which is another checkout's.`);
  return new DodoOutcomeUnknown('creating a checkout session', UNREADABLE_ANSWER, false, reason);
}
