import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import { DodoError } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import { PaymentProviderError } from '../billing.errors';
import type { Checkout } from '../checkouts/checkout.entity';
import { CheckoutsRepository } from '../checkouts/checkouts.repository';
import { isNotShown } from '../not-shown';
import type { Payment } from '../payments/payment.entity';
import { PaymentsRepository } from '../payments/payments.repository';
import { PaymentsService } from '../payments/payments.service';
import type { BillingStatusView } from '../status/billing-status.dto';
import { BillingStatusService } from '../status/billing-status.service';
import type { SubscriptionOrder } from '../subscription-orders/subscription-order.entity';
import { SubscriptionOrdersRepository } from '../subscription-orders/subscription-orders.repository';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import type { VerificationView } from './verification.dto';

/**
 * Owns the customer's way back from the checkout. It asks Dodo what has become
 * of the session and stores it as an event would, so it does not matter whether
 * the webhook is late, lost, or came already.
 */
@Injectable()
export class VerificationService {
  constructor(
    private readonly checkouts: CheckoutsRepository,
    private readonly payments: PaymentsRepository,
    private readonly paymentsService: PaymentsService,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly subscriptionsService: SubscriptionsService,
    private readonly billingStatus: BillingStatusService,
    private readonly orders: SubscriptionOrdersRepository,
    private readonly gateway: DodoGateway,
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

  /** Null when nobody has tried to pay; undefined when Dodo names a payment that it does not show yet. */
  private async readPayment(checkout: Checkout): Promise<Payment | null | undefined> {
    const paymentId = await ifShown(() => this.findPaymentId(checkout));
    if (paymentId === null || paymentId === undefined) return paymentId;
    await ifShown(() => this.paymentsService.sync(paymentId));
    return (await this.payments.findPayment(paymentId)) ?? undefined;
  }

  private async findPaymentId({ dodoPaymentId, dodoSessionId }: Checkout): Promise<string | null> {
    if (dodoPaymentId !== null) return dodoPaymentId;
    return dodoSessionId === null ? null : this.gateway.getCheckoutPaymentId(dodoSessionId);
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
    await ifShown(() => this.subscriptionsService.sync(subscriptionId));
    const subscription = await this.subscriptions.findSubscription(subscriptionId);
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

/** What Dodo does not show yet, all of it or its lines, is left as it is: an event or the next call brings the rest. */
async function ifShown<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!isNotShown(error)) throw error;
    return undefined;
  }
}
