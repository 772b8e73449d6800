import { Injectable, Logger } from '@nestjs/common';
import type { Job, JobHelpers, Task, TaskList } from 'graphile-worker';
import { runInScope } from '../watch/log-scope';
import { Metrics } from '../watch/metrics';
import { inSpan } from '../watch/tracing';
import type { JobHandler } from './job-handlers';
import { splitTraceparent } from './job-trace';
import type { JobName } from './jobs';
import { RunningJobs } from './running-jobs';

const MS_PER_SECOND = 1000;

/** Makes of our handlers what the queue runs: each run is counted, timed, traced, and named in what it logs. */
@Injectable()
export class JobTasks {
  private readonly logger = new Logger('Jobs');
  private readonly durations;

  constructor(
    private readonly running: RunningJobs,
    metrics: Metrics,
  ) {
    this.durations = metrics.histogram(
      'billing_job_duration_seconds',
      'Runs of jobs by outcome (done, failed), and how long they took.',
      ['job', 'outcome'],
    );
  }

  of(handlers: Map<JobName, JobHandler<never>>): TaskList {
    return Object.fromEntries([...handlers].map(([name, handler]) => [name, this.toTask(name, handler)]));
  }

  private toTask(name: JobName, handler: JobHandler<never>): Task {
    return (onQueue: unknown, { job }: JobHelpers) => {
      const [payload, parent] = splitTraceparent(onQueue as object);
      const scope = { fields: () => ({ job: name, jobId: job.id, ...idsIn(payload) }) };
      const attributes = { 'job.name': name, 'job.id': job.id, 'job.attempt': job.attempts };
      return runInScope(scope, () =>
        inSpan(`job ${name}`, { kind: 'CONSUMER', attributes, parent }, () =>
          this.running.during(job.id, () => this.run(name, () => handler(payload as never), job, payload)),
        ),
      );
    };
  }

  private async run(name: JobName, work: () => Promise<void>, job: Job, payload: object): Promise<void> {
    const startedAt = performance.now();
    const tell = (outcome: 'done' | 'failed') =>
      this.durations.observe({ job: name, outcome }, (performance.now() - startedAt) / MS_PER_SECOND);
    try {
      await work();
      tell('done');
      this.logger.debug(`${name} is done.`);
    } catch (error) {
      tell('failed');
      const tries = `try ${job.attempts} of ${job.max_attempts}`;
      this.logger.warn(`${name} ${JSON.stringify(payload)} failed (${tries}): ${(error as Error).message}`);
      throw error;
    }
  }
}

/** What the job is about, for its lines: payloads are ids, and counts. */
function idsIn(payload: object): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => typeof value === 'string'));
}
