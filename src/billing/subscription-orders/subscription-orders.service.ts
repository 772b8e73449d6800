import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import { DodoError, DodoOutcomeUnknown, DodoRejected } from '../../dodo/dodo.errors';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { newId } from '../../ids';
import { PaymentProviderError } from '../billing.errors';
import { currentOf, isLive, mayBeBilled } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import type {
  SubscriptionOrder,
  SubscriptionOrderKind,
  SubscriptionOrderState,
} from './subscription-order.entity';
import { OrderConflict, orderError } from './subscription-orders.errors';
import { SubscriptionOrdersRepository } from './subscription-orders.repository';

/** An order that nobody has settled for this long belongs to a process that died. */
const ABANDONED_AFTER_SECONDS = 60;
/** A request that got no answer counts as under way for this long; longer than any time-out of ours. */
const MAY_BE_UNDER_WAY_SECONDS = 30;

export interface Order<T> {
  kind: SubscriptionOrderKind;
  subscription: Subscription;
  call: IdempotentCall;
  planId?: string;
  reason?: string;
  comment?: string;
  /** Asks Dodo; gets the order's id, for orders that send the customer somewhere and back. */
  ask: (orderId: string) => Promise<T>;
  /** Whether the subscription, read again, shows what was asked for. */
  isVisible: (fresh: Subscription) => boolean;
}

export interface Outcome<T> {
  /** The order's id: for orders that are answered with a page to visit. */
  id: string;
  /** Null when the answer was lost and the subscription shows that it was done. */
  answer: T | null;
  subscription: Subscription;
}

/**
 * Owns everything that is asked of a subscription. The order is committed before
 * Dodo hears of it, one at a time for each subscription; afterwards the
 * subscription is read again, so what the caller is told is what Dodo has.
 */
@Injectable()
export class SubscriptionOrdersService {
  private readonly logger = new Logger('Billing');

  constructor(
    private readonly database: Database,
    private readonly orders: SubscriptionOrdersRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly subscriptionsService: SubscriptionsService,
    private readonly clock: Clock,
  ) {}

  /** @throws 409 when Dodo refuses for a reason that we know, or another order is under way; 502, 503 otherwise */
  async carryOut<T>(order: Order<T>): Promise<Outcome<T>> {
    const row = await this.insertRequested(order);
    const answer = await this.ask(order, row);
    const { subscription, isFresh } = await this.readAgain(order.subscription);
    await this.settle(row.id, 'done');
    if (!isFresh) throw PaymentProviderError.outcomeUnknown();
    return { id: row.id, answer, subscription };
  }

  /**
   * The subscription that speaks for the org, as Dodo has it now: what is asked
   * of it is decided on that, not on what we last heard.
   * @throws 409 when it is not active, or a request to Dodo may still be under way; 502, 503
   */
  getActive(orgId: string): Promise<Subscription> {
    return this.getFresh(orgId, ({ status }) => status === 'active');
  }

  /** The same, where access may be suspended: it is billed again once it is paid or continued. */
  getLive(orgId: string): Promise<Subscription> {
    return this.getFresh(orgId, isLive);
  }

  /** The same, in whatever state; null when there is none. One that is not billed is not read: it stays as it is. */
  async findCurrent(orgId: string): Promise<Subscription | null> {
    const heardOf = currentOf(await this.subscriptions.listByOrg(orgId));
    if (heardOf === null || !mayBeBilled(heardOf)) return heardOf;
    await this.sync(heardOf.dodoSubscriptionId);
    return currentOf(await this.subscriptions.listByOrg(orgId));
  }

  private async getFresh(orgId: string, isFit: (one: Subscription) => boolean): Promise<Subscription> {
    const { dodoSubscriptionId } = await this.requireCurrent(orgId, isFit);
    const since = this.clock.secondsFromNow(-MAY_BE_UNDER_WAY_SECONDS);
    if (await this.orders.hasLostAnswer(dodoSubscriptionId, since)) throw OrderConflict.underWay();
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

  /**
   * The subscription as it is, when an earlier try of this call got its order through to Dodo and then died: all
   * that is left is to answer. Null when the order is still to be carried out.
   */
  async findDoneBefore(
    { resourceId }: IdempotentCall,
    isVisible: (fresh: Subscription) => boolean,
  ): Promise<Subscription | null> {
    const begun = resourceId === null ? null : await this.orders.findOrder(resourceId);
    if (!begun) return null;
    const { subscription: fresh } = await this.readAgain(begun);
    const isDone = isVisible(fresh);
    // Not done by now: given up, so that it does not stand in the way of the one that follows.
    if (begun.state === 'requested') await this.settle(begun.id, isDone ? 'done' : 'unknown');
    return isDone ? fresh : null;
  }

  private async insertRequested<T>(order: Order<T>): Promise<SubscriptionOrder> {
    const { dodoSubscriptionId, orgId } = order.subscription;
    const now = this.clock.now();
    const row: SubscriptionOrder = {
      id: newId('ord'),
      orgId,
      dodoSubscriptionId,
      kind: order.kind,
      planId: order.planId ?? null,
      reason: order.reason ?? null,
      comment: order.comment ?? null,
      state: 'requested',
      failureCode: null,
      failureMessage: null,
      createdAt: now,
      settledAt: null,
    };
    const abandonedBefore = this.clock.secondsFromNow(-ABANDONED_AFTER_SECONDS);
    await this.orders.saveAbandoned(dodoSubscriptionId, abandonedBefore, now);
    await this.database.transaction(async (tx) => {
      if (!(await this.orders.insertOrder(tx, row))) throw OrderConflict.underWay();
      await order.call.begin(tx, row.id);
    });
    return row;
  }

  private async ask<T>(order: Order<T>, row: SubscriptionOrder): Promise<T | null> {
    try {
      return await order.ask(row.id);
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      if (error instanceof DodoOutcomeUnknown && (await this.isDoneAnyway(order))) return null;
      await this.settle(row.id, failedState(error), error);
      throw orderError(error);
    }
  }

  /** The answer was lost: Dodo is read, never asked again. */
  private async isDoneAnyway<T>(order: Order<T>): Promise<boolean> {
    const { subscription } = await this.readAgain(order.subscription);
    return order.isVisible(subscription);
  }

  /** When Dodo can't be read just now, a job does it later, and what we have is what we last heard. */
  private async readAgain({
    dodoSubscriptionId,
  }: Pick<Subscription, 'dodoSubscriptionId'>): Promise<{ subscription: Subscription; isFresh: boolean }> {
    let isFresh = true;
    try {
      await this.subscriptionsService.sync(dodoSubscriptionId);
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      this.logger.warn(`Subscription ${dodoSubscriptionId} was not read again: ${error.message}`);
      await this.subscriptionsService.syncLater(this.database.manager, dodoSubscriptionId);
      isFresh = false;
    }
    return { subscription: await this.subscriptions.getSubscription(dodoSubscriptionId), isFresh };
  }

  private async settle(id: string, state: SubscriptionOrderState, error?: DodoError): Promise<void> {
    await this.orders.saveSettled(this.database.manager, id, {
      state,
      code: error?.code ?? null,
      message: error?.detail ?? null,
      at: this.clock.now(),
    });
  }
}

function failedState(error: DodoError): SubscriptionOrderState {
  if (error instanceof DodoRejected) return 'refused';
  return error instanceof DodoOutcomeUnknown ? 'unknown' : 'unavailable';
}
