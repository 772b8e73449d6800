import { Injectable } from '@nestjs/common';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { CancellationOrder } from '../../dodo/dodo.types';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import type { Subscription } from '../subscriptions/subscription.entity';
import { OrderConflict } from './subscription-orders.errors';
import { SubscriptionOrdersService } from './subscription-orders.service';

/** Owns the end of a subscription: at the end of its period, where access lasts until then, or now. */
@Injectable()
export class CancellationsService {
  constructor(
    private readonly orders: SubscriptionOrdersService,
    private readonly gateway: DodoGateway,
  ) {}

  async cancel(orgId: string, order: CancellationOrder, call: IdempotentCall): Promise<void> {
    const isVisible = (seen: Subscription) =>
      seen.status === 'cancelled' || (order.when === 'period_end' && seen.cancelAtPeriodEnd);
    if (await this.orders.findDoneBefore(call, isVisible)) return;
    const subscription = await this.orders.getActive(orgId);
    if (order.when === 'period_end' && subscription.cancelAtPeriodEnd) throw OrderConflict.alreadyCancelled();
    await this.orders.carryOut({
      kind: 'cancel',
      subscription,
      call,
      reason: order.reason,
      comment: order.comment,
      ask: () => this.gateway.cancelSubscription(subscription.dodoSubscriptionId, order),
      isVisible,
    });
  }

  async resume(orgId: string, call: IdempotentCall): Promise<void> {
    if (await this.orders.findDoneBefore(call, goesOn)) return;
    const subscription = await this.orders.getActive(orgId);
    if (!subscription.cancelAtPeriodEnd) throw OrderConflict.nothingToResume();
    await this.orders.carryOut({
      kind: 'resume',
      subscription,
      call,
      ask: () => this.gateway.resumeSubscription(subscription.dodoSubscriptionId),
      isVisible: goesOn,
    });
  }
}

function goesOn(subscription: Subscription): boolean {
  return !subscription.cancelAtPeriodEnd;
}
