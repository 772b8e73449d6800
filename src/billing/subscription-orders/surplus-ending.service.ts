import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AppError } from '../../app-error';
import { Database } from '../../database/database';
import { DodoError } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import { UNKEYED_CALL } from '../../http/idempotency/idempotent-call';
import { JobHandlers } from '../../jobs/job-handlers';
import { retryDelaySeconds } from '../../jobs/retry-delay';
import { isLive, isOfPlan } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import { SurplusService } from '../subscriptions/surplus.service';
import { SET_TO_END_AS_SECOND, SubscriptionOrdersRepository } from './subscription-orders.repository';
import { SubscriptionOrdersService } from './subscription-orders.service';

/**
 * Owns the end of a subscription that is one too many. A trial ends now: nothing
 * was paid for it. Another one runs to the end of the period that was paid, and
 * is never charged again; should the other one end before that, and nobody have
 * asked for an end, it goes on. It is never given up: what fails is tried again.
 */
@Injectable()
export class SurplusEndingService implements OnModuleInit {
  private readonly logger = new Logger('Billing');

  constructor(
    private readonly database: Database,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly subscriptionsService: SubscriptionsService,
    private readonly orders: SubscriptionOrdersService,
    private readonly placed: SubscriptionOrdersRepository,
    private readonly gateway: DodoGateway,
    private readonly surplus: SurplusService,
    private readonly jobHandlers: JobHandlers,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('subscription.end-surplus', ({ subscriptionId, tries = 0 }) =>
      this.settle(subscriptionId, tries),
    );
  }

  private async settle(subscriptionId: string, tries: number): Promise<void> {
    try {
      const subscription = await this.readAgain(subscriptionId);
      if (isToBeEnded(subscription)) await this.cancel(subscription);
      else if (await this.isToGoOn(subscription)) await this.resume(subscription);
    } catch (error) {
      if (!(error instanceof AppError || error instanceof DodoError)) throw error;
      this.logger.warn(`Surplus subscription ${subscriptionId} is not settled yet: ${error.message}`);
      const next = { tries: tries + 1, delaySeconds: retryDelaySeconds(tries, error) };
      await this.surplus.settleLater(this.database.manager, subscriptionId, next);
    }
  }

  /** All of the org's, this one last: the one that it is too many beside may have ended without our hearing of it. */
  private async readAgain(subscriptionId: string): Promise<Subscription> {
    const { orgId } = await this.subscriptions.getSubscription(subscriptionId);
    const others = (await this.subscriptions.listByOrg(orgId)).filter(
      (other) => other.dodoSubscriptionId !== subscriptionId && isLive(other),
    );
    for (const { dodoSubscriptionId } of others) await this.subscriptionsService.sync(dodoSubscriptionId);
    await this.subscriptionsService.sync(subscriptionId);
    return this.subscriptions.getSubscription(subscriptionId);
  }

  private async cancel(subscription: Subscription): Promise<void> {
    const when = endOf(subscription);
    await this.orders.carryOut({
      kind: 'cancel',
      subscription,
      call: UNKEYED_CALL,
      comment: when === 'now' ? 'One too many: second_trial' : SET_TO_END_AS_SECOND,
      ask: () => this.gateway.cancelSubscription(subscription.dodoSubscriptionId, { when }),
      isVisible: (seen) => !isToBeEnded(seen),
    });
  }

  private async isToGoOn(subscription: Subscription): Promise<boolean> {
    if (subscription.surplus !== null || !isLive(subscription) || !subscription.cancelAtPeriodEnd)
      return false;
    return this.placed.isSetToEndAsSecond(subscription);
  }

  private async resume(subscription: Subscription): Promise<void> {
    await this.orders.carryOut({
      kind: 'resume',
      subscription,
      call: UNKEYED_CALL,
      comment: 'No longer one too many',
      ask: () => this.gateway.resumeSubscription(subscription.dodoSubscriptionId),
      isVisible: (seen) => !seen.cancelAtPeriodEnd,
    });
  }
}

function endOf({ surplus }: Subscription): 'now' | 'period_end' {
  return surplus === 'second_trial' ? 'now' : 'period_end';
}

function isToBeEnded(subscription: Subscription): boolean {
  if (subscription.surplus === null || !isLive(subscription) || !isOfPlan(subscription)) return false;
  return endOf(subscription) === 'now' || !subscription.cancelAtPeriodEnd;
}
