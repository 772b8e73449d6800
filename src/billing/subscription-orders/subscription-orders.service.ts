import { Injectable, Logger } from '@nestjs/common';
import type { AppError } from '../../app-error';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import { DodoError, DodoOutcomeUnknown } from '../../dodo/dodo.errors';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { newId } from '../../ids';
import { PaymentProviderError, failedState } from '../billing.errors';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import type {
  SubscriptionOrder,
  SubscriptionOrderKind,
  SubscriptionOrderState,
} from './subscription-order.entity';
import { OrderConflict, orderError } from './subscription-orders.errors';
import { NOT_SHOWN_YET, SubscriptionOrdersRepository } from './subscription-orders.repository';

/** An order that nobody has settled for this long belongs to a process that died. */
const ABANDONED_AFTER_SECONDS = 60;

/** Of an order that Dodo said yes to, and that it did not show when it was read after that. */
const NOT_SHOWN = { code: NOT_SHOWN_YET, detail: 'Dodo said yes, and did not show it when it was read.' };

interface Described {
  kind: SubscriptionOrderKind;
  subscription: Subscription;
  call: IdempotentCall;
  planId?: string;
  reason?: string;
  comment?: string;
}

export interface Order extends Described {
  /** Asks Dodo. */
  ask: () => Promise<void>;
  /** Whether the subscription, read again, shows what was asked for. */
  isVisible: (fresh: Subscription) => boolean;
  /** Why Dodo said yes and did not do it; null when that is not known. Without it, Dodo is only late. */
  findRefusal?: (fresh: Subscription) => Promise<AppError | null>;
}

/** An order that leads to a page. It leaves no trace in the subscription: Dodo's answer is all there is. */
export interface PageOrder extends Described {
  /** Asks Dodo for the address; gets the order's id, by which the customer is known who comes back. */
  ask: (orderId: string) => Promise<string>;
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
  async carryOut(order: Order): Promise<Subscription> {
    const row = await this.insertRequested(order);
    await this.ask(order, row);
    const { subscription, isFresh } = await this.readAgain(order.subscription);
    if (isFresh && order.isVisible(subscription)) {
      await this.settle(row.id, 'done');
      return subscription;
    }
    const refusal = isFresh ? await this.findRefusal(order, subscription) : null;
    await this.settle(row.id, 'done', refusal ? undefined : NOT_SHOWN);
    if (refusal) throw refusal;
    await this.subscriptionsService.syncLater(this.database.manager, subscription.dodoSubscriptionId);
    throw PaymentProviderError.outcomeUnknown();
  }

  private async findRefusal(order: Order, fresh: Subscription): Promise<AppError | null> {
    try {
      return (await order.findRefusal?.(fresh)) ?? null;
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      return null;
    }
  }

  /** @throws as {@link carryOut} */
  async openPage(order: PageOrder): Promise<{ id: string; url: string }> {
    const row = await this.insertRequested(order);
    try {
      const url = await order.ask(row.id);
      await this.settle(row.id, 'done');
      return { id: row.id, url };
    } catch (error) {
      throw error instanceof DodoError ? await this.settleFailed(row, error) : error;
    }
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

  private async insertRequested(order: Described): Promise<SubscriptionOrder> {
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
    await this.orders.saveAbandoned(row, abandonedBefore, now);
    await this.database.transaction(async (tx) => {
      if (!(await this.orders.insertOrder(tx, row))) throw OrderConflict.underWay();
      await order.call.begin(tx, row.id);
    });
    return row;
  }

  private async ask(order: Order, row: SubscriptionOrder): Promise<void> {
    try {
      await order.ask();
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      if (error instanceof DodoOutcomeUnknown && (await this.isDoneAnyway(order))) return;
      throw await this.settleFailed(row, error);
    }
  }

  private async settleFailed({ id }: SubscriptionOrder, error: DodoError): Promise<AppError> {
    await this.settle(id, failedState(error), error);
    return orderError(error);
  }

  /** The answer was lost: Dodo is read, never asked again. */
  private async isDoneAnyway(order: Order): Promise<boolean> {
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

  private async settle(
    id: string,
    state: SubscriptionOrderState,
    why?: Pick<DodoError, 'code' | 'detail'>,
  ): Promise<void> {
    await this.orders.saveSettled(this.database.manager, id, {
      state,
      code: why?.code ?? null,
      message: why?.detail ?? null,
      at: this.clock.now(),
    });
  }
}
