import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Client } from 'pg';
import { Config } from '../config';
import { Database } from '../database/database';

/** Namespace of the advisory locks that say "this worker pool is alive". */
const PRESENCE_LOCK_SPACE = 4711;
const LOOK_EVERY_MS = 2_000;
/** A pool takes its lock a moment after it starts: younger claims are left alone. */
const GRACE_SECONDS = 5;

/**
 * Finds the dead. The queue alone would keep a killed worker's jobs locked for
 * four hours. So each pool holds an advisory lock on a connection of its own,
 * which Postgres drops the moment the process dies, and everyone alive frees
 * the jobs of pools whose lock is gone.
 */
@Injectable()
export class WorkerPresence implements OnApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private connection: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  async announce(poolId: string): Promise<void> {
    await this.hold(poolId);
    this.timer = setInterval(() => {
      this.tick(poolId).catch((error: Error) =>
        this.logger.warn(`Looking for dead workers failed: ${error.message}`),
      );
    }, LOOK_EVERY_MS);
    this.timer.unref();
    await this.freeJobsOfTheDead();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.connection?.end();
  }

  private async tick(poolId: string): Promise<void> {
    if (this.connection === null && !this.isStopped) await this.hold(poolId);
    await this.freeJobsOfTheDead();
  }

  private async hold(poolId: string): Promise<void> {
    const connection = new Client({
      connectionString: this.config.databaseUrl,
      application_name: 'autoposting-billing presence',
      keepAlive: true,
    });
    // A cut connection has lost the lock: the next tick takes it again.
    connection.on('error', () => (this.connection = null));
    connection.on('end', () => (this.connection = null));
    await connection.connect();
    await connection.query('SELECT pg_advisory_lock($1, hashtext($2))', [PRESENCE_LOCK_SPACE, poolId]);
    this.connection = connection;
  }

  /** Safe to run anywhere at any time: a job that is freed by mistake runs twice, which all jobs allow. */
  private async freeJobsOfTheDead(): Promise<void> {
    const dead: { locked_by: string }[] = await this.database.manager.query(
      `SELECT DISTINCT locked_by
         FROM graphile_worker.jobs
        WHERE locked_by IS NOT NULL
          AND locked_at < now() - make_interval(secs => $2)
          AND NOT EXISTS (
            SELECT FROM pg_locks
             WHERE locktype = 'advisory' AND granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND classid = $1::int::oid AND objid::bigint = (hashtext(locked_by)::bigint & 4294967295))`,
      [PRESENCE_LOCK_SPACE, GRACE_SECONDS],
    );
    if (dead.length === 0) return;
    const ids = dead.map((row) => row.locked_by);
    this.logger.warn(`Freeing the jobs of ${ids.length} worker pool(s) that died: ${ids.join(', ')}`);
    await this.database.manager.query('SELECT graphile_worker.force_unlock_workers($1::text[])', [ids]);
  }
}
