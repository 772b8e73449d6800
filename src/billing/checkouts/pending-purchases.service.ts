import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock';
import { DodoError } from '../../dodo/dodo.errors';
import { CheckoutConflict, PaymentProviderError } from '../billing.errors';
import type { Payment } from '../payments/payment.entity';
import { currentOf, mayBeBilled } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import type { Checkout } from './checkout.entity';
import { CheckoutOutcomesService } from './checkout-outcomes.service';
import { CheckoutsRepository } from './checkouts.repository';

/** What is not set up by then was given up, as after a card that was declined. */
const SETTING_UP_SECONDS = 15 * 60;
/** Dodo's own life of a session, and the time after it in which a payment of its last minute shows. */
const PAYABLE_SECONDS = 86_400 + SETTING_UP_SECONDS;

/**
 * Owns the question whether an org has bought a plan of which we have not heard
 * all. What is paid twice at its full price does not come back by itself, so
 * before it is sold, Dodo is asked about each checkout that may have been paid.
 * One that was left unpaid keeps nobody from another.
 */
@Injectable()
export class PendingPurchasesService {
  constructor(
    private readonly checkouts: CheckoutsRepository,
    private readonly outcomes: CheckoutOutcomesService,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * For what is sold at its full price.
   * @throws {CheckoutConflict} 409 when it is sold already, or may be
   * @throws {PaymentProviderError} 502, 503 when Dodo can't say
   */
  async refuseIfBought(orgId: string): Promise<void> {
    await this.refuseIfBeingSetUp(orgId);
    try {
      const since = this.clock.secondsFromNow(-PAYABLE_SECONDS);
      for (const checkout of await this.checkouts.listUndecidedPlans(orgId, since))
        await this.refuseIfUnderWay(checkout);
    } catch (error) {
      throw error instanceof DodoError ? PaymentProviderError.ofQuestion(error) : error;
    }
    const current = currentOf(await this.subscriptions.listByOrg(orgId));
    if (current !== null && mayBeBilled(current)) throw CheckoutConflict.alreadySubscribed();
  }

  /** Should an older one be paid after all, it is one of several checkouts that were, and one subscription stays. */
  async refuseIfBeingSetUp(orgId: string): Promise<void> {
    const all = await this.subscriptions.listByOrg(orgId);
    const isBeingSetUp = all.some(
      ({ status, dodoCreatedAt }) => status === 'pending' && this.isYoung(dodoCreatedAt),
    );
    if (isBeingSetUp) throw CheckoutConflict.subscriptionPending();
  }

  private async refuseIfUnderWay(checkout: Checkout): Promise<void> {
    const paymentId = await this.outcomes.findPaymentId(checkout);
    if (!paymentId) return;
    const payment = await this.outcomes.readPayment(paymentId);
    // Also of a payment that failed: the session may have been paid by another one since.
    const subscription = await this.findBought(payment?.dodoSubscriptionId ?? null);
    if (payment !== null && this.hasComeToNothing(payment)) return;
    if (subscription === null || subscription.status === 'pending')
      throw CheckoutConflict.subscriptionPending();
  }

  private async findBought(subscriptionId: string | null): Promise<Subscription | null> {
    return subscriptionId === null ? null : this.outcomes.readSubscription(subscriptionId);
  }

  private hasComeToNothing({ status, dodoCreatedAt }: Payment): boolean {
    if (status === 'processing') return !this.isYoung(dodoCreatedAt);
    return status !== 'succeeded';
  }

  private isYoung(createdAt: Date): boolean {
    return createdAt > this.clock.secondsFromNow(-SETTING_UP_SECONDS);
  }
}
