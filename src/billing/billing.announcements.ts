import { Injectable } from '@nestjs/common';
import { isSuspended } from '../auth/billing-status';
import { Clock } from '../clock';
import type { Tx } from '../database/database';
import { OutboundEventsService } from '../webhooks/outbound/outbound-events.service';
import type { Checkout } from './checkouts/checkout.entity';
import type { CreditBalance } from './credits/credit-balance.entity';
import type { CreditEntry } from './credits/credit-entry.entity';
import type { PeriodBegun } from './credits/credit-grants.service';
import { totalOf } from './credits/credit-rules';
import { isListed } from './payments/payment.entity';
import type { Payment } from './payments/payment.entity';
import type { Refund } from './refunds/refund.entity';
import type { Subscription } from './subscriptions/subscription.entity';

/**
 * What customers are told of which change. Each method belongs to the transaction
 * that stores the change, and compares what was stored with what is stored now.
 * A cause is named by what can happen only once: the object, and its version or
 * period where it can happen again.
 */
@Injectable()
export class BillingAnnouncements {
  constructor(
    private readonly outbound: OutboundEventsService,
    private readonly clock: Clock,
  ) {}

  /** `before` is the version that `after` has replaced. Periods are told of by {@link periodBegun}. */
  async subscriptionStored(tx: Tx, before: Subscription | null, after: Subscription): Promise<void> {
    const isSame = before?.status === after.status;
    const tell = (event: SubscriptionEvent, more: object = {}) =>
      this.tellOfSubscription(
        tx,
        after,
        event,
        `${event}:${after.dodoSubscriptionId}:${after.version}`,
        more,
      );
    if (before && before.planId !== after.planId)
      await tell('subscription.plan_changed', { previousPlanId: before.planId });
    if (!isSame && hasEnded(after)) await tell('subscription.cancelled');
    if (!isSame && !hasEnded(after) && isSuspended(after.status)) await tell('subscription.suspended');
  }

  /**
   * `begun` is the period that stands as new, told once however often it is seen. Without one, a subscription
   * that has been paid for and comes back from a suspension is active again.
   */
  async periodBegun(tx: Tx, begun: PeriodBegun | null, returned: Subscription | null): Promise<void> {
    if (begun) {
      const { subscription, kind, periodStart } = begun;
      const id = subscription.dodoSubscriptionId;
      const cause = kind === 'renewed' ? `${id}:${periodStart.toISOString()}` : id;
      await this.tellOfSubscription(
        tx,
        subscription,
        `subscription.${kind}`,
        `subscription.${kind}:${cause}`,
      );
    } else if (returned) {
      const cause = `subscription.activated:${returned.dodoSubscriptionId}:${returned.version}`;
      await this.tellOfSubscription(tx, returned, 'subscription.activated', cause);
    }
  }

  /** One that has succeeded is told of when it is known whether it carries the fee. */
  async paymentStored(tx: Tx, before: Payment | null, after: Payment): Promise<void> {
    if (after.status !== 'succeeded' && after.status !== 'failed') return;
    if (after.status === 'succeeded' && !isListed(after)) return;
    if (before?.status === after.status && isListed(before)) return;
    const event = `payment.${after.status}` as const;
    await this.outbound.publish(tx, {
      orgId: after.orgId,
      event,
      cause: `${event}:${after.dodoPaymentId}`,
      data: {
        paymentId: after.dodoPaymentId,
        subscriptionId: after.dodoSubscriptionId,
        sessionId: after.checkoutId,
        status: after.status,
        amount: after.totalMinor,
        currency: after.currency,
        setupFee: after.setupFeeMinor ?? 0,
        failureCode: after.failureCode,
        createdAt: after.dodoCreatedAt.toISOString(),
      },
    });
  }

  async checkoutCompleted(tx: Tx, checkout: Checkout, payment: Payment): Promise<void> {
    await this.outbound.publish(tx, {
      orgId: checkout.orgId,
      event: 'checkout.completed',
      cause: `checkout.completed:${checkout.id}`,
      data: {
        sessionId: checkout.id,
        planId: checkout.planId,
        packId: checkout.creditPackId,
        paymentId: payment.dodoPaymentId,
        subscriptionId: payment.dodoSubscriptionId,
        completedAt: this.clock.now().toISOString(),
      },
    });
  }

  async refundStored(
    tx: Tx,
    before: Refund,
    changes: Partial<Refund> & Pick<Refund, 'state'>,
  ): Promise<void> {
    const { state } = changes;
    if (state !== 'succeeded' && state !== 'failed') return;
    const event = `refund.${state}` as const;
    await this.outbound.publish(tx, {
      orgId: before.orgId,
      event,
      cause: `${event}:${before.id}`,
      data: {
        refundId: before.id,
        paymentId: before.dodoPaymentId,
        purpose: before.purpose,
        status: state,
        amount: changes.amountMinor ?? before.amountMinor,
        currency: changes.currency ?? before.currency,
      },
    });
  }

  /** Once a period: `spending` is what made it low. */
  async creditsLow(tx: Tx, balance: CreditBalance, spending: CreditEntry): Promise<void> {
    await this.outbound.publish(tx, {
      orgId: balance.orgId,
      event: 'credits.low',
      cause: `credits.low:${spending.id}`,
      data: {
        balance: totalOf(balance),
        monthlyAllocation: balance.allocation,
        resetAt: balance.resetsAt?.toISOString() ?? null,
      },
    });
  }

  private async tellOfSubscription(
    tx: Tx,
    subscription: Subscription,
    event: SubscriptionEvent,
    cause: string,
    more: object = {},
  ): Promise<void> {
    const data = { ...viewOf(subscription), ...more };
    await this.outbound.publish(tx, { orgId: subscription.orgId, event, cause, data });
  }
}

type SubscriptionEvent =
  | `subscription.${PeriodBegun['kind']}`
  | 'subscription.plan_changed'
  | 'subscription.suspended'
  | 'subscription.cancelled';

/** For good: what is only suspended can come back. */
function hasEnded({ status }: Subscription): boolean {
  return status === 'cancelled' || status === 'expired';
}

function viewOf(subscription: Subscription) {
  return {
    subscriptionId: subscription.dodoSubscriptionId,
    planId: subscription.planId,
    status: subscription.status,
    currentPeriodStart: subscription.currentPeriodStart?.toISOString() ?? null,
    currentPeriodEnd: subscription.currentPeriodEnd?.toISOString() ?? null,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    cancelledAt: subscription.cancelledAt?.toISOString() ?? null,
  };
}
