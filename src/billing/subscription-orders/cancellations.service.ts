import { Injectable } from '@nestjs/common';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { CancellationOrder } from '../../dodo/dodo.types';
import { UNKEYED_CALL } from '../../http/idempotency/idempotent-call';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { isOfPlan, mayBeBilled } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { CurrentSubscriptionService } from './current-subscription.service';
import { OrderConflict } from './subscription-orders.errors';
import { SubscriptionOrdersRepository } from './subscription-orders.repository';
import { SubscriptionOrdersService } from './subscription-orders.service';

/**
 * Owns the end of a subscription: at the end of its period, where access lasts
 * until then, or now. One that is suspended ends now: it has no period to run to,
 * and until it ends Dodo goes on asking for money.
 */
@Injectable()
export class CancellationsService {
  constructor(
    private readonly current: CurrentSubscriptionService,
    private readonly orders: SubscriptionOrdersService,
    private readonly placed: SubscriptionOrdersRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly gateway: DodoGateway,
  ) {}

  async cancel(orgId: string, order: CancellationOrder, call: IdempotentCall): Promise<void> {
    if (await this.orders.findDoneBefore(call, hasCome(order.when))) return;
    const subscription = await this.current.getBilled(orgId);
    const when = endOf(subscription, order);
    const hasEndedOthers = await this.cancelOthers(subscription, order);
    // An end that we have set is taken back when the other one ends: one that the org asks for has to be said again.
    if (hasCome(when)(subscription) && !(await this.placed.isSetToEndAsSecond(subscription))) {
      if (hasEndedOthers) return;
      throw OrderConflict.alreadyCancelled();
    }
    await this.orders.carryOut({
      kind: 'cancel',
      subscription,
      call,
      reason: order.reason,
      comment: order.comment,
      ask: () => this.gateway.cancelSubscription(subscription.dodoSubscriptionId, { ...order, when }),
      isVisible: hasCome(when),
    });
  }

  /**
   * Whoever cancels means all plans that would be billed. These go first: when one of them fails, nothing is answered as
   * done, and the next try finds the others ended. Says whether there were any to end.
   */
  private async cancelOthers(
    { orgId, dodoSubscriptionId }: Subscription,
    order: CancellationOrder,
  ): Promise<boolean> {
    let hasEndedAny = false;
    for (const other of await this.subscriptions.listByOrg(orgId)) {
      if (other.dodoSubscriptionId === dodoSubscriptionId || !mayBeBilled(other) || !isOfPlan(other))
        continue;
      // A job is ending it, for good.
      if (other.surplus === 'second_trial') continue;
      const when = endOf(other, order);
      if (hasCome(when)(other)) continue;
      await this.orders.carryOut({
        kind: 'cancel',
        subscription: other,
        call: UNKEYED_CALL,
        reason: order.reason,
        ask: () => this.gateway.cancelSubscription(other.dodoSubscriptionId, { ...order, when }),
        isVisible: hasCome(when),
      });
      hasEndedAny = true;
    }
    return hasEndedAny;
  }

  async resume(orgId: string, call: IdempotentCall): Promise<void> {
    if (await this.orders.findDoneBefore(call, goesOn)) return;
    const subscription = await this.current.getActive(orgId);
    if (!subscription.cancelAtPeriodEnd) throw OrderConflict.nothingToResume();
    // Whatever ends what is one too many would set it to end again.
    if (subscription.surplus !== null) throw OrderConflict.secondSubscription();
    await this.orders.carryOut({
      kind: 'resume',
      subscription,
      call,
      ask: () => this.gateway.resumeSubscription(subscription.dodoSubscriptionId),
      isVisible: goesOn,
    });
  }
}

function endOf(subscription: Subscription, { when }: CancellationOrder): CancellationOrder['when'] {
  return mayHaveAccess(subscription) ? when : 'now';
}

/** A state that is new to us is no reason to take access. */
function mayHaveAccess({ status }: Subscription): boolean {
  return status === 'active' || status === 'unknown';
}

/** Whether the subscription shows this end. */
function hasCome(when: CancellationOrder['when']): (seen: Subscription) => boolean {
  return (seen) =>
    !mayBeBilled(seen) || (when === 'period_end' && mayHaveAccess(seen) && seen.cancelAtPeriodEnd);
}

function goesOn(subscription: Subscription): boolean {
  return !subscription.cancelAtPeriodEnd;
}
