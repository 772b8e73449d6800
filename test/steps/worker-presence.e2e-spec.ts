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
  let other: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    const service = new Database(source);
    await new JobQueue(service, new WakeUps(service)).onModuleInit();
    const config = { databaseUrl: database.url } as Config;
    presence = new WorkerPresence(config, service, new RunningJobs(), new ReplacedJobs(service));
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
});
