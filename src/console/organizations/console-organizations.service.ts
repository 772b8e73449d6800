import { Injectable } from '@nestjs/common';
import { OrganizationsService } from '../../auth/organizations.service';
import type { OrganizationView } from '../../auth/organizations.dto';
import type { BillingStatus } from '../../auth/billing-status';
import type { Operator } from '../../auth/operator';
import type { AdoptionPreview } from '../../billing/adoption/adoption.dto';
import { AdoptionService } from '../../billing/adoption/adoption.service';
import { BillingStatusService } from '../../billing/status/billing-status.service';
import type { BillingStatusView } from '../../billing/status/billing-status.dto';
import type { Page, PageRequest } from '../../http/pagination';
import { ConsoleOrganizationsRepository } from './console-organizations.repository';
import type { OrganizationRow, SubscriptionRow } from './console-organizations.repository';
import { TimelineRepository } from './timeline.repository';
import type { TimelineEntry } from './timeline.repository';

export interface OrganizationDetail {
  organization: OrganizationView;
  billing: BillingStatusView;
  subscriptions: SubscriptionRow[];
  timeline: Page<TimelineEntry>;
}

@Injectable()
export class ConsoleOrganizationsService {
  constructor(
    private readonly found: ConsoleOrganizationsRepository,
    private readonly timelines: TimelineRepository,
    private readonly organizations: OrganizationsService,
    private readonly billing: BillingStatusService,
    private readonly adoption: AdoptionService,
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
    const [billing, subscriptions, items, total] = await Promise.all([
      this.billing.view(id),
      this.found.listSubscriptions(id),
      this.timelines.listEntries(id, page),
      this.timelines.countEntries(id),
    ]);
    return { organization, billing, subscriptions, timeline: { items, total, ...page } };
  }

  /** @throws {AppError} what adopting would be refused with */
  async previewAdoption(
    id: string,
    dodoCustomerId: string,
  ): Promise<{ organization: OrganizationView; preview: AdoptionPreview }> {
    const organization = await this.organizations.view(id);
    return { organization, preview: await this.adoption.preview(id, dodoCustomerId) };
  }

  async adopt(id: string, dodoCustomerId: string, by: Operator): Promise<void> {
    await this.adoption.adopt(id, dodoCustomerId, by);
  }
}
