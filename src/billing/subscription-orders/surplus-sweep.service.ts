import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database';
import { RecurringJobs } from '../../jobs/recurring-jobs';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SurplusService } from '../subscriptions/surplus.service';

const SWEEP_EVERY_SECONDS = 600;
const BATCH = 500;

/** Sees that what is one too many ends: the job that ends it can be lost, the row can't. */
@Injectable()
export class SurplusSweep implements OnModuleInit {
  private readonly logger = new Logger('Billing');

  constructor(
    private readonly database: Database,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly surplus: SurplusService,
    private readonly recurringJobs: RecurringJobs,
  ) {}

  onModuleInit(): void {
    this.recurringJobs.register('surplus.sweep', SWEEP_EVERY_SECONDS, () => this.sweep());
  }

  private async sweep(): Promise<void> {
    for (const id of await this.subscriptions.listForgottenSurplus(BATCH)) {
      this.logger.warn(`Subscription ${id} is one too many and had no job: it is being ended now.`);
      await this.surplus.settleLater(this.database.manager, id);
    }
  }
}
