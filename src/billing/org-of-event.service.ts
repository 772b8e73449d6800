import { Injectable } from '@nestjs/common';
import { NoOrganization } from '../webhooks/inbound/dodo-event.handlers';
import type { Checkout } from './checkouts/checkout.entity';
import { CheckoutsRepository } from './checkouts/checkouts.repository';
import { OrgOfEventRepository } from './org-of-event.repository';
import type { Belonging } from './org-of-event.repository';

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
    private readonly repository: OrgOfEventRepository,
    private readonly checkouts: CheckoutsRepository,
  ) {}

  /** @throws {NoOrganization} when it fits none */
  async resolve(belonging: Belonging): Promise<string> {
    const orgId = await this.repository.findOrgId(belonging);
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
}

function keysOf({ subscriptionId, checkoutSessionId, customerId, metadata }: Belonging): string[] {
  const keys: string[] = [];
  if (customerId !== null) keys.push(matchKey.customer(customerId));
  if (subscriptionId !== null) keys.push(matchKey.subscription(subscriptionId));
  if (checkoutSessionId !== null) keys.push(matchKey.session(checkoutSessionId));
  if (metadata.org_id) keys.push(matchKey.organization(metadata.org_id));
  return keys;
}
