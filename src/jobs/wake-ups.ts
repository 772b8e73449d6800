import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database';
import type { Tx } from '../database/database';

/** Heard by the workers of all processes. */
const CHANNEL = 'jobs:insert';

/**
 * Wakes workers once new jobs are committed. The queue's own functions NOTIFY in
 * the transaction that adds a job, and Postgres puts such commits in a row, each
 * behind the disk. One that does nothing else waits for no disk, and stands for
 * all jobs that were added since the last. A process that dies in between has
 * told nobody: workers look by themselves a second later.
 */
@Injectable()
export class WakeUps {
  private readonly logger = new Logger('Jobs');
  private jobs = 0;
  private isTelling = false;

  constructor(private readonly database: Database) {}

  /** `jobs` that are due now have been added by `tx`. */
  after(tx: Tx, jobs: number): void {
    this.database.afterCommit(tx, () => {
      this.jobs += jobs;
      if (this.isTelling) return;
      this.isTelling = true;
      setImmediate(() => void this.tell());
    });
  }

  private async tell(): Promise<void> {
    while (this.jobs > 0) {
      const count = this.jobs;
      this.jobs = 0;
      await this.database.manager
        .query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify({ count })])
        .catch((error: Error) => this.logger.debug(`Workers were not woken: ${error.message}`));
    }
    this.isTelling = false;
  }
}
