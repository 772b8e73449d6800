import { Injectable } from '@nestjs/common';
import type { Operator } from '../../auth/operator';
import type { OperatorAction } from '../../auth/operator-action.entity';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import type { Page, PageRequest } from '../../http/pagination';
import type { DodoEventStatus } from '../../webhooks/inbound/dodo-event.entity';
import type { DodoEventDetail, DodoEventView } from '../../webhooks/inbound/dodo-events.dto';
import { DodoEventsService } from '../../webhooks/inbound/dodo-events.service';
import { EventOrganizationsRepository } from './event-organizations.repository';

export interface EventDetail {
  event: DodoEventDetail;
  organizations: { id: string; name: string }[];
  actions: OperatorAction[];
}

/** Which events are meant; empty texts are not asked about. */
export interface EventsQuery {
  status: DodoEventStatus | undefined;
  type: string;
  subject: string;
}

@Injectable()
export class ConsoleEventsService {
  constructor(
    private readonly events: DodoEventsService,
    private readonly organizations: EventOrganizationsRepository,
    private readonly log: OperatorActionsRepository,
  ) {}

  list({ status, type, subject }: EventsQuery, page: PageRequest): Promise<Page<DodoEventView>> {
    return this.events.list({ status, type: type || undefined, subject: subject || undefined, ...page });
  }

  /** @throws {AppError} 404 */
  async get(id: string): Promise<EventDetail> {
    const event = await this.events.get(id);
    const [organizations, actions] = await Promise.all([
      this.organizations.listOrganizations(event.id),
      this.log.listLatestOn(event.id),
    ]);
    return { event, organizations, actions };
  }

  async replay(id: string, by: Operator): Promise<void> {
    await this.events.replay(id, by);
  }

  async replayMany(status: DodoEventStatus, type: string, by: Operator): Promise<void> {
    await this.events.replayMany({ status, type: type || undefined }, by);
  }
}
