import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Logger as WorkerLogger, runTaskList } from 'graphile-worker';
import type { JobHelpers, Task, TaskList, WorkerPool } from 'graphile-worker';
import type { Pool } from 'pg';
import { Config } from '../config';
import { JobHandlers } from './job-handlers';
import type { JobHandler } from './job-handlers';
import type { JobName } from './jobs';
import { createQueuePool } from './queue-pool';
import { RecurringJobs } from './recurring-jobs';
import { RunningJobs } from './running-jobs';
import { WorkerPresence } from './worker-presence';

/** Jobs one process runs at a time. They mostly wait for Dodo, and a slow answer must not hold up the others. */
const CONCURRENCY = 32;
/** The queue wakes workers by NOTIFY; this is only for what was scheduled for later. */
const POLL_INTERVAL_MS = 1_000;
const RESTART_AFTER_MS = 1_000;

/** Runs the jobs of this process, from `start()` until the application shuts down. */
@Injectable()
export class JobRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private connections: Pool | null = null;
  private workers: WorkerPool | null = null;
  private isStopping = false;

  constructor(
    private readonly config: Config,
    private readonly handlers: JobHandlers,
    private readonly recurring: RecurringJobs,
    private readonly running: RunningJobs,
    private readonly presence: WorkerPresence,
  ) {}

  async start(): Promise<void> {
    const tasks = [...this.handlers.all()].map(([name, handler]) => [name, this.toTask(name, handler)]);
    this.connections = createQueuePool(this.config.databaseUrl);
    await this.run(Object.fromEntries(tasks) as TaskList, this.connections);
    await this.recurring.planAll();
  }

  /** Takes no more jobs and waits for those under way, before the connections go. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.workers?.gracefulShutdown('The application is stopping.');
    await this.connections?.end();
  }

  private async run(tasks: TaskList, connections: Pool): Promise<void> {
    const workers = runTaskList(
      {
        concurrency: CONCURRENCY,
        pollInterval: POLL_INTERVAL_MS,
        noHandleSignals: true,
        logger: new WorkerLogger(() => (level, message) => this.relay(level, message)),
      },
      tasks,
      connections,
    );
    this.workers = workers;
    workers.promise.then(
      () => this.runAgain(tasks, connections),
      (error: Error) => this.runAgain(tasks, connections, error),
    );
    await this.presence.announce(workers.id);
  }

  /** The workers have ended by themselves: jobs that nobody runs would be the quietest failure of all. */
  private runAgain(tasks: TaskList, connections: Pool, error?: Error): void {
    if (this.isStopping) return;
    this.logger.error(
      `The job workers have ended (${error?.message ?? 'without an error'}): starting them again.`,
    );
    setTimeout(() => {
      if (this.isStopping) return;
      this.run(tasks, connections).catch((failure: Error) => this.runAgain(tasks, connections, failure));
    }, RESTART_AFTER_MS);
  }

  /** The queue's own log: its reports of failed jobs repeat ours. */
  private relay(level: string, message: string): void {
    if (message.startsWith('Failed task')) return;
    if (level === 'error' || level === 'warning') this.logger.warn(message);
    else this.logger.debug(message);
  }

  private toTask(name: JobName, handler: JobHandler<never>): Task {
    return (payload: unknown, { job }: JobHelpers) =>
      this.running.during(job.id, async () => {
        try {
          await handler(payload as never);
        } catch (error) {
          const tries = `try ${job.attempts} of ${job.max_attempts}`;
          this.logger.warn(
            `${name} ${JSON.stringify(payload)} failed (${tries}): ${(error as Error).message}`,
          );
          throw error;
        }
      });
  }
}
