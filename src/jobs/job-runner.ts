import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Logger as WorkerLogger, runTaskList } from 'graphile-worker';
import type { JobHelpers, Task, WorkerPool } from 'graphile-worker';
import { Database } from '../database/database';
import { JobHandlers } from './job-handlers';
import type { JobHandler } from './job-handlers';
import type { JobName } from './jobs';
import { WorkerPresence } from './worker-presence';

/** Jobs one process runs at a time: they mostly wait for Dodo. */
const CONCURRENCY = 8;
/** The queue wakes workers by NOTIFY; this is only for what was scheduled for later. */
const POLL_INTERVAL_MS = 1_000;

/** Runs the jobs of this process, from `start()` until the application shuts down. */
@Injectable()
export class JobRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private pool: WorkerPool | null = null;

  constructor(
    private readonly database: Database,
    private readonly handlers: JobHandlers,
    private readonly presence: WorkerPresence,
  ) {}

  async start(): Promise<void> {
    const tasks = [...this.handlers.all()].map(
      ([name, handler]) => [name, this.toTask(name, handler)] as const,
    );
    this.pool = runTaskList(
      {
        concurrency: CONCURRENCY,
        pollInterval: POLL_INTERVAL_MS,
        noHandleSignals: true,
        logger: new WorkerLogger(() => (level, message) => this.relay(level, message)),
      },
      Object.fromEntries(tasks),
      this.database.pool,
    );
    await this.presence.announce(this.pool.id);
  }

  /** Takes no more jobs and waits for those under way, before the connections go. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.pool?.gracefulShutdown('The application is stopping.');
    this.pool = null;
  }

  private toTask(name: JobName, handler: JobHandler<never>): Task {
    return async (payload: unknown, { job }: JobHelpers) => {
      try {
        await handler(payload as never, { isLast: job.attempts >= job.max_attempts });
      } catch (error) {
        const tries = `try ${job.attempts} of ${job.max_attempts}`;
        this.logger.warn(`${name} ${JSON.stringify(payload)} failed (${tries}): ${(error as Error).message}`);
        throw error;
      }
    };
  }

  /** The queue's own log: its reports of failed jobs repeat ours. */
  private relay(level: string, message: string): void {
    if (message.startsWith('Failed task')) return;
    if (level === 'error' || level === 'warning') this.logger.warn(message);
    else this.logger.debug(message);
  }
}
