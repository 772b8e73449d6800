import { Injectable } from '@nestjs/common';
import { DodoGateway } from '../../dodo/dodo.gateway';
import { isNotShown } from '../not-shown';
import type { Payment } from '../payments/payment.entity';
import { PaymentsRepository } from '../payments/payments.repository';
import { PaymentsService } from '../payments/payments.service';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import type { Checkout } from './checkout.entity';

/**
 * Owns the question to Dodo what has become of a checkout. What it finds is
 * stored as an event would store it, so it does not matter whether the webhook
 * is late, lost, or came already. Failures to read are Dodo's errors.
 */
@Injectable()
export class CheckoutOutcomesService {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly paymentsService: PaymentsService,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly subscriptionsService: SubscriptionsService,
    private readonly gateway: DodoGateway,
  ) {}

  /** Null when nobody has tried to pay; undefined when Dodo does not show the session. */
  findPaymentId({ dodoPaymentId, dodoSessionId }: Checkout): Promise<string | null | undefined> {
    if (dodoPaymentId !== null || dodoSessionId === null) return Promise.resolve(dodoPaymentId);
    return ifShown(() => this.gateway.getCheckoutPaymentId(dodoSessionId));
  }

  /** Null when Dodo does not show it yet. */
  async readPayment(paymentId: string): Promise<Payment | null> {
    await ifShown(() => this.paymentsService.sync(paymentId));
    return this.payments.findPayment(paymentId);
  }

  /** Null when Dodo does not show it yet. */
  async readSubscription(subscriptionId: string): Promise<Subscription | null> {
    await ifShown(() => this.subscriptionsService.sync(subscriptionId));
    return this.subscriptions.findSubscription(subscriptionId);
  }
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
