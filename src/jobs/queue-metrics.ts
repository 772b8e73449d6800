import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database';
import { Metrics } from '../watch/metrics';
import { JOB_NAMES } from './jobs';

const STATES = ['due', 'later', 'running', 'given_up'] as const;

/** By the database's clock, which is the one that the queue looks at. */
const COUNTS = `
  SELECT task_identifier AS job,
         CASE WHEN locked_at IS NOT NULL THEN 'running'
              WHEN attempts >= max_attempts THEN 'given_up'
              WHEN run_at > now() THEN 'later'
              ELSE 'due' END AS state,
         count(*)::int AS count,
         extract(epoch FROM now() - min(run_at))::float8 AS age
    FROM graphile_worker.jobs
   GROUP BY 1, 2`;

interface Row {
  job: string;
  state: (typeof STATES)[number];
  count: number;
  age: number;
}

/** What lies on the queue. Its table holds only what is not done yet. */
@Injectable()
export class QueueMetrics implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.state(
      'billing_jobs',
      'Jobs on the queue: due, for later, running, or given up after all their tries.',
      ['job', 'state'],
      async () => {
        const rows = await this.read();
        const jobs = new Set([...JOB_NAMES, ...rows.map(({ job }) => job)]);
        const count = (job: string, state: string) =>
          rows.find((row) => row.job === job && row.state === state)?.count ?? 0;
        return [...jobs].flatMap((job) =>
          STATES.map((state): [{ job: string; state: string }, number] => [
            { job, state },
            count(job, state),
          ]),
        );
      },
    );
    this.metrics.state(
      'billing_jobs_oldest_due_age_seconds',
      'For how long the job has been due that nobody has taken for the longest; 0 when none is.',
      [],
      async () => {
        const due = (await this.read()).filter(({ state }) => state === 'due');
        return [[{}, Math.max(0, ...due.map(({ age }) => age))]];
      },
    );
  }

  private read(): Promise<Row[]> {
    return this.database.manager.query(COUNTS);
  }
}
