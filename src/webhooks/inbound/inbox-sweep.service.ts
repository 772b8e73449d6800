import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import { RecurringJobs } from '../../jobs/recurring-jobs';
import { DodoEventsRepository } from './dodo-events.repository';
import { InboxService } from './inbox.service';

const SWEEP_EVERY_SECONDS = 600;
/** The job of a pending event is committed with it; whatever has none after this time was forgotten. */
const FORGOTTEN_AFTER_SECONDS = 600;
const BATCH = 500;

/** Makes due again what is pending and has no job any more: a job can be lost, a row can't. */
@Injectable()
export class InboxSweep implements OnModuleInit {
  private readonly logger = new Logger('Inbox');

  constructor(
    private readonly database: Database,
    private readonly events: DodoEventsRepository,
    private readonly inbox: InboxService,
    private readonly recurringJobs: RecurringJobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.recurringJobs.register('inbox.sweep', SWEEP_EVERY_SECONDS, () => this.sweep());
  }

  private async sweep(): Promise<void> {
    const before = this.clock.secondsFromNow(-FORGOTTEN_AFTER_SECONDS);
    const ids = await this.events.listForgotten(before, BATCH);
    for (const id of ids) {
      this.logger.warn(`Event ${id} is pending and had no job: it is followed now.`);
      await this.inbox.enqueue(this.database.manager, id);
    }
  }
}
