import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Logger as WorkerLogger, runTaskList } from 'graphile-worker';
import type { TaskList, WorkerPool } from 'graphile-worker';
import type { Pool } from 'pg';
import { Config } from '../config';
import { Database } from '../database/database';
import { watchPool } from '../database/pool-metrics';
import { Metrics } from '../watch/metrics';
import { JobHandlers } from './job-handlers';
import { JobTasks } from './job-tasks';
import { createQueuePool } from './queue-pool';
import { RecurringJobs } from './recurring-jobs';
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
    private readonly database: Database,
    private readonly handlers: JobHandlers,
    private readonly recurring: RecurringJobs,
    private readonly tasks: JobTasks,
    private readonly presence: WorkerPresence,
    metrics: Metrics,
  ) {
    watchPool(metrics, 'queue', () => this.connections);
  }

  /** Rejects when the queue can't be reached, or when this process was to take jobs and takes none. */
  async ping(): Promise<void> {
    await this.database.manager.query('SELECT FROM graphile_worker.jobs LIMIT 1');
    const isToRun = this.connections !== null;
    if (isToRun && this.workers === null) throw new Error('The job workers have ended.');
  }

  async start(): Promise<void> {
    const tasks = this.tasks.of(this.handlers.all());
    this.connections = createQueuePool(this.config.databaseUrl);
    await this.run(tasks, this.connections);
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
    this.workers = null;
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
}
