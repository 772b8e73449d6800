import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { UNKEYED } from './jobs';

/**
 * Clears away what a replaced job leaves behind. A job that is replaced while it
 * runs loses its key and its tries: its successor does the work. When it then
 * ends well it is gone; when it fails, or its process dies, its row would stay
 * for ever and look like a job that was given up. Only what was given a key can
 * have lost it: see {@link UNKEYED}.
 */
@Injectable()
export class ReplacedJobs {
  constructor(private readonly database: Database) {}

  async clear(): Promise<void> {
    await this.database.manager.query(
      `SELECT FROM graphile_worker.complete_jobs(ARRAY(
         SELECT id FROM graphile_worker.jobs
          WHERE key IS NULL AND attempts >= max_attempts AND locked_by IS NULL AND task_identifier <> $1))`,
      [UNKEYED],
    );
  }
}
