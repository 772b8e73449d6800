import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Operator } from '../../auth/operator';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import type { OrganizationView } from '../../auth/organizations.dto';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import { OrganizationsService } from '../../auth/organizations.service';
import { Database } from '../../database/database';
import { DodoError, isNotFound } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoCustomer, ListRequest, ListedPage, ListedSubscription } from '../../dodo/dodo.types';
import { JobHandlers } from '../../jobs/job-handlers';
import { JobQueue } from '../../jobs/job-queue';
import { InboxService } from '../../webhooks/inbound/inbox.service';
import { PaymentProviderError } from '../billing.errors';
import { isNotShown } from '../not-shown';
import { matchKey } from '../org-of-event.service';
import { PaymentsService } from '../payments/payments.service';
import { PlansRepository } from '../plans/plans.repository';
import { isInFirstPeriod, isLive } from '../subscriptions/subscription-status';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import { TrialsService } from '../trials/trials.service';
import type { AdoptionPreview, AdoptionView } from './adoption.dto';
import { AdoptionRefused } from './adoption.errors';

/**
 * Owns how an organization takes over the customer that it has at Dodo from
 * before. Nothing is charged. Customer and organization are bound once and
 * for good; what the customer has is read in by the code that events use, so a
 * trial that was had is known, and doing it again changes nothing.
 */
