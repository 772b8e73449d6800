import { Injectable } from '@nestjs/common';
import { OrganizationsRepository } from '../../auth/organizations.repository';
import { DodoError } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import { OrderConflict, orderError } from '../subscription-orders/subscription-orders.errors';

/** Owns the way to Dodo's customer portal. A link changes nothing there, so no row comes before it. */
@Injectable()
export class PortalService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly gateway: DodoGateway,
  ) {}

  async open(orgId: string, returnUrl: string | null): Promise<string> {
    const { dodoCustomerId } = await this.organizations.getOrganization(orgId);
    if (dodoCustomerId === null) throw OrderConflict.noCustomer();
    try {
      return await this.gateway.createPortalLink(dodoCustomerId, returnUrl);
    } catch (error) {
      throw error instanceof DodoError ? orderError(error) : error;
    }
  }
}
