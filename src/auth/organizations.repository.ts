import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database } from '../database/database';
import type { Tx } from '../database/database';
import { readRow, updateRow } from '../database/plain-rows';
import type { BillingStatus } from './billing-status';
import { Organization } from './organization.entity';

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly database: Database) {}

  async insertOrganization(tx: Tx, organization: Organization): Promise<void> {
    await tx.insert(Organization, organization);
  }

  findOrganization(id: string): Promise<Organization | null> {
    return this.database.manager.findOneBy(Organization, { id });
  }

  async getOrganization(id: string): Promise<Organization> {
    return found(id, await readRow(this.database.manager, Organization, 'id = $1', [id]));
  }

  /** Newest first, and how many there are in all. */
  listOrganizations(limit: number, offset: number): Promise<[Organization[], number]> {
    return this.database.manager.findAndCount(Organization, {
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
      skip: offset,
    });
  }

  findByDodoCustomer(dodoCustomerId: string): Promise<Organization | null> {
    return this.database.manager.findOneBy(Organization, { dodoCustomerId });
  }

  /**
   * Everything that derives from an org's subscriptions is written under this lock. It lets rows be inserted that
   * refer to the org: two transactions that each have inserted one would otherwise wait for each other here.
   */
  async lockOrganization(tx: Tx, id: string): Promise<Organization> {
    return found(id, await readRow(tx, Organization, 'id = $1 FOR NO KEY UPDATE', [id]));
  }

  async saveBillingStatus(
    tx: Tx,
    id: string,
    billingStatus: BillingStatus,
    suspendedAt: Date | null,
  ): Promise<void> {
    await updateRow(tx, Organization, { id }, { billingStatus, suspendedAt });
  }

  async saveCustomerRequested(id: string, at: Date): Promise<void> {
    await this.database.manager.update(Organization, { id }, { dodoCustomerRequestedAt: at });
  }

  /** Unless another org has that customer; answers which one has it now. Needs the org's lock. */
  async saveDodoCustomerIfFree(tx: Tx, id: string, dodoCustomerId: string): Promise<string> {
    // Two orgs that take one customer at once would otherwise meet at the constraint, which can't say whose it is.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `dodo-customer:${dodoCustomerId}`,
    ]);
    const owner = await tx.findOneBy(Organization, { dodoCustomerId });
    if (owner !== null) return owner.id;
    await tx.update(Organization, { id }, { dodoCustomerId });
    return id;
  }

  /** The first customer wins; answers whose it now is. */
  async saveDodoCustomer(tx: Tx, id: string, dodoCustomerId: string): Promise<string> {
    await tx.update(Organization, { id, dodoCustomerId: IsNull() }, { dodoCustomerId });
    const { dodoCustomerId: kept } = await tx.findOneByOrFail(Organization, { id });
    return kept ?? dodoCustomerId;
  }
}

function found(id: string, organization: Organization | null): Organization {
  if (!organization) throw new Error(`There is no organization ${id}.`);
  return organization;
}
