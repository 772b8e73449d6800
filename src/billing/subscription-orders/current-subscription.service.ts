import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock';
import { DodoError } from '../../dodo/dodo.errors';
import { currentOf, mayBeBilled } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import { OrderConflict, orderError } from './subscription-orders.errors';
import { SubscriptionOrdersRepository } from './subscription-orders.repository';

/** What a request that got no answer counts as under way for, and a yes that does not show: longer than any time-out. */
const UNCLEAR_SECONDS = 30;

/**
 * Owns which subscription an order is given to: the one that speaks for the org,
 * as Dodo has it now. What is asked of it is decided on that, not on what we last
 * heard.
 */
@Injectable()
export class CurrentSubscriptionService {
  constructor(
    private readonly orders: SubscriptionOrdersRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly subscriptionsService: SubscriptionsService,
    private readonly clock: Clock,
  ) {}

  /** @throws 409 when it is not active, or what came of the last order is not clear yet; 502, 503 */
  getActive(orgId: string): Promise<Subscription> {
    return this.getFresh(orgId, ({ status }) => status === 'active');
  }

  /** The same, where access may be suspended: it is billed again once it is paid or continued. */
  getBilled(orgId: string): Promise<Subscription> {
    return this.getFresh(orgId, mayBeBilled);
  }

  /**
   * In whatever state; null when there is none. One that is not billed is not read: it stays as it is.
   * @throws 502, 503
   */
  async find(orgId: string): Promise<Subscription | null> {
    const heardOf = currentOf(await this.subscriptions.listByOrg(orgId));
    if (heardOf === null || !mayBeBilled(heardOf)) return heardOf;
    await this.sync(heardOf.dodoSubscriptionId);
    return currentOf(await this.subscriptions.listByOrg(orgId));
  }

  private async getFresh(orgId: string, isFit: (one: Subscription) => boolean): Promise<Subscription> {
    const { dodoSubscriptionId } = await this.requireCurrent(orgId, isFit);
    const since = this.clock.secondsFromNow(-UNCLEAR_SECONDS);
    if (await this.orders.isUnclear({ orgId, dodoSubscriptionId }, since)) throw OrderConflict.underWay();
    await this.sync(dodoSubscriptionId);
    return this.requireCurrent(orgId, isFit);
  }

  private async sync(dodoSubscriptionId: string): Promise<void> {
    try {
      await this.subscriptionsService.sync(dodoSubscriptionId);
    } catch (error) {
      throw error instanceof DodoError ? orderError(error) : error;
    }
  }

  private async requireCurrent(orgId: string, isFit: (one: Subscription) => boolean): Promise<Subscription> {
    const subscription = currentOf(await this.subscriptions.listByOrg(orgId));
    if (!subscription || !isFit(subscription)) throw OrderConflict.noSubscription();
    return subscription;
  }
}
