import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Client } from 'pg';
import { Config } from '../config';
import { Database } from '../database/database';
import { ReplacedJobs } from './replaced-jobs';
import { RunningJobs } from './running-jobs';

/** Namespace of the advisory locks that say "this worker pool is alive". */
const PRESENCE_LOCK_SPACE = 4711;
const LOOK_EVERY_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A pool takes its lock a moment after it starts, and a job a moment after it is given: younger claims are left alone. */
const GRACE_SECONDS = 5;

/**
 * Finds the dead. The queue alone would keep a killed worker's jobs locked for
 * four hours. So each process holds an advisory lock for each of its pools, on a
 * connection of its own; Postgres drops them the moment the process dies, and
 * everyone alive frees the jobs of pools whose lock is gone. And each frees those
 * that the queue has given to it in an answer that was lost on the way: nobody
 * else could know.
 */
@Injectable()
export class WorkerPresence implements OnApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  /** By lane. */
  private readonly poolIds = new Map<string, string>();
  private connection: Client | null = null;
  /** Has ended when nobody is taking the locks. */
  private turn: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly running: RunningJobs,
    private readonly replaced: ReplacedJobs,
  ) {}

  /**
   * From now on the workers of this lane live under `poolId`; what they were called
   * before is forgotten. Should the locks not be had now, the next look takes them.
   */
  async announce(lane: string, poolId: string): Promise<void> {
    this.poolIds.set(lane, poolId);
    try {
      await this.holdInTurn();
    } catch (error) {
      this.logger.warn(`The lock of worker pool ${poolId} can not be had yet: ${(error as Error).message}`);
    }
    if (this.timer === null) this.lookLater();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.connection?.end();
  }

  /** One look at a time: the next one is planned when this one has ended, however it did. */
  private lookLater(): void {
    this.timer = setTimeout(() => {
      this.look()
        .catch((error: Error) => this.logger.warn(`Looking for dead workers failed: ${error.message}`))
        .finally(() => this.isStopped || this.lookLater());
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    if (this.connection === null && this.poolIds.size > 0 && !this.isStopped) await this.holdInTurn();
    await this.freeJobsOfTheDead();
    await this.freeJobsThatNeverCame();
    await this.replaced.clear();
  }

  /** Not waited for: the other side may be gone without a word. */
  private letGo(connection: Client | null): void {
    connection
      ?.end()
      .catch((error: Error) => this.logger.debug(`A connection ended with an error: ${error.message}`));
  }

  /** After a restart of the database all lanes announce themselves at once: one connection is left, with all their locks. */
  private holdInTurn(): Promise<void> {
    const held = this.turn.then(() => this.replaceConnection());
    this.turn = held.catch(() => undefined);
    return held;
  }

  /** The locks of the other lanes are taken anew before they are let go. */
  private async replaceConnection(): Promise<void> {
    const former = this.connection;
    this.connection = null;
    try {
      await this.hold();
    } finally {
      this.letGo(former);
    }
  }

  /**
   * A shared lock: after a cut, the server may believe in the old connection for
   * minutes, and the new one must not wait for it. Whether anyone holds the lock
   * is all that is ever asked.
   */
  private async hold(): Promise<void> {
    const connection = new Client({
      connectionString: this.config.databaseUrl,
      application_name: 'autoposting-billing presence',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    // A cut connection has lost the lock: the next look takes it again.
    const forget = () => {
      if (this.connection === connection) this.connection = null;
    };
    connection.on('error', forget).on('end', forget);
    try {
      await connection.connect();
      await connection.query(
        'SELECT pg_advisory_lock_shared($1, hashtext(id)) FROM unnest($2::text[]) AS id',
        [PRESENCE_LOCK_SPACE, [...this.poolIds.values()]],
      );
      if (this.isStopped) await connection.end();
      else this.connection = connection;
    } catch (error) {
      await connection.end();
      throw error;
    }
  }

  /**
   * Safe at any time. A job that is freed by mistake runs twice, which all jobs
   * allow: what they do is guarded by rows, and the refund's ask by its ticket.
   * What either of them plans next outlives the other's end: see `JobQueue`.
   */
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

  /** The queue says that this process runs them, and it does not. A job that is freed too early runs twice, see above. */
  private async freeJobsThatNeverCame(): Promise<void> {
    const running = this.running.ids();
    const [freed] = await this.database.manager.query<[{ id: string }[], number]>(
      `UPDATE graphile_worker._private_jobs SET locked_by = NULL, locked_at = NULL
        WHERE locked_by = ANY ($1) AND locked_at < now() - make_interval(secs => $2) AND id <> ALL ($3::bigint[])
        RETURNING id`,
      [[...this.poolIds.values()], GRACE_SECONDS, running],
    );
    if (freed.length > 0)
      this.logger.warn(`Freed ${freed.length} job(s) that were given to us and never came.`);
  }
}
