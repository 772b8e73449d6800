import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database';
import type { Tx } from '../database/database';
import { withTraceparent } from './job-trace';
import { JOB_NAMES, MAX_ATTEMPTS } from './jobs';
import type { JobName, Jobs, UNKEYED } from './jobs';
import { WakeUps } from './wake-ups';

interface JobOptions<N extends JobName> {
  /** At most one job with this key waits; a new one replaces it. */
  key: N extends typeof UNKEYED ? null : string;
  /** A job that waits already under this key keeps its time. */
  keepsTime?: boolean;
  /** By the database's clock, which is the one that the queue looks at. */
  delaySeconds?: number;
}

/** Without one, the row is refused. */
const taskId = (name: string) => `(SELECT id FROM graphile_worker._private_tasks WHERE identifier = ${name})`;

/**
 * The way to put a job on the queue: always as part of the transaction that
 * makes it due. Rows are written here, not by the queue's own functions, since
 * those NOTIFY: see {@link WakeUps}.
 */
@Injectable()
export class JobQueue implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly wakeUps: WakeUps,
  ) {}

  /** Jobs may be added before any worker has run, which would name them as well. */
  async onModuleInit(): Promise<void> {
    await this.database.manager.query(
      `INSERT INTO graphile_worker._private_tasks (identifier) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`,
      [JOB_NAMES],
    );
  }

  async enqueue<N extends JobName>(tx: Tx, name: N, payload: Jobs[N], options: JobOptions<N>): Promise<void> {
    const { key, delaySeconds = 0, keepsTime = false } = options;
    const job = [name, JSON.stringify(withTraceparent(payload)), MAX_ATTEMPTS, delaySeconds, key, keepsTime];
    // One that is started at this very moment is met by the second round.
    while (!(await isAdded(tx, job)));
    if (delaySeconds === 0) this.wakeUps.after(tx, 1);
  }
}

/**
 * One that waits under this key is replaced. One that was started is let go: it may have read what was true before this
 * transaction. It is never used again, though nobody seems to run it: it may have been freed by mistake, from a process
 * that had lost the database for a moment. That one ends it yet, which deletes it, and what was put into it with it.
 * What is let go here is cleared away by {@link ReplacedJobs}. False when one was started meanwhile.
 */
async function isAdded(tx: Tx, job: unknown[]): Promise<boolean> {
  const added: unknown[] = await tx.query(
    `WITH let_go AS (
       UPDATE graphile_worker._private_jobs SET key = NULL, attempts = max_attempts, updated_at = now()
        WHERE key = $5 AND (locked_at IS NOT NULL OR attempts > 0)
        RETURNING id
     ), ready AS (SELECT count(*) FROM let_go)
     INSERT INTO graphile_worker._private_jobs AS job (task_id, payload, max_attempts, run_at, key)
     SELECT ${taskId('$1')}, $2::json, $3::integer, now() + make_interval(secs => $4), $5 FROM ready
     ON CONFLICT (key) DO UPDATE
        SET payload = excluded.payload, max_attempts = excluded.max_attempts, revision = job.revision + 1,
            run_at = CASE WHEN $6 THEN job.run_at ELSE excluded.run_at END, updated_at = now()
      WHERE job.locked_at IS NULL AND job.attempts = 0
     RETURNING id`,
    job,
  );
  return added.length > 0;
}

/**
 * Ends a statement that makes jobs due: one, due now, for each row of `due`, the CTE before it, which has a `payload`
 * (json) and a `key` that no job has had. It answers how many. What belongs into a payload beside its ids,
 * `withTraceparent` says.
 */
export function enqueueEach(name: JobName, due: string): string {
  return `, added AS (
            INSERT INTO graphile_worker._private_jobs (task_id, payload, max_attempts, key)
            SELECT ${taskId(`'${name}'`)}, payload, ${MAX_ATTEMPTS}, key FROM ${due}
            RETURNING id
          ) SELECT count(*)::int AS count FROM added`;
}

/** A condition: nothing will run what is due under `key`, an expression of SQL. A job that was given up is none. */
export function hasNoJob(key: string): string {
  return `NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE key = ${key} AND attempts < max_attempts)`;
}
