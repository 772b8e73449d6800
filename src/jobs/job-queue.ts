import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database';
import { withTraceparent } from './job-trace';
import { MAX_ATTEMPTS } from './jobs';
import type { JobName, Jobs } from './jobs';

interface JobOptions {
  /** At most one job with this key waits; a new one replaces it. */
  key?: string;
  /** A job that waits already under this key keeps its time. */
  keepsTime?: boolean;
  /** By the database's clock, which is the one that the queue looks at. */
  delaySeconds?: number;
}

/** The way to put a job on the queue: always as part of the transaction that makes it due. */
@Injectable()
export class JobQueue {
  async enqueue<N extends JobName>(
    tx: Tx,
    name: N,
    payload: Jobs[N],
    options: JobOptions = {},
  ): Promise<void> {
    const job = [
      name,
      JSON.stringify(withTraceparent(payload)),
      options.delaySeconds ?? 0,
      MAX_ATTEMPTS,
      options.key ?? null,
      options.keepsTime ? 'preserve_run_at' : 'replace',
    ];
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
