import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { Config } from '../../src/config';
import { Database } from '../../src/database/database';
import { JobQueue } from '../../src/jobs/job-queue';
import { ReplacedJobs } from '../../src/jobs/replaced-jobs';
import { RunningJobs } from '../../src/jobs/running-jobs';
import { WakeUps } from '../../src/jobs/wake-ups';
import { WorkerPresence } from '../../src/jobs/worker-presence';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

describe('the presence of workers', () => {
  let database: TestDatabase;
  let source: DataSource;
  let presence: WorkerPresence;
  let queue: JobQueue;
  let other: Client;
  const running = new RunningJobs();
  const newPresence = () => {
    const service = new Database(source);
    const config = { databaseUrl: database.url } as Config;
    return new WorkerPresence(config, service, running, new ReplacedJobs(service));
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    const service = new Database(source);
    queue = new JobQueue(service, new WakeUps(service));
    await queue.onModuleInit();
    presence = newPresence();
    other = new Client(database.url);
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await source.destroy();
    await database.drop();
  });

  const connections = async (): Promise<number> => {
    const { rows } = await other.query(
      `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'autoposting-billing presence'`,
    );
    return rows.length;
  };

  const isHeld = async (poolId: string): Promise<boolean> => {
    const { rows } = await other.query('SELECT pg_try_advisory_lock(4711, hashtext($1)) AS free', [poolId]);
    if (rows[0].free) await other.query('SELECT pg_advisory_unlock(4711, hashtext($1))', [poolId]);
    return !rows[0].free;
  };

  it('is one connection with the locks of all lanes, also when they come back at once', async () => {
    await Promise.all(['main', 'slow', 'lists'].map((lane) => presence.announce(lane, `first-${lane}`)));
    await Promise.all(['main', 'slow'].map((lane) => presence.announce(lane, `second-${lane}`)));
    await until('one connection is left', async () => (await connections()) === 1);
    for (const poolId of ['second-main', 'second-slow', 'first-lists'])
      expect([poolId, await isHeld(poolId)]).toEqual([poolId, true]);
    for (const poolId of ['first-main', 'first-slow'])
      expect([poolId, await isHeld(poolId)]).toEqual([poolId, false]);
    await presence.onApplicationShutdown();
    await until('none is left', async () => (await connections()) === 0);
    // One that was being taken just then is not kept.
    await presence.announce('main', 'third-main');
    await until('none is left', async () => (await connections()) === 0);
  });

  it('frees the jobs of the dead, and those that never came to us, and no other', async () => {
    /** A job that the queue believes to be with this pool, for so long. */
    const given = async (key: string, poolId: string, since: string): Promise<string> => {
      await queue.enqueue(new Database(source).manager, 'webhook.deliver', { endpointId: 'we_1' }, { key });
      const [[{ id }]] = await source.query(
        `UPDATE graphile_worker._private_jobs SET locked_by = $2, locked_at = now() + $3::interval
          WHERE key = $1 RETURNING id`,
        [key, poolId, since],
      );
      return id;
    };
    const held = async (): Promise<string[]> =>
      (
        await source.query(
          `SELECT key FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL ORDER BY key`,
        )
      ).map(({ key }: { key: string }) => key);
    await other.query(`SELECT pg_advisory_lock(4711, hashtext('another'))`);
    await given('another is alive', 'another', '-1 hour');
    await given('lost by the dead', 'dead', '-10 seconds');
    await given('just given to one that is starting', 'starting', '1 hour');
    await given('just given to us', 'ours', '1 hour');
    await given('lost on its way to us', 'ours', '-10 seconds');
    const jobId = await given('run by us', 'ours', '-1 hour');
    let end = () => {};
    const run = running.during(jobId, () => new Promise<void>((resolve) => (end = resolve)));
    const ours = newPresence();
    await ours.announce('main', 'ours');
    try {
      await until('two are freed', async () => (await held()).length <= 4);
      expect(await held()).toEqual([
        'another is alive',
        'just given to one that is starting',
        'just given to us',
        'run by us',
      ]);
    } finally {
      end();
      await run;
      await ours.onApplicationShutdown();
    }
  });
});
