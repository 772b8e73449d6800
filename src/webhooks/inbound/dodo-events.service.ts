import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import type { Operator } from '../../auth/operator';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import type { Page, PageRequest } from '../../http/pagination';
import { DodoEventHandlers } from './dodo-event.handlers';
import type { DodoEventDetail, DodoEventView, ReplayEventsRequest, ReplayView } from './dodo-events.dto';
import { DodoEventsRepository } from './dodo-events.repository';
import type { EventFilter } from './dodo-events.repository';
import { InboxService } from './inbox.service';

/** What a bigint can surely hold. */
const EVENT_ID = /^\d{1,18}$/;
const REPLAY_BATCH = 500;
/** Each costs one or two calls of the 240 that Dodo takes in a minute. */
const REPLAYED_PER_SECOND = 1;

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
    private readonly log: OperatorActionsRepository,
    private readonly clock: Clock,
  ) {}

  async list({ limit, offset, ...filter }: PageRequest & EventFilter): Promise<Page<DodoEventView>> {
    const [items, total] = await this.events.listEvents(filter, limit, offset);
    return { items, total, limit, offset };
  }

  /** One event with what it said, read as text; null once that is gone. */
  async get(id: string): Promise<DodoEventDetail> {
    const event = EVENT_ID.test(id) ? await this.events.findEvent(id) : null;
    if (!event) throw eventNotFound(id);
    const { body, subjects: _subjects, dueAt: _dueAt, ...summary } = event;
    return { ...summary, body: body && new TextDecoder().decode(body) };
  }

  /** @throws {AppError} 404, or 409 for an event of a type that nothing follows, or whose body is gone */
  replay(id: string, by: Operator): Promise<DodoEventView> {
    return this.database.transaction(async (tx) => {
      const event = EVENT_ID.test(id) ? await this.events.lockEvent(tx, id) : null;
      if (!event) throw eventNotFound(id);
      if (!this.handlers.find(event.type)) {
        throw new AppError(409, 'conflict', `Nothing here follows events of type ${quote(event.type)}.`);
      }
      if (event.bodyRemovedAt !== null) {
        throw new AppError(
          409,
          'conflict',
          `The body of event ${event.id} was removed on ${event.bodyRemovedAt.toISOString()}: it can not be followed again.`,
        );
      }
      await this.events.saveReplay(tx, [{ id: event.id, dueAt: this.clock.now() }]);
      await this.inbox.enqueue(tx, event.id);
      await this.log.insertAction(tx, by, {
        what: 'dodo_event.replay',
        target: event.id,
        outcome: `was ${event.status}`,
      });
      return (await this.events.lockEvent(tx, event.id))!;
    });
  }

  /**
   * All that fit, oldest first, but for those that nothing follows. They are made
   * due one after the other, so that Dodo has room for everything else meanwhile.
   */
  async replayMany(filter: ReplayEventsRequest, by: Operator): Promise<ReplayView> {
    const types = (await this.events.listTypes(filter)).filter((type) => this.handlers.find(type));
    let [replayed, last] = [0, '0'];
    for (;;) {
      const ids = await this.database.transaction((tx) =>
        this.replayBatch(tx, filter, types, last, replayed, by),
      );
      if (ids.length === 0) return { replayed };
      replayed += ids.length;
      last = ids.at(-1)!;
    }
  }

  private async replayBatch(
    tx: Tx,
    filter: ReplayEventsRequest,
    types: string[],
    afterId: string,
    alreadyReplayed: number,
    by: Operator,
  ): Promise<string[]> {
    const ids = await this.events.lockEvents(tx, filter, types, afterId, REPLAY_BATCH);
    const delays = ids.map((_, i) => Math.floor((alreadyReplayed + i) / REPLAYED_PER_SECOND));
    await this.events.saveReplay(
      tx,
      ids.map((id, i) => ({ id, dueAt: this.clock.secondsFromNow(delays[i]!) })),
    );
    for (const [i, id] of ids.entries()) await this.inbox.enqueue(tx, id, delays[i]);
    if (ids.length > 0 || alreadyReplayed === 0) {
      await this.log.insertAction(tx, by, {
        what: 'dodo_events.replay',
        target: JSON.stringify(filter),
        outcome: `${ids.length} made pending`,
      });
    }
    return ids;
  }
}

function eventNotFound(id: string): AppError {
  return AppError.notFound(`There is no event ${quote(id)}.`);
}
