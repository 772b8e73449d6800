import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { GroupCommit } from '../../database/group-commit';
import { JobHandlers } from '../../jobs/job-handlers';
import { JobQueue } from '../../jobs/job-queue';
import { WakeUps } from '../../jobs/wake-ups';
import { retryDelaySeconds } from '../../jobs/retry-delay';
import { currentTraceparent, linkToTrace } from '../../watch/tracing';
import { withoutNul } from '../../without-nul';
import type { DodoEvent } from './dodo-event.entity';
import { DodoEventHandlers, NoOrganization, NothingToFollow, UnusableEvent } from './dodo-event.handlers';
import { DodoEventsRepository, FOLLOWED_UNDER } from './dodo-events.repository';
import { InboxMetrics } from './inbox.metrics';
import { ReceivedEventsRepository } from './received-events.repository';
import type { ReceivedEvent } from './received-events.repository';
import { readHint, readEventTime, readEventType, readSubjects, readTraceparent } from './event-body';
import type { ParsedEvent } from './event-body';

/** About 30 hours of trying, most of it every ten minutes. */
const MAX_TRIES = 200;

/** Events that share a commit: a burst of Dodo's is written in a few steps, and one event alone does not wait. */
const TOGETHER = { maxItems: 128, maxShare: 1 / 4, maxUnderWay: 2 };

/** Longer than any transaction lasts. */
const LATE_LOOK_SECONDS = 120;

/** Unmatched events that one rematch takes at a time; it repeats itself while there are more. */
const REMATCH_BATCH = 100;

/**
 * Owns what Dodo has told us. An event is acknowledged once it is committed
 * together with the job that will follow it; the same webhook id is stored once.
 * Events that come together are committed together, and so is that they were followed.
 * Following it may happen many times, late, or by another process.
 */
@Injectable()
export class InboxService implements OnModuleInit {
  private readonly logger = new Logger('Inbox');
  private readonly intake = new GroupCommit<ReceivedEvent>((events) => this.commit(events), TOGETHER);
  private readonly done = new GroupCommit<string>((ids) => this.commitProcessed(ids), TOGETHER);

  constructor(
    private readonly database: Database,
    private readonly received: ReceivedEventsRepository,
    private readonly events: DodoEventsRepository,
    private readonly handlers: DodoEventHandlers,
    private readonly jobs: JobQueue,
    private readonly wakeUps: WakeUps,
    private readonly jobHandlers: JobHandlers,
    private readonly metrics: InboxMetrics,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('dodo-event.process', ({ eventId }) => this.process(eventId));
    this.jobHandlers.register('dodo-event.rematch', ({ matchKeys }) => this.rematch(matchKeys));
  }

  /** Commits the event, whatever it says; resolves only then. `parsed` is its body. */
  store(webhookId: string, body: Buffer, { text, json }: ParsedEvent): Promise<void> {
    const type = readEventType(json);
    linkToTrace(readTraceparent(json));
    return this.intake.add({
      webhookId,
      type,
      eventAt: readEventTime(json),
      subjects: readSubjects(text),
      body,
      status: this.handlers.find(type) === undefined ? 'ignored' : 'pending',
      receivedAt: this.clock.now(),
      traceparent: currentTraceparent() ?? null,
    });
  }

  /**
   * Something has come to be that unmatched events may fit: call in the transaction that makes it. Hardly ever is
   * there one. An event that is marked between this look and the commit looks for itself, late.
   */
  async announce(tx: Tx, matchKeys: string[]): Promise<void> {
    if (await this.events.hasUnmatched(tx, matchKeys))
      await this.jobs.enqueue(tx, 'dodo-event.rematch', { matchKeys }, { key: null });
  }

  /** `unmatched` ones too: a late look, or a process has died between marking one and looking a second time. */
  private async process(eventId: string): Promise<void> {
    const event = await this.events.findEvent(eventId);
    if (event?.status !== 'pending' && event?.status !== 'unmatched') return;
    try {
      await this.follow(event);
    } catch (error) {
      if (error instanceof NothingToFollow) await this.noteIgnored(event, error);
      else await this.noteFailure(event, error as Error);
    }
  }

