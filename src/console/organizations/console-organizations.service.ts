import { Injectable } from '@nestjs/common';
import { OrganizationsService } from '../../auth/organizations.service';
import type { OrganizationView } from '../../auth/organizations.dto';
import type { BillingStatus } from '../../auth/billing-status';
import { BillingStatusService } from '../../billing/status/billing-status.service';
import type { BillingStatusView } from '../../billing/status/billing-status.dto';
import type { Page, PageRequest } from '../../http/pagination';
import { ConsoleOrganizationsRepository } from './console-organizations.repository';
import type { OrganizationRow } from './console-organizations.repository';
import { TimelineRepository } from './timeline.repository';
import type { TimelineEntry } from './timeline.repository';

export interface OrganizationDetail {
  organization: OrganizationView;
  billing: BillingStatusView;
  timeline: Page<TimelineEntry>;
}

@Injectable()
export class ConsoleOrganizationsService {
  constructor(
    private readonly found: ConsoleOrganizationsRepository,
    private readonly timelines: TimelineRepository,
    private readonly organizations: OrganizationsService,
    private readonly billing: BillingStatusService,
  ) {}

  async list(
    text: string,
    status: BillingStatus | undefined,
    page: PageRequest,
  ): Promise<Page<OrganizationRow>> {
    const [items, total] = await this.found.listFound(text, status, page);
    return { items, total, ...page };
  }

  /** @throws {AppError} 404 */
  async get(id: string, page: PageRequest): Promise<OrganizationDetail> {
    const organization = await this.organizations.view(id);
    const [billing, items, total] = await Promise.all([
      this.billing.view(id),
      this.timelines.listEntries(id, page),
      this.timelines.countEntries(id),
    ]);
    return { organization, billing, timeline: { items, total, ...page } };
  }
}
