import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { RecurringJobs } from '../../jobs/recurring-jobs';
import { DodoEventsRepository } from './dodo-events.repository';

const SECONDS_PER_DAY = 86_400;
const KEPT_DAYS = 90;
const BATCH = 500;

/**
 * Empties events that came long ago and are done with: what Dodo sent names
 * people, and is of no more use. The rows stay, so that an event that comes
 * again is known; those that still wait for someone keep all they have.
 */
@Injectable()
export class InboxRetention implements OnModuleInit {
  private readonly logger = new Logger('Inbox');

  constructor(
    private readonly events: DodoEventsRepository,
    private readonly recurringJobs: RecurringJobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.recurringJobs.register('inbox.retention', SECONDS_PER_DAY, () => this.emptyOld());
  }

  private async emptyOld(): Promise<void> {
    const now = this.clock.now();
    const before = this.clock.secondsFromNow(-KEPT_DAYS * SECONDS_PER_DAY);
    for (;;) {
      const count = await this.events.saveWithoutBody(before, now, BATCH);
      if (count > 0) this.logger.log(`${count} events that came before ${before.toISOString()} are emptied.`);
      if (count < BATCH) return;
    }
  }
}