@Injectable()
export class AdoptionService implements OnModuleInit {
  private readonly logger = new Logger('Billing');

  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsService,
    private readonly organizationRows: OrganizationsRepository,
    private readonly log: OperatorActionsRepository,
    private readonly plans: PlansRepository,
    private readonly subscriptions: SubscriptionsService,
    private readonly subscriptionRows: SubscriptionsRepository,
    private readonly trials: TrialsService,
    private readonly payments: PaymentsService,
    private readonly gateway: DodoGateway,
    private readonly inbox: InboxService,
    private readonly jobs: JobQueue,
    private readonly jobHandlers: JobHandlers,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('customer.read-in', ({ customerId }) => this.readIn(customerId));
  }

  /** @throws {AppError} 404 without such an organization or customer, 409 when they do not fit, 502 or 503 by Dodo */
  async adopt(orgId: string, customerId: string, by: Operator): Promise<AdoptionView> {
    await this.organizations.view(orgId);
    const { subscriptions } = await this.askDodo(customerId);
    await this.bind(orgId, customerId, by);
    return this.viewOf(orgId, customerId, subscriptions);
  }

  /** What `adopt` would do now; nothing is changed. @throws {AppError} what `adopt` would be refused with */
  async preview(orgId: string, customerId: string): Promise<AdoptionPreview> {
    const organization = await this.organizations.view(orgId);
    const { customer, subscriptions } = await this.askDodo(customerId);
    refuseAnother(organization, customerId);
    const owner = await this.organizationRows.findByDodoCustomer(customerId);
    if (owner !== null && owner.id !== orgId) throw AdoptionRefused.isTaken(customerId, owner.id);
    const view = await this.viewOf(orgId, customerId, subscriptions);
    const endsTrial = await this.endsTrial({ ...organization, dodoCustomerId: customerId }, subscriptions);
    return { ...view, customer, endsTrial };
  }

  /** The lock makes of two that bind at once one after the other; the constraint keeps a customer to one org. */
  private async bind(orgId: string, customerId: string, by: Operator): Promise<void> {
    await this.database.transaction(async (tx) => {
      refuseAnother(await this.organizationRows.lockOrganization(tx, orgId), customerId);
      const owner = await this.organizationRows.saveDodoCustomerIfFree(tx, orgId, customerId);
      if (owner !== orgId) throw AdoptionRefused.isTaken(customerId, owner);
      await this.log.insertAction(tx, by, { what: 'organization.adopt', target: customerId, orgId });
      await this.jobs.enqueue(tx, 'customer.read-in', { customerId }, { key: `customer:${customerId}` });
    });
  }

  /**
   * What is live comes first, before any event of before is followed: of several trials, the one that is read first is
   * the one that counts. Subscriptions come before payments: a payment's period belongs to one.
   */
  private async readIn(customerId: string): Promise<void> {
    const subscriptions = await this.listSubscriptions(customerId);
    await this.readEach(subscriptions.filter(isLive), (id) => this.subscriptions.sync(id));
    await this.inbox.announce(this.database.manager, [matchKey.customer(customerId)]);
    await this.readEach(
      subscriptions.filter((one) => !isLive(one)),
      (id) => this.subscriptions.sync(id),
    );
    const payments = await listAll(customerId, (request) => this.gateway.listPayments(request));
    await this.readEach(payments, (id) => this.payments.sync(id));
  }

  /** What Dodo lists and does not show keeps nothing else out: the next comparison with Dodo looks at it again. */
  private async readEach(listed: { id: string }[], read: (id: string) => Promise<void>): Promise<void> {
    for (const { id } of listed) {
      try {
        await read(id);
      } catch (error) {
        if (!isNotShown(error)) throw error;
        this.logger.warn(`${id} was not read in, or not all of it: ${error.message}`);
      }
    }
  }

  private async askDodo(
    customerId: string,
  ): Promise<{ customer: DodoCustomer; subscriptions: ListedSubscription[] }> {
    try {
      const customer = await this.gateway.getCustomer(customerId);
      const subscriptions = await this.listSubscriptions(customerId);
      const live = subscriptions.filter(isLive).map(({ id }) => id);
      if (live.length > 1) throw AdoptionRefused.hasSeveral(customerId, live);
      return { customer, subscriptions };
    } catch (error) {
      if (isNotFound(error)) throw AdoptionRefused.noSuchCustomer(customerId, error);
      if (error instanceof DodoError) throw PaymentProviderError.from(error);
      throw error;
    }
  }

  private listSubscriptions(customerId: string): Promise<ListedSubscription[]> {
    return listAll(customerId, (request) => this.gateway.listSubscriptions(request));
  }

  /** One that is stored has been judged; of one that is new, what `SurplusService` will say of its trial. */
  private async endsTrial(
    organization: OrganizationView,
    subscriptions: ListedSubscription[],
  ): Promise<boolean> {
    const live = subscriptions.find(isLive);
    if (!live) return false;
    const { trialPeriodDays = 0, currentPeriodStart = null, currentPeriodEnd = null, createdAt } = live;
    const timing = { trialPeriodDays, currentPeriodStart, currentPeriodEnd, dodoCreatedAt: createdAt };
    const isInTrial = trialPeriodDays > 0 && isInFirstPeriod(timing);
    if (!isInTrial || (await this.subscriptionRows.findSubscription(live.id)) !== null) return false;
    return this.trials.hasHadTrial(organization);
  }

  private async viewOf(
    orgId: string,
    dodoCustomerId: string,
    subscriptions: ListedSubscription[],
  ): Promise<AdoptionView> {
    const views = subscriptions.map(async ({ id, status, productId }) => ({
      subscriptionId: id,
      status,
      planId: (await this.plans.findByDodoProduct(productId))?.id ?? null,
    }));
    return { orgId, dodoCustomerId, subscriptions: await Promise.all(views) };
  }
}

/** What is added meanwhile moves the last one of a page to the next: each counts once, and a page of nothing new is the last. */
async function listAll<T extends { id: string }>(
  customerId: string,
  list: (request: ListRequest) => Promise<ListedPage<T>>,
): Promise<T[]> {
  const all = new Map<string, T>();
  for (let page = 0; ; page += 1) {
    const { items, rows } = await list({ page, createdSince: null, customerId });
    const isNew = items.some(({ id }) => !all.has(id));
    for (const item of items) all.set(item.id, item);
    if (rows === 0 || (items.length > 0 && !isNew)) return [...all.values()];
  }
}

/** An organization is bound once and for good. */
function refuseAnother(
  { id, dodoCustomerId }: { id: string; dodoCustomerId: string | null },
  customerId: string,
): void {
  if (dodoCustomerId !== null && dodoCustomerId !== customerId)
    throw AdoptionRefused.hasAnother(id, dodoCustomerId);
}
