import { Injectable } from '@nestjs/common';
import type { Organization } from '../../auth/organization.entity';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import { DodoRejected } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import { InboxService } from '../../webhooks/inbound/inbox.service';
import { matchKey } from '../org-of-event.service';

/** How an organization's customer is recognized at Dodo. */
const ORG_ID_METADATA = 'org_id';

/**
 * One Dodo customer an organization. Passing its id is the only way to keep Dodo
 * from matching customers by e-mail, which could mix up two organizations.
 */
@Injectable()
export class DodoCustomersService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly gateway: DodoGateway,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  /** The id of the org's customer, made on first use. Two at once may make two; the first one stored is kept. */
  async ensureCustomer(organization: Organization): Promise<string> {
    const { id: orgId } = organization;
    if (organization.dodoCustomerId !== null) return organization.dodoCustomerId;
    const customerId = (await this.findMadeEarlier(organization)) ?? (await this.create(organization));
    await this.refuseSharedCustomer(orgId, customerId);
    return this.database.transaction(async (tx) => {
      const kept = await this.organizations.saveDodoCustomer(tx, orgId, customerId);
      await this.inbox.announce(tx, [matchKey.customer(kept)]);
      return kept;
    });
  }

  /** Two organizations on one customer could not be told apart by their events. */
  private async refuseSharedCustomer(orgId: string, customerId: string): Promise<void> {
    const owner = await this.organizations.findByDodoCustomer(customerId);
    if (owner === null || owner.id === orgId) return;
    const cause = new Error(`Customer ${customerId} belongs to organization ${owner.id}.`);
    throw new DodoRejected('creating a customer', 409, 'CUSTOMER_OF_ANOTHER_ORGANIZATION', cause);
  }

  /** When Dodo was asked before and its answer never got here, the customer may be there. */
  private findMadeEarlier(organization: Organization): Promise<string | null> {
    if (organization.dodoCustomerRequestedAt === null) return Promise.resolve(null);
    return this.gateway.findCustomerId(organization.email, ORG_ID_METADATA, organization.id);
  }

  private async create(organization: Organization): Promise<string> {
    await this.organizations.saveCustomerRequested(organization.id, this.clock.now());
    return this.gateway.createCustomer({
      email: organization.email,
      name: organization.name,
      metadata: { [ORG_ID_METADATA]: organization.id },
    });
  }
}
