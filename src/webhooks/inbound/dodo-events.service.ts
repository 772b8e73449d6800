import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import { Database } from '../../database/database';
import type { Page } from '../../http/pagination';
import { DodoEventHandlers } from './dodo-event.handlers';
import type { DodoEventView, ListEventsRequest } from './dodo-events.dto';
import { DodoEventsRepository } from './dodo-events.repository';
import { InboxService } from './inbox.service';

/** What a bigint can surely hold. */
const EVENT_ID = /^\d{1,18}$/;

/**
 * The inbox for its operator: look, and follow an event once more. Following
 * one again is safe at any time, since handlers read Dodo and store what is
 * newer; so a replay never asks whether the first time was enough.
 */
@Injectable()
export class DodoEventsService {
  constructor(
    private readonly database: Database,
    private readonly events: DodoEventsRepository,
    private readonly handlers: DodoEventHandlers,
    private readonly inbox: InboxService,
  ) {}

  async list({ status, limit, offset }: ListEventsRequest): Promise<Page<DodoEventView>> {
    const [items, total] = await this.events.listEvents(status, limit, offset);
    return { items, total, limit, offset };
  }

  /** @throws {AppError} 404, or 409 for an event of a type that nothing follows */
  replay(id: string): Promise<DodoEventView> {
    return this.database.transaction(async (tx) => {
      const event = EVENT_ID.test(id) ? await this.events.lockEvent(tx, id) : null;
      if (!event) throw AppError.notFound(`There is no event ${quote(id)}.`);
      if (!this.handlers.find(event.type)) {
        throw new AppError(409, 'conflict', `Nothing here follows events of type ${quote(event.type)}.`);
      }
      await this.events.saveReplay(tx, event.id);
      await this.inbox.enqueue(tx, event.id);
      return { ...event, status: 'pending', error: null, matchKeys: null, processedAt: null };
    });
  }
}
