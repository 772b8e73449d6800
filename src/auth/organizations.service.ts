import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../app-error';
import { Clock } from '../clock';
import { Database } from '../database/database';
import type { Tx } from '../database/database';
import type { Page, PageRequest } from '../http/pagination';
import { newId } from '../ids';
import { viewOfNew } from './api-keys.dto';
import { ApiKeysService } from './api-keys.service';
import type { Operator } from './operator';
import { OperatorActionsRepository } from './operator-actions.repository';
import { Organization } from './organization.entity';
import { viewOfOrganization } from './organizations.dto';
import type {
  CreateOrganizationRequest,
  CreatedOrganizationView,
  OrganizationView,
} from './organizations.dto';
import { NewOrganizations } from './new-organizations';
import { OrganizationsRepository } from './organizations.repository';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly keys: ApiKeysService,
    private readonly log: OperatorActionsRepository,
    private readonly newOrganizations: NewOrganizations,
    private readonly clock: Clock,
  ) {}

  /** Without a key. Name and address are as {@link CreateOrganizationRequest} has them. */
  async create(name: string, email: string, by: Operator): Promise<Organization> {
    const organization = this.make(name, email);
    await this.database.transaction((tx) => this.insert(tx, organization, by));
    return organization;
  }

  /** Both or neither: an org without a key could not be used by anyone. */
  createWithKey({ name, email }: CreateOrganizationRequest, by: Operator): Promise<CreatedOrganizationView> {
    const organization = this.make(name, email);
    return this.database.transaction(async (tx) => {
      await this.insert(tx, organization, by);
      const key = await this.keys.insertFirst(tx, organization.id);
      return { ...viewOfOrganization(organization), apiKey: viewOfNew(key) };
    });
  }

  async list({ limit, offset }: PageRequest): Promise<Page<OrganizationView>> {
    const [organizations, total] = await this.organizations.listOrganizations(limit, offset);
    return { items: organizations.map(viewOfOrganization), total, limit, offset };
  }

  /** @throws {AppError} 404 */
  async view(id: string): Promise<OrganizationView> {
    const organization = await this.organizations.findOrganization(id);
    if (!organization) throw AppError.notFound(`There is no organization ${quote(id)}.`);
    return viewOfOrganization(organization);
  }

  /** Of the caller: it exists, since its key does. */
  get(id: string): Promise<Organization> {
    return this.organizations.getOrganization(id);
  }

  private async insert(tx: Tx, organization: Organization, by: Operator): Promise<void> {
    const { id } = organization;
    await this.organizations.insertOrganization(tx, organization);
    await this.log.insertAction(tx, by, { what: 'organization.create', target: id, orgId: id });
    await this.newOrganizations.announce(tx, id);
  }

  private make(name: string, email: string): Organization {
    return {
      id: newId('org'),
      name,
      email,
      billingStatus: 'none',
      suspendedAt: null,
      dodoCustomerId: null,
      dodoCustomerRequestedAt: null,
      createdAt: this.clock.now(),
    };
  }
}
