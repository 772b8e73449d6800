import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import { DodoError } from '../../dodo/dodo.errors';
import { PaymentProviderError } from '../billing.errors';
import type { Checkout } from '../checkouts/checkout.entity';
import { CheckoutOutcomesService } from '../checkouts/checkout-outcomes.service';
import { CheckoutsRepository } from '../checkouts/checkouts.repository';
import type { Payment } from '../payments/payment.entity';
import type { BillingStatusView } from '../status/billing-status.dto';
import { BillingStatusService } from '../status/billing-status.service';
import type { SubscriptionOrder } from '../subscription-orders/subscription-order.entity';
import { SubscriptionOrdersRepository } from '../subscription-orders/subscription-orders.repository';
import type { Subscription } from '../subscriptions/subscription.entity';
import type { VerificationView } from './verification.dto';

/** Owns the customer's way back from the checkout: what has become of it, whether or not a webhook has come. */
@Injectable()
export class VerificationService {
  constructor(
    private readonly checkouts: CheckoutsRepository,
    private readonly outcomes: CheckoutOutcomesService,
    private readonly billingStatus: BillingStatusService,
    private readonly orders: SubscriptionOrdersRepository,
  ) {}

  /** @throws {AppError} 404 for a session that is not this org's; 502 or 503 when Dodo can't say */
  async verify(orgId: string, sessionId: string): Promise<VerificationView> {
    try {
      return await this.look(orgId, sessionId);
    } catch (error) {
      throw error instanceof DodoError ? PaymentProviderError.ofQuestion(error) : error;
    }
  }

  private async look(orgId: string, sessionId: string): Promise<VerificationView> {
    const order = await this.orders.findOrder(sessionId);
    if (order?.orgId === orgId) return this.lookAtOrder(order);
    const checkout =
      (await this.checkouts.findCheckout(sessionId)) ?? (await this.checkouts.findByDodoSession(sessionId));
    if (checkout?.orgId !== orgId)
      throw AppError.notFound(`There is no checkout session ${quote(sessionId)}.`);
    return this.lookAtCheckout(checkout);
  }

  /** The way back from giving another card, see reactivation. */
  private async lookAtOrder({ dodoSubscriptionId }: SubscriptionOrder): Promise<VerificationView> {
    const { status, isTrialing, trialEnd, plan } = await this.standingOf(dodoSubscriptionId);
    return { status, isTrialing, trialEnd, planId: plan, setupFeeVerified: false };
  }

  private async lookAtCheckout(checkout: Checkout): Promise<VerificationView> {
    const payment = await this.readPayment(checkout);
    const { status, isTrialing, trialEnd } = await this.standingAfter(payment, checkout);
    const setupFeeVerified = payment?.status === 'succeeded' && payment.setupFeeMinor !== null;
    return { status, isTrialing, trialEnd, planId: checkout.planId, setupFeeVerified };
  }

  /** Null when nobody has tried to pay; undefined when Dodo does not show yet what has become of it. */
  private async readPayment(checkout: Checkout): Promise<Payment | null | undefined> {
    const paymentId = await this.outcomes.findPaymentId(checkout);
    if (paymentId === null || paymentId === undefined) return paymentId;
    return (await this.outcomes.readPayment(paymentId)) ?? undefined;
  }

  private async standingAfter(
    payment: Payment | null | undefined,
    { orgId, creditPackId }: Checkout,
  ): Promise<Standing> {
    if (payment === null) return nothingAs('unpaid');
    if (payment === undefined || payment.status === 'processing') return nothingAs('processing');
    if (payment.status !== 'succeeded') return nothingAs('failed');
    if (creditPackId !== null) return { ...(await this.billingStatus.view(orgId)), status: 'paid' };
    return this.standingOf(payment.dodoSubscriptionId);
  }

  /** Of this very subscription: the org may have others, which ended before or are still running. */
  private async standingOf(subscriptionId: string | null): Promise<Standing> {
    if (subscriptionId === null) return nothingAs('processing');
    const subscription = await this.outcomes.readSubscription(subscriptionId);
    if (subscription?.surplus === 'second_trial') return this.standingBeside(subscription);
    return toStanding(await this.billingStatus.viewSubscription(subscription), 'processing');
  }

  /** A trial too many is being ended and says nothing: what its org has beside it does. */
  private async standingBeside({ orgId }: Subscription): Promise<Standing> {
    return toStanding(await this.billingStatus.view(orgId), 'cancelled');
  }
}

interface Standing extends Pick<VerificationView, 'status' | 'isTrialing' | 'trialEnd'> {
  plan: string | null;
}

type Seen = Pick<BillingStatusView, 'isTrialing' | 'trialEnd' | 'plan' | 'status'>;

/** Not there yet, or in a state that is new to us: neither is an end. */
const ON_ITS_WAY = new Set(['pending', 'unknown']);

function toStanding(seen: Seen, ofNone: string): Standing {
  const status = seen.status ?? ofNone;
  return ON_ITS_WAY.has(status) ? nothingAs('processing') : { ...seen, status };
}

function nothingAs(status: string): Standing {
  return { status, isTrialing: false, trialEnd: null, plan: null };
}
