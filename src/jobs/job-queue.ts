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

  /** Many of one kind, due now, in one statement: each under a key that no job has had, of its own cause. */
  async enqueueAll<N extends JobName>(
    tx: Tx,
    name: N,
    jobs: readonly { payload: Jobs[N]; key: string; traceparent?: string }[],
  ): Promise<void> {
    if (jobs.length === 0) return;
    await tx.query(
      `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
         SELECT ROW($1, payload, NULL, now(), $2, key, NULL, NULL)::graphile_worker.job_spec
           FROM unnest($3::json[], $4::text[]) AS job (payload, key)))`,
      [
        name,
        MAX_ATTEMPTS,
        jobs.map(({ payload, traceparent }) => JSON.stringify(withTraceparent(payload, traceparent))),
        jobs.map(({ key }) => key),
      ],
    );
  }
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
