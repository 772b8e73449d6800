import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database';
import { JobQueue } from '../../jobs/job-queue';
import type { Jobs } from '../../jobs/jobs';
import { DRIVEN_UNDER } from './refunds.repository';

/** When a refund is looked at next: one job a refund, the latest plan counts. */
@Injectable()
export class RefundSchedule {
  constructor(private readonly jobs: JobQueue) {}

  plan(tx: Tx, payload: Jobs['refund.drive'], delaySeconds = 0): Promise<void> {
    const key = `${DRIVEN_UNDER}${payload.refundId}`;
    return this.jobs.enqueue(tx, 'refund.drive', payload, { key, delaySeconds });
  }
}
