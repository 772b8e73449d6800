import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database';
import { JobQueue } from '../../jobs/job-queue';
import type { Jobs } from '../../jobs/jobs';

/** When a reconciliation's next step is due: one job each. */
@Injectable()
export class ReconciliationSchedule {
  constructor(private readonly jobs: JobQueue) {}

  /** `keepsTime`: a job that waits already stays as it is; this only makes sure that there is one. */
  plan(
    tx: Tx,
    payload: Jobs['reconciliation.step'],
    options: { delaySeconds: number; keepsTime?: boolean },
  ): Promise<void> {
    const key = `reconciliation:${payload.reconciliationId}`;
    return this.jobs.enqueue(tx, 'reconciliation.step', payload, { key, ...options });
  }
}
