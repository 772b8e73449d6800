import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Metrics } from '../../watch/metrics';
import type { DodoEvent, DodoEventStatus } from './dodo-event.entity';
import { DodoEventsRepository } from './dodo-events.repository';

/** From "at once" to half a day of tries. */
const LAG_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 43_200];

/** Those of which there are few while all is well: the rest is history, and is not counted again and again. */
const UNFINISHED = ['pending', 'unmatched', 'dead'] as const satisfies DodoEventStatus[];

/** How the inbox is doing: what lies in it, for how long, and what came of following it. */
@Injectable()
export class InboxMetrics implements OnModuleInit {
  private readonly lag;
  private readonly tries;

  constructor(
    private readonly events: DodoEventsRepository,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {
    this.lag = metrics.histogram(
      'billing_inbox_lag_seconds',
      'From when an event was due, by its coming or by a replay, until it had been followed.',
      [],
      LAG_BUCKETS,
    );
    this.tries = metrics.counter(
      'billing_inbox_tries_total',
      'Tries to follow an event, by what the event was afterwards; pending: it will be tried again.',
      ['outcome'],
    );
  }

  onModuleInit(): void {
    this.metrics.state(
      'billing_inbox_events',
      'Events that are not done with: pending, unmatched or dead.',
      ['status'],
      async () => {
        const counts = await this.events.countUnfinished();
        return UNFINISHED.map((status) => [{ status }, counts.get(status) ?? 0]);
      },
    );
    this.metrics.state(
      'billing_inbox_oldest_pending_age_seconds',
      'For how long the pending event has been due that was due first; 0 when none is.',
      [],
      async () => {
        const dueAt = await this.events.findOldestPendingTime();
        return [[{}, dueAt === null ? 0 : this.clock.secondsSince(dueAt)]];
      },
    );
  }

  noteTry({ receivedAt, dueAt }: Pick<DodoEvent, 'receivedAt' | 'dueAt'>, outcome: DodoEventStatus): void {
    this.tries.inc({ outcome });
    if (outcome === 'processed') this.lag.observe(this.clock.secondsSince(dueAt ?? receivedAt));
  }
}
