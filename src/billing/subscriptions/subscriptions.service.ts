import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { isSuspended } from '../../auth/billing-status';
import { KeyCache } from '../../auth/key-cache';
import type { Organization } from '../../auth/organization.entity';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoSubscription, DodoSubscriptionStatus } from '../../dodo/dodo.types';
import { JobHandlers } from '../../jobs/job-handlers';
import { JobQueue } from '../../jobs/job-queue';
import { InboxService } from '../../webhooks/inbound/inbox.service';
import { BillingAnnouncements, IN_TRIAL } from '../billing.announcements';
import type { Returned } from '../billing.announcements';
import { CreditGrantsService } from '../credits/credit-grants.service';
import { OrgOfEventService, matchKey } from '../org-of-event.service';
import { PaymentsRepository } from '../payments/payments.repository';
import { PlansRepository } from '../plans/plans.repository';
import { storeNewest } from '../store-newest';
import type { Subscription } from './subscription.entity';
import { billingStatusOf, currentOf, isTrialing } from './subscription-status';
import { SubscriptionsRepository } from './subscriptions.repository';
import { SurplusService } from './surplus.service';

/**
 * Owns what we know of subscriptions, and the org's billing status that follows
 * from it. It never applies what an event says: it reads Dodo again, so order,
 * duplicates and age of events can't matter.
 */
@Injectable()
export class SubscriptionsService implements OnModuleInit {
  private readonly logger = new Logger('Billing');

  constructor(
    private readonly database: Database,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly keyCache: KeyCache,
    private readonly plans: PlansRepository,
    private readonly payments: PaymentsRepository,
    private readonly creditGrants: CreditGrantsService,
    private readonly surplus: SurplusService,
    private readonly announcements: BillingAnnouncements,
    private readonly gateway: DodoGateway,
    private readonly orgOfEvent: OrgOfEventService,
    private readonly inbox: InboxService,
    private readonly jobs: JobQueue,
    private readonly jobHandlers: JobHandlers,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('subscription.sync', ({ subscriptionId }) => this.sync(subscriptionId));
  }

  /** Fetches the subscription again and stores it, with all that follows for its org. */
  async sync(subscriptionId: string): Promise<void> {
    await storeNewest({
      find: () => this.subscriptions.findSubscription(subscriptionId),
      fetch: () => this.gateway.getSubscription(subscriptionId),
      save: (fresh, seen) => this.save(fresh, seen),
    });
  }

  /** For when it can't be done now: as part of the transaction that wants it. */
  async syncLater(tx: Tx, subscriptionId: string): Promise<void> {
    await this.jobs.enqueue(
      tx,
      'subscription.sync',
      { subscriptionId },
      { key: `subscription:${subscriptionId}` },
    );
  }

  private async save(fresh: DodoSubscription, seen: Subscription | null): Promise<boolean> {
    const belonging = { ...fresh, subscriptionId: fresh.id, checkoutSessionId: null };
    const orgId = seen?.orgId ?? (await this.orgOfEvent.resolve(belonging));
    const plan = await this.plans.findByDodoProduct(fresh.productId);
    const row = toRow(fresh, {
      orgId,
      planId: plan?.id ?? null,
      status: this.statusOf(fresh, seen),
      surplus: seen?.surplus ?? null,
      version: (seen?.version ?? 0) + 1,
      syncedAt: this.clock.now(),
    });
    const isSaved = await this.database.transaction(async (tx) => {
      const organization = await this.organizations.lockOrganization(tx, orgId);
      if (!(await this.subscriptions.saveIfUnchanged(tx, row))) return false;
      const all = await this.surplus.judge(tx, organization, row, seen);
      await this.deriveBillingStatus(tx, organization, all);
      const isCurrent = currentOf(all)?.dodoSubscriptionId === fresh.id;
      const hasChangedPlan = seen !== null && seen.planId !== row.planId;
      if (hasChangedPlan) await this.subscriptions.insertPlanChange(tx, seen, row);
      const standing = { isCurrent, ...(hasChangedPlan && (await this.findTrial(tx, row))) };
      if (seen === null) await this.inbox.announce(tx, [matchKey.subscription(fresh.id)]);
      const begun = await this.creditGrants.deriveAllocation(tx, orgId, all);
      await this.announcements.tell(tx, [
        ...this.announcements.subscriptionStored(seen, row, standing),
        ...this.announcements.periodBegun(begun, await this.findReturned(tx, seen, row, isCurrent)),
      ]);
      return true;
    });
    this.keyCache.forget(orgId);
    return isSaved;
  }

  /** When it comes back from a suspension: paid for before, or in its trial. Until either, it has not begun. */
  private async findReturned(
    tx: Tx,
    seen: Subscription | null,
    row: Subscription,
    isCurrent: boolean,
  ): Promise<Returned | null> {
    if (!seen || !isSuspended(seen.status) || row.status !== 'active') return null;
    const hasPaid = await this.payments.hasPaidPeriod(row.dodoSubscriptionId, tx);
    if (hasPaid) return { subscription: row, isCurrent };
    if (row.surplus === 'second_trial' || !isTrialing(row, false, this.clock.now())) return null;
    return { subscription: row, isCurrent, ...IN_TRIAL };
  }

  private async findTrial(tx: Tx, row: Subscription): Promise<typeof IN_TRIAL | null> {
    const hasPaid = await this.payments.hasPaidPeriod(row.dodoSubscriptionId, tx);
    return isTrialing(row, hasPaid, this.clock.now()) ? IN_TRIAL : null;
  }

  /** A word that is new to us is no reason to give or take access: what was known before goes on. */
  private statusOf(fresh: DodoSubscription, seen: Subscription | null): DodoSubscriptionStatus {
    if (fresh.status !== 'unknown') return fresh.status;
    this.logger.warn(`Subscription ${fresh.id} has a status that is new to us: ${fresh.rawStatus}`);
    return seen?.status ?? 'unknown';
  }

  /** Needs the org's lock: two of its subscriptions moving at once must not each overlook the other. */
  private async deriveBillingStatus(
    tx: Tx,
    organization: Organization,
    subscriptions: readonly Subscription[],
  ): Promise<void> {
    const { id: orgId } = organization;
    const status = billingStatusOf(subscriptions);
    if (status === organization.billingStatus) return;
    const suspendedAt = isSuspended(status) ? (organization.suspendedAt ?? this.clock.now()) : null;
    await this.organizations.saveBillingStatus(tx, orgId, status, suspendedAt);
    this.database.afterCommit(tx, () =>
      this.logger.log(`Organization ${orgId}: ${organization.billingStatus} → ${status}`),
    );
  }
}

type OurPart = Pick<Subscription, 'orgId' | 'planId' | 'status' | 'surplus' | 'version' | 'syncedAt'>;

function toRow(fresh: DodoSubscription, ours: OurPart): Subscription {
  return {
    dodoSubscriptionId: fresh.id,
    dodoProductId: fresh.productId,
    trialPeriodDays: fresh.trialPeriodDays,
    currentPeriodStart: fresh.currentPeriodStart,
    currentPeriodEnd: fresh.currentPeriodEnd,
    cancelAtPeriodEnd: fresh.cancelAtPeriodEnd,
    cancelledAt: fresh.cancelledAt,
    pendingProductId: fresh.scheduledChange?.productId ?? null,
    pendingChangeAt: fresh.scheduledChange?.effectiveAt ?? null,
    dodoCreatedAt: fresh.createdAt,
    snapshot: fresh,
    ...ours,
  };
}
