import { Injectable } from '@nestjs/common';
import { OrganizationsRepository } from '../auth/organizations.repository';
import type { DodoMetadata } from '../dodo/dodo.types';
import { NoOrganization } from '../webhooks/inbound/dodo-event.handlers';
import type { Checkout } from './checkouts/checkout.entity';
import { CheckoutsRepository } from './checkouts/checkouts.repository';
import { SubscriptionsRepository } from './subscriptions/subscriptions.repository';

/** What a Dodo object says about whom it belongs to. */
export interface Belonging {
  subscriptionId: string | null;
  checkoutSessionId: string | null;
  customerId: string | null;
  metadata: DodoMetadata;
}

/** How an unmatched event names what it waits for; whoever makes that thing announces the same key. */
export const matchKey = {
  subscription: (id: string) => `subscription:${id}`,
  session: (id: string) => `session:${id}`,
  customer: (id: string) => `customer:${id}`,
  organization: (id: string) => `organization:${id}`,
};

/** Finds the organization that a Dodo object belongs to, by our own records first and its metadata last. */
@Injectable()
export class OrgOfEventService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly checkouts: CheckoutsRepository,
    private readonly subscriptions: SubscriptionsRepository,
  ) {}

  /** @throws {NoOrganization} when it fits none */
  async resolve(belonging: Belonging): Promise<string> {
    const orgId =
      (await this.bySubscription(belonging.subscriptionId)) ??
      (await this.byCheckoutSession(belonging.checkoutSessionId)) ??
      (await this.byCustomer(belonging.customerId)) ??
      (await this.byMetadata(belonging.metadata));
    if (!orgId) throw new NoOrganization(keysOf(belonging));
    return orgId;
  }

  /** The checkout that a payment or subscription came from, when it is one of this org's. */
  async findCheckout(orgId: string, belonging: Belonging): Promise<Checkout | null> {
    const { checkoutSessionId, metadata } = belonging;
    const bySession = checkoutSessionId ? await this.checkouts.findByDodoSession(checkoutSessionId) : null;
    const checkout =
      bySession ?? (metadata.checkout_id ? await this.checkouts.findCheckout(metadata.checkout_id) : null);
    return checkout?.orgId === orgId ? checkout : null;
  }

  private async bySubscription(id: string | null): Promise<string | undefined> {
    return id === null ? undefined : (await this.subscriptions.findSubscription(id))?.orgId;
  }

  private async byCheckoutSession(id: string | null): Promise<string | undefined> {
    return id === null ? undefined : (await this.checkouts.findByDodoSession(id))?.orgId;
  }

  private async byCustomer(id: string | null): Promise<string | undefined> {
    return id === null ? undefined : (await this.organizations.findByDodoCustomer(id))?.id;
  }

  private async byMetadata({ org_id: orgId }: DodoMetadata): Promise<string | undefined> {
    return orgId === undefined ? undefined : (await this.organizations.findOrganization(orgId))?.id;
  }
}

function keysOf({ subscriptionId, checkoutSessionId, customerId, metadata }: Belonging): string[] {
  const keys: string[] = [];
  if (customerId !== null) keys.push(matchKey.customer(customerId));
  if (subscriptionId !== null) keys.push(matchKey.subscription(subscriptionId));
  if (checkoutSessionId !== null) keys.push(matchKey.session(checkoutSessionId));
  if (metadata.org_id) keys.push(matchKey.organization(metadata.org_id));
  return keys;
}
