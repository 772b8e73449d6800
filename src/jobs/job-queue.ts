import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database';
import { MAX_ATTEMPTS } from './jobs';
import type { JobName, Jobs } from './jobs';

interface JobOptions {
  /** At most one job with this key waits; a new one replaces it. */
  key?: string;
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
    await tx.query(
      `SELECT graphile_worker.add_job($1, $2::json, run_at := now() + make_interval(secs => $3),
                                      max_attempts := $4, job_key := $5)`,
      [name, JSON.stringify(payload), options.delaySeconds ?? 0, MAX_ATTEMPTS, options.key ?? null],
    );
  }
  /** Many of one kind, due now, in one statement. */
  async enqueueAll<N extends JobName>(
    tx: Tx,
    name: N,
    jobs: readonly { payload: Jobs[N]; key: string }[],
  ): Promise<void> {
    if (jobs.length === 0) return;
    await tx.query(
      `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
         SELECT ROW($1, payload, NULL, now(), $2, key, NULL, NULL)::graphile_worker.job_spec
           FROM unnest($3::json[], $4::text[]) AS job (payload, key)))`,
      [name, MAX_ATTEMPTS, jobs.map(({ payload }) => JSON.stringify(payload)), jobs.map(({ key }) => key)],
    );
  }
}
