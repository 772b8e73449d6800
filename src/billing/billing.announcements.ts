import { Injectable } from '@nestjs/common';
import { isSuspended } from '../auth/billing-status';
import { Clock } from '../clock';
import type { Tx } from '../database/database';
import { OutboundEventsService } from '../webhooks/outbound/outbound-events.service';
import type { Announcement } from '../webhooks/outbound/outbound-events.service';
import type { Checkout } from './checkouts/checkout.entity';
import type { CreditBalance } from './credits/credit-balance.entity';
import type { CreditEntry } from './credits/credit-entry.entity';
import type { PeriodBegun } from './credits/credit-grants.service';
import { totalOf } from './credits/credit-rules';
import { isListed } from './payments/payment.entity';
import type { Payment } from './payments/payment.entity';
import type { Refund } from './refunds/refund.entity';
import { hasEnded } from './subscriptions/subscription-status';
import type { Subscription } from './subscriptions/subscription.entity';

/**
 * What customers are told of which change. Each method compares what was stored
 * with what is stored now; what they answer is told by the transaction that
 * stores the change, all at once and as the last thing that it does. A cause is
 * named by what can happen only once: the object, and its version or period
 * where it can happen again.
 */
@Injectable()
export class BillingAnnouncements {
  constructor(
    private readonly outbound: OutboundEventsService,
    private readonly clock: Clock,
  ) {}

  tell(tx: Tx, announcements: readonly Announcement[]): Promise<void> {
    return this.outbound.publish(tx, announcements);
  }

  /**
   * `before` is the version that `after` has replaced. Periods are told of by {@link periodBegun}. Of a second trial,
   * which gives nothing, nobody is told: not even of its end.
   */
  subscriptionStored(before: Subscription | null, after: Subscription, standing: Standing): Announcement[] {
    if (after.surplus === 'second_trial') return [];
    const isSame = before?.status === after.status;
    const news: Announcement[] = [];
    const note = (event: SubscriptionEvent, more: object = {}) =>
      news.push(ofVersion(after, event, { ...standing, ...more }));
    if (before && before.planId !== after.planId)
      note('subscription.plan_changed', { previousPlanId: before.planId });
    if (!isSame && hasEnded(after)) note('subscription.cancelled');
    if (!isSame && !hasEnded(after) && isSuspended(after.status)) note('subscription.suspended');
    return news;
  }

  /**
   * `begun` is the period that stands as new, told once however often it is seen. `returned` is a subscription that
   * comes back from a suspension, in whatever order its payment is heard of: its first period says so already.
   */
  periodBegun(begun: PeriodBegun | null, returned: Returned | null): Announcement[] {
    const news: Announcement[] = [];
    if (returned && (!begun || begun.kind === 'renewed')) {
      const { subscription, ...more } = returned;
      news.push(ofVersion(subscription, 'subscription.activated', more));
    }
    if (begun) {
      const { subscription, kind, periodStart } = begun;
      const id = subscription.dodoSubscriptionId;
      const cause = kind === 'renewed' ? `${id}:${periodStart.toISOString()}` : id;
      const more = kind === 'trialing' ? IN_TRIAL : {};
      const data = { isCurrent: true, ...more };
      news.push(ofSubscription(subscription, `subscription.${kind}`, `subscription.${kind}:${cause}`, data));
    }
    return news;
  }

  /** One that has succeeded is told of when it is known whether it carries the fee. */
  paymentStored(before: Payment | null, after: Payment): Announcement[] {
    if (after.status !== 'succeeded' && after.status !== 'failed') return [];
    if (after.status === 'succeeded' && !isListed(after)) return [];
    if (before?.status === after.status && isListed(before)) return [];
    const event = `payment.${after.status}` as const;
    const data = {
      paymentId: after.dodoPaymentId,
      subscriptionId: after.dodoSubscriptionId,
      sessionId: after.checkoutId,
      status: after.status,
      amount: after.totalMinor,
      currency: after.currency,
      setupFee: after.setupFeeMinor ?? 0,
      failureCode: after.failureCode,
      createdAt: after.dodoCreatedAt.toISOString(),
    };
    return [{ orgId: after.orgId, event, cause: `${event}:${after.dodoPaymentId}`, data }];
  }

  checkoutCompleted(checkout: Checkout, payment: Payment): Announcement[] {
    const data = {
      sessionId: checkout.id,
      planId: checkout.planId,
      packId: checkout.creditPackId,
      paymentId: payment.dodoPaymentId,
      subscriptionId: payment.dodoSubscriptionId,
      completedAt: this.clock.now().toISOString(),
    };
    const cause = `checkout.completed:${checkout.id}`;
    return [{ orgId: checkout.orgId, event: 'checkout.completed', cause, data }];
  }

  refundStored(before: Refund, changes: Partial<Refund> & Pick<Refund, 'state'>): Announcement[] {
    const { state } = changes;
    if (state !== 'succeeded' && state !== 'failed') return [];
    const event = `refund.${state}` as const;
    const data = {
      refundId: before.id,
      paymentId: before.dodoPaymentId,
      purpose: before.purpose,
      status: state,
      amount: changes.amountMinor ?? before.amountMinor,
      currency: changes.currency ?? before.currency,
    };
    return [{ orgId: before.orgId, event, cause: `${event}:${before.id}`, data }];
  }

  /** Once a period: `spending` is what made it low. */
  creditsLow(balance: CreditBalance, spending: CreditEntry): Announcement {
    const data = {
      balance: totalOf(balance),
      monthlyAllocation: balance.allocation,
      resetAt: balance.resetsAt?.toISOString() ?? null,
    };
    return { orgId: balance.orgId, event: 'credits.low', cause: `credits.low:${spending.id}`, data };
  }
}

/** What is said of a subscription beside what is stored of it. */
type More = { isCurrent: boolean } & Record<string, unknown>;

type SubscriptionEvent =
  | `subscription.${PeriodBegun['kind']}`
  | 'subscription.plan_changed'
  | 'subscription.suspended'
  | 'subscription.cancelled';

/** Dodo has no word for a trial; the status that a customer reads here has. */
export const IN_TRIAL = { status: 'trialing' } as const;

export interface Standing extends Partial<typeof IN_TRIAL> {
  /** Whether the org's access goes by it. */
  isCurrent: boolean;
}

/** A subscription that has come back from a suspension. */
export interface Returned extends Standing {
  subscription: Subscription;
}

/** What can happen again, with each version of the subscription. */
function ofVersion(subscription: Subscription, event: SubscriptionEvent, more: More): Announcement {
  const { dodoSubscriptionId, version } = subscription;
  return ofSubscription(subscription, event, `${event}:${dodoSubscriptionId}:${version}`, more);
}

function ofSubscription(
  subscription: Subscription,
  event: SubscriptionEvent,
  cause: string,
  more: More,
): Announcement {
  const data = { ...viewOf(subscription), ...more };
  return { orgId: subscription.orgId, event, cause, data };
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
