import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database';
import { withTraceparent } from './job-trace';
import { MAX_ATTEMPTS } from './jobs';
import type { JobName, Jobs, UNKEYED } from './jobs';

interface JobOptions<N extends JobName> {
  /** At most one job with this key waits; a new one replaces it. */
  key: N extends typeof UNKEYED ? null : string;
  /** A job that waits already under this key keeps its time. */
  keepsTime?: boolean;
  /** By the database's clock, which is the one that the queue looks at. */
  delaySeconds?: number;
}

/** The way to put a job on the queue: always as part of the transaction that makes it due. */
@Injectable()
export class JobQueue {
  async enqueue<N extends JobName>(tx: Tx, name: N, payload: Jobs[N], options: JobOptions<N>): Promise<void> {
    const job = [
      name,
      JSON.stringify(withTraceparent(payload)),
      options.delaySeconds ?? 0,
      MAX_ATTEMPTS,
      options.key,
      options.keepsTime ? 'preserve_run_at' : 'replace',
    ];
    if (options.key !== null) await letGoOfStarted(tx, options.key);
    while (!(await isAdded(tx, job)));
  }
}

/**
 * Ends a statement that makes jobs due: one, due now, for each row of `due`, which has a `payload` (json) and a `key`
 * that no job has had. What belongs into a payload beside its ids, `withTraceparent` says.
 */
export function enqueueEach(name: JobName, due: string): string {
  return `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
            SELECT ROW('${name}', payload, NULL, now(), ${MAX_ATTEMPTS}, key, NULL, NULL)::graphile_worker.job_spec
              FROM ${due}))`;
}

/**
 * A job that was started is never used again, though nobody seems to run it: it
 * may have been freed by mistake, from a process that had lost the database for a
 * moment. That one ends it yet, which deletes it, and what was put into it with it.
 * What is let go here is cleared away by {@link ReplacedJobs}.
 */
async function letGoOfStarted(tx: Tx, key: string): Promise<void> {
  await tx.query(
    `UPDATE graphile_worker._private_jobs SET key = NULL, attempts = max_attempts, updated_at = now()
      WHERE key = $1 AND attempts > 0`,
    [key],
  );
}

/**
 * False when a worker took the job that waits under this key while it was being
 * replaced: the queue then adds none, and the one that runs may have read what
 * was true before this transaction. Asked again, it sees that it runs, and adds.
 */
async function isAdded(tx: Tx, job: unknown[]): Promise<boolean> {
  const [added] = await tx.query(
    `SELECT id FROM graphile_worker.add_job($1, $2::json, run_at := now() + make_interval(secs => $3),
                                            max_attempts := $4, job_key := $5, job_key_mode := $6)`,
    job,
  );
  return added.id !== null;
}
