import { Injectable } from '@nestjs/common';
import { JOB_NAMES } from './jobs';
import type { JobName, Jobs } from './jobs';

export type JobHandler<N extends JobName> = (payload: Jobs[N]) => Promise<void>;

/** Which code runs which job. Modules register theirs at start; two for one job, or none, stops the start. */
@Injectable()
export class JobHandlers {
  private readonly handlers = new Map<JobName, JobHandler<never>>();

  register<N extends JobName>(name: N, handler: JobHandler<N>): void {
    if (this.handlers.has(name)) throw new Error(`Two handlers are registered for the job ${name}.`);
    this.handlers.set(name, handler);
  }

  /** @throws when a job has no handler */
  all(): Map<JobName, JobHandler<never>> {
    const missing = JOB_NAMES.filter((name) => !this.handlers.has(name));
    if (missing.length > 0) throw new Error(`No handler is registered for the jobs ${missing.join(', ')}.`);
    return this.handlers;
  }
}
