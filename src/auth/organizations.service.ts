import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AppError, quote } from '../app-error';
import { Clock } from '../clock';
import { Database } from '../database/database';
import { newId } from '../ids';
import { Organization } from './organization.entity';
import { OrganizationsRepository } from './organizations.repository';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {AppError} 400 for an empty name or something that is no e-mail address */
  async create(name: string, email: string): Promise<Organization> {
    if (name.trim() === '' || name.includes('\0')) throw AppError.badRequest(`${quote(name)} is no name.`);
    if (!z.email().safeParse(email).success)
      throw AppError.badRequest(`${quote(email)} is no e-mail address.`);
    const organization: Organization = {
      id: newId('org'),
      name: name.trim(),
      email,
      billingStatus: 'none',
      suspendedAt: null,
      dodoCustomerId: null,
      dodoCustomerRequestedAt: null,
      createdAt: this.clock.now(),
    };
    await this.organizations.insertOrganization(this.database.manager, organization);
    return organization;
  }

  /** Of the caller: it exists, since its key does. */
  get(id: string): Promise<Organization> {
    return this.organizations.getOrganization(id);
  }
}
