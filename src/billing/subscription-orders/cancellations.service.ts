import { Injectable } from '@nestjs/common';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { CancellationOrder } from '../../dodo/dodo.types';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { currentOf } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { OrderConflict } from './subscription-orders.errors';
import { SubscriptionOrdersService } from './subscription-orders.service';

/** Owns the end of a subscription: at the end of its period, where access lasts until then, or now. */
@Injectable()
export class CancellationsService {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly orders: SubscriptionOrdersService,
    private readonly gateway: DodoGateway,
  ) {}

  async cancel(orgId: string, order: CancellationOrder, call: IdempotentCall): Promise<void> {
    const isVisible = (seen: Subscription) =>
      seen.status === 'cancelled' || (order.when === 'period_end' && seen.cancelAtPeriodEnd);
    if (await this.orders.findDoneBefore(call, isVisible)) return;
    const subscription = await this.getActive(orgId);
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
    const subscription = await this.getActive(orgId);
    if (!subscription.cancelAtPeriodEnd) throw OrderConflict.nothingToResume();
    await this.orders.carryOut({
      kind: 'resume',
      subscription,
      call,
      ask: () => this.gateway.resumeSubscription(subscription.dodoSubscriptionId),
      isVisible: goesOn,
    });
  }

  private async getActive(orgId: string): Promise<Subscription> {
    const subscription = currentOf(await this.subscriptions.listByOrg(orgId));
    if (subscription?.status !== 'active') throw OrderConflict.noSubscription();
    return subscription;
  }
}

function goesOn(subscription: Subscription): boolean {
  return !subscription.cancelAtPeriodEnd;
}
