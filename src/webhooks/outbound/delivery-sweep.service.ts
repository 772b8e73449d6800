import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import { RecurringJobs } from '../../jobs/recurring-jobs';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryWakeups } from './delivery-wakeups';

const SWEEP_EVERY_SECONDS = 3600;
const KEPT_SECONDS = 30 * 24 * 3600;
const DELETED_AT_A_TIME = 1_000;
/** What is due is sent within seconds; whatever has waited for longer was forgotten. */
const OVERDUE_SECONDS = 600;

/** Forgets deliveries and tests that are old, and looks again at what should have gone out: a job can be lost, a row can't. */
@Injectable()
export class DeliverySweep implements OnModuleInit {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveriesRepository,
    private readonly wakeups: DeliveryWakeups,
    private readonly recurringJobs: RecurringJobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.recurringJobs.register('webhook.sweep', SWEEP_EVERY_SECONDS, () => this.sweep());
  }

  private async sweep(): Promise<void> {
    const before = this.clock.secondsFromNow(-KEPT_SECONDS);
    while ((await this.deliveries.deleteOlderThan(before, DELETED_AT_A_TIME)) === DELETED_AT_A_TIME);
    while ((await this.deliveries.deleteTestsOlderThan(before, DELETED_AT_A_TIME)) === DELETED_AT_A_TIME);
    const overdue = await this.deliveries.listOverdueEndpoints(this.clock.secondsFromNow(-OVERDUE_SECONDS));
    for (const endpoint of overdue) {
      this.logger.warn(`Endpoint ${endpoint.id} has deliveries whose time has long come`);
      await this.wakeups.deliverNow(this.database.manager, endpoint);
    }
  }
}