  private async noteIgnored({ id }: DodoEvent, { message }: NothingToFollow): Promise<void> {
    const outcome = { status: 'ignored', error: message, processedAt: this.clock.now() } as const;
    await this.events.saveOutcome(this.database.manager, id, outcome);
  }

  private async follow(event: DodoEvent): Promise<void> {
    const isMatched = (await this.tryToFollow(event)) || (await this.tryToFollow(event));
    if (!isMatched) return;
    await this.done.add(event.id);
    this.metrics.noteTry(event, 'processed');
  }

  /**
   * False when the event fits no organization; it is marked as unmatched then.
   * What it waits for may have come to be between the look and the mark, without
   * finding it unmatched: so whoever gets false looks a second time.
   */
  private async tryToFollow(event: DodoEvent): Promise<boolean> {
    const handler = this.handlers.find(event.type);
    if (!handler) throw new UnusableEvent(`Nothing follows events of type ${event.type}.`);
    if (event.body === null) throw new UnusableEvent('The body of the event is gone.');
    try {
      await handler(readHint(event.type, event.body));
      return true;
    } catch (error) {
      if (!(error instanceof NoOrganization)) throw error;
      await this.keep(event, error);
      return false;
    }
  }

  /** What it waits for may also be in a transaction that has looked already and is not committed: hence the late look. */
  private async keep(event: DodoEvent, { message, matchKeys }: NoOrganization): Promise<void> {
    const isNews = event.status !== 'unmatched';
    await this.database.transaction(async (tx) => {
      await this.events.saveOutcome(tx, event.id, { status: 'unmatched', error: message, matchKeys });
      if (isNews) await this.enqueue(tx, event.id, LATE_LOOK_SECONDS);
    });
    event.status = 'unmatched';
    if (isNews) this.logger.warn(`Event ${event.webhookId} (${event.type}) is kept: ${message}`);
    this.metrics.noteTry(event, 'unmatched');
  }

  /** The next try is planned in the same commit, or the event is given up and says why. */
  private async noteFailure(event: DodoEvent, error: Error): Promise<void> {
    const tries = event.attempts + 1;
    const isFinal = error instanceof UnusableEvent || tries >= MAX_TRIES;
    const what = `Event ${event.webhookId} (${event.type}), try ${tries}: ${error.message}`;
    if (isFinal) this.logger.error(`${what} It is dead.`);
    else this.logger.warn(what);
    const status = isFinal ? 'dead' : 'pending';
    await this.database.transaction(async (tx) => {
      await this.events.saveOutcome(tx, event.id, { status, error: withoutNul(error.message) });
      if (!isFinal) await this.enqueue(tx, event.id, retryDelaySeconds(event.attempts, error));
    });
    this.metrics.noteTry(event, status);
  }

  private async rematch(matchKeys: string[]): Promise<void> {
    const events = await this.events.listUnmatched(matchKeys, REMATCH_BATCH);
    await this.database.transaction(async (tx) => {
      for (const { id } of events) {
        await this.events.savePending(tx, id);
        await this.enqueue(tx, id);
      }
      await this.announce(tx, matchKeys);
    });
  }

  private async commit(events: ReceivedEvent[]): Promise<void[]> {
    this.wakeUps.after(this.database.manager, await this.received.insertEvents(events));
    return events.map(() => undefined);
  }

  private async commitProcessed(ids: string[]): Promise<void[]> {
    await this.events.saveProcessed(ids, this.clock.now());
    return ids.map(() => undefined);
  }

  /** Makes the event due: call in the transaction that makes it pending. */
  enqueue(tx: Tx, eventId: string, delaySeconds = 0): Promise<void> {
    const key = `${FOLLOWED_UNDER}${eventId}`;
    return this.jobs.enqueue(tx, 'dodo-event.process', { eventId }, { key, delaySeconds });
  }
}
