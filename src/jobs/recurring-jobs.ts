import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { JobHandlers } from './job-handlers';
import { JobQueue } from './job-queue';
import type { JobName, Jobs } from './jobs';

/** Jobs that take no payload: the only ones that can come back by themselves. */
type RecurringJob = { [N in JobName]: Jobs[N] extends Record<string, never> ? N : never }[JobName];

/**
 * Owns jobs that come back. Each plans its successor before it does anything, so
 * that neither a failure nor a killed process ends the row; the successor has a
 * key, so that any number of replicas that start together plan one.
 */
@Injectable()
export class RecurringJobs {
  private readonly everySeconds = new Map<RecurringJob, number>();

  constructor(
    private readonly database: Database,
    private readonly handlers: JobHandlers,
    private readonly jobs: JobQueue,
  ) {}

  /** `everySeconds` 0: never; what an earlier setting has planned does nothing then. */
  register(name: RecurringJob, everySeconds: number, work: () => Promise<void>): void {
    if (everySeconds > 0) this.everySeconds.set(name, everySeconds);
    this.handlers.register(name, async () => {
      if (everySeconds === 0) return;
      await this.plan(name, false);
      await work();
    });
  }

  /** At the start of a process that runs jobs: what is planned already keeps its time. */
  async planAll(): Promise<void> {
    for (const name of this.everySeconds.keys()) await this.plan(name, true);
  }

  private plan(name: RecurringJob, keepsTime: boolean): Promise<void> {
    const delaySeconds = this.everySeconds.get(name);
    return this.jobs.enqueue(this.database.manager, name, {}, { key: name, delaySeconds, keepsTime });
  }
}
