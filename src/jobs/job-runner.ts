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
import { OWN_LANES } from './jobs';
import { createQueuePool, endQueuePool } from './queue-pool';
import { RecurringJobs } from './recurring-jobs';
import { WorkerPresence } from './worker-presence';

/** Jobs one process runs at a time. They mostly wait for Dodo, and a slow answer must not hold up the others. */
const CONCURRENCY = 32;
/** The same for each lane of jobs that has workers of its own. */
const LANE_CONCURRENCY = 24;
/** The queue wakes workers by NOTIFY; this is only for what was scheduled for later. */
const POLL_INTERVAL_MS = 1_000;
const LANE_POLL_INTERVAL_MS = 2_000;
/**
 * Workers are handed jobs from a batch that their process has taken, instead of each asking for one; what no worker
 * is free for goes back after this, for another process. Well below the time after which jobs are missed, see
 * `WorkerPresence`.
 */
const BATCH_WAITS_AT_MOST_MS = 1_000;
/** Every new job wakes every lane: a lane that found none of its own looks again no sooner than about this. */
const LANE_REST_MS = 100;
const RESTART_AFTER_MS = 1_000;

const MAIN_LANE = 'main';

/** Runs the jobs of this process, from `start()` until the application shuts down. */
@Injectable()
export class JobRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private connections: Pool | null = null;
  /** By lane; a lane that has ended is missing until it is started again. */
  private readonly workers = new Map<string, WorkerPool>();
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
    const missing = [...this.tasksByLane().keys()].filter((lane) => !this.workers.has(lane));
    if (isToRun && missing.length > 0) throw new Error(`No job workers: ${missing.join(', ')}.`);
  }

  async start(): Promise<void> {
    this.connections = createQueuePool(this.config.databaseUrl);
    for (const [lane, tasks] of this.tasksByLane()) await this.run(lane, tasks, this.connections);
    await this.recurring.planAll();
  }

  /** Takes no more jobs and waits for those under way, before the connections go. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const workers = [...this.workers.values()];
    await Promise.all(workers.map(async (pool) => pool.gracefulShutdown('The application is stopping.')));
    if (this.connections) await endQueuePool(this.connections);
  }

  private tasksByLane(): Map<string, TaskList> {
    const lanes = new Map<string, ReturnType<JobHandlers['all']>>();
    for (const [name, handler] of this.handlers.all()) {
      const lane = OWN_LANES[name] ?? MAIN_LANE;
      lanes.set(lane, (lanes.get(lane) ?? new Map()).set(name, handler));
    }
    return new Map([...lanes].map(([lane, handlers]) => [lane, this.tasks.of(handlers)]));
  }

  private async run(lane: string, tasks: TaskList, connections: Pool): Promise<void> {
    const isMain = lane === MAIN_LANE;
    const concurrency = isMain ? CONCURRENCY : LANE_CONCURRENCY;
    const refetchDelay = { durationMs: LANE_REST_MS, maxAbortThreshold: Infinity };
    const localQueue = {
      size: concurrency,
      ttl: BATCH_WAITS_AT_MOST_MS,
      ...(!isMain && { refetchDelay }),
    };
    const workers = runTaskList(
      {
        concurrency,
        preset: { worker: { localQueue } },
        pollInterval: isMain ? POLL_INTERVAL_MS : LANE_POLL_INTERVAL_MS,
        noHandleSignals: true,
        logger: new WorkerLogger(() => (level, message) => this.relay(level, message)),
      },
      tasks,
      connections,
    );
    this.workers.set(lane, workers);
    workers.promise.then(
      () => this.runAgain(lane, tasks, connections),
      (error: Error) => this.runAgain(lane, tasks, connections, error),
    );
    await this.presence.announce(lane, workers.id);
  }

  /** The workers have ended by themselves: jobs that nobody runs would be the quietest failure of all. */
  private runAgain(lane: string, tasks: TaskList, connections: Pool, error?: Error): void {
    this.workers.delete(lane);
    if (this.isStopping) return;
    this.logger.error(
      `The job workers (${lane}) have ended (${error?.message ?? 'without an error'}): starting them again.`,
    );
    setTimeout(() => {
      if (this.isStopping) return;
      this.run(lane, tasks, connections).catch((failure: Error) =>
        this.runAgain(lane, tasks, connections, failure),
      );
    }, RESTART_AFTER_MS);
  }

  /** The queue's own log: its reports of failed jobs repeat ours. */
  private relay(level: string, message: string): void {
    if (message.startsWith('Failed task')) return;
    if (level === 'error' || level === 'warning') this.logger.warn(message);
    else this.logger.debug(message);
  }
}
