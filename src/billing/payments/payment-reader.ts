import { Injectable } from '@nestjs/common';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoPayment } from '../../dodo/dodo.types';
import { PlansRepository } from '../plans/plans.repository';

/** Reads a payment from Dodo as we keep it: for one subscription at most. */
@Injectable()
export class PaymentReader {
  constructor(
    private readonly gateway: DodoGateway,
    private readonly plans: PlansRepository,
  ) {}

  /** One for several, as of a cart of the merchant's own, counts for the one to a plan of ours, if any is. */
  async read(paymentId: string): Promise<DodoPayment> {
    const payment = await this.gateway.getPayment(paymentId);
    if (payment.subscriptionIds.length < 2) return payment;
    for (const subscriptionId of payment.subscriptionIds) {
      const { productId } = await this.gateway.getSubscription(subscriptionId);
      if (await this.plans.findByDodoProduct(productId)) return { ...payment, subscriptionId };
    }
    return payment;
  }
}
