import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import { DodoError } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import { NotVisibleYet } from '../../webhooks/inbound/dodo-event.handlers';
import { PaymentProviderError } from '../billing.errors';
import type { Checkout } from '../checkouts/checkout.entity';
import { CheckoutsRepository } from '../checkouts/checkouts.repository';
import type { Payment } from '../payments/payment.entity';
import { PaymentsRepository } from '../payments/payments.repository';
import { PaymentsService } from '../payments/payments.service';
import { BillingStatusService } from '../status/billing-status.service';
import type { SubscriptionOrder } from '../subscription-orders/subscription-order.entity';
import { SubscriptionOrdersRepository } from '../subscription-orders/subscription-orders.repository';
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
    const order = await this.orders.findOrder(sessionId);
    if (order?.orgId === orgId) return this.verifyOrder(order);
    const checkout = await this.checkouts.findCheckout(sessionId);
    if (checkout?.orgId !== orgId)
      throw AppError.notFound(`There is no checkout session ${quote(sessionId)}.`);
    const payment = await this.readPayment(checkout);
    if (payment?.status !== 'succeeded') return notBought(checkout, payment);
    const { status: billingStatus, isTrialing, trialEnd } = await this.billingStatus.view(orgId);
    return {
      status: checkout.creditPackId === null ? (billingStatus ?? (await this.startOf(payment))) : 'paid',
      isTrialing,
      trialEnd,
      planId: checkout.planId,
      setupFeeVerified: payment.setupFeeMinor !== null,
    };
  }

  /** Of an org that has no subscription, though this one was paid: it is on its way, or one trial too many. */
  private async startOf({ dodoSubscriptionId }: Payment): Promise<string> {
    const subscription =
      dodoSubscriptionId && (await this.subscriptions.findSubscription(dodoSubscriptionId));
    return subscription && subscription.surplus !== null ? 'cancelled' : 'processing';
  }

  /** The way back from giving another card, see reactivation. */
  private async verifyOrder({ orgId, dodoSubscriptionId }: SubscriptionOrder): Promise<VerificationView> {
    try {
      await this.subscriptionsService.sync(dodoSubscriptionId);
    } catch (error) {
      throw error instanceof DodoError ? PaymentProviderError.from(error) : error;
    }
    const { status, isTrialing, trialEnd, plan } = await this.billingStatus.view(orgId);
    return { status: status ?? 'processing', isTrialing, trialEnd, planId: plan, setupFeeVerified: false };
  }

  private async readPayment(checkout: Checkout): Promise<Payment | null> {
    try {
      const paymentId = await this.findPaymentId(checkout);
      if (paymentId === null) return null;
      await this.syncPayment(paymentId);
      const payment = await this.payments.findPayment(paymentId);
      if (payment?.dodoSubscriptionId) await this.subscriptionsService.sync(payment.dodoSubscriptionId);
      return payment;
    } catch (error) {
      throw error instanceof DodoError ? PaymentProviderError.from(error) : error;
    }
  }

  /** What Dodo does not show yet is stored as far as it goes; an event or the next call brings the rest. */
  private async syncPayment(paymentId: string): Promise<void> {
    try {
      await this.paymentsService.sync(paymentId);
    } catch (error) {
      if (!(error instanceof NotVisibleYet)) throw error;
    }
  }

  private async findPaymentId({ dodoPaymentId, dodoSessionId }: Checkout): Promise<string | null> {
    if (dodoPaymentId !== null) return dodoPaymentId;
    return dodoSessionId === null ? null : this.gateway.getCheckoutPaymentId(dodoSessionId);
  }
}

function notBought(checkout: Checkout, payment: Payment | null): VerificationView {
  return {
    status: payment === null ? 'unpaid' : payment.status === 'processing' ? 'processing' : 'failed',
    isTrialing: false,
    trialEnd: null,
    planId: checkout.planId,
    setupFeeVerified: false,
  };
}
