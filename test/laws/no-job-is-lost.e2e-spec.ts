import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { Database } from '../../src/database/database';
import type { Tx } from '../../src/database/database';
import type { JobHandlers } from '../../src/jobs/job-handlers';
import { JobQueue } from '../../src/jobs/job-queue';
import { RecurringJobs } from '../../src/jobs/recurring-jobs';
import { ReplacedJobs } from '../../src/jobs/replaced-jobs';
import { WakeUps } from '../../src/jobs/wake-ups';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

/** Jobs with a key replace each other, and a worker may take the old one at any moment of that. */
describe('a job that is put on the queue runs after it was put there', () => {
  let database: TestDatabase;
  let source: DataSource;
  let service: Database;
  let queue: JobQueue;
  let worker: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    service = new Database(source);
    queue = new JobQueue(service, new WakeUps(service));
    await queue.onModuleInit();
    worker = new Client(database.url);
    await worker.connect();
  });
  afterAll(async () => {
    await worker.end();
    await source.destroy();
    await database.drop();
  });
  beforeEach(() => worker.query('DELETE FROM graphile_worker._private_jobs'));

  const put = (tries: number, keepsTime: boolean): Promise<void> =>
    service.transaction((tx) =>
      queue.enqueue(
        tx,
        'reconciliation.step',
        { reconciliationId: 'rec_1', tries },
        { key: 'one', keepsTime },
      ),
    );

  const waiting = async (): Promise<unknown[]> => {
    const { rows } = await worker.query(
      `SELECT payload FROM graphile_worker._private_jobs WHERE key = 'one' AND is_available`,
    );
    return rows.map(({ payload }) => payload.tries);
  };

  const untilItWaits = (): Promise<boolean> =>
    until('the second one waits for the worker', async () => {
      const blocked = await source.query(
        `SELECT 1 FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return blocked.length === 1;
    });

  const take = `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'a worker', attempts = 1
                 WHERE key = 'one'`;

  describe.each([
    ['replaced', false],
    ['kept', true],
  ])('when the one that waits is to be %s', (_, keepsTime) => {
    it('and still waits: they are one', async () => {
      await put(1, keepsTime);
      await put(2, keepsTime);
      expect(await waiting()).toEqual([2]);
    });

    it('and runs: there is a second one', async () => {
      await put(1, keepsTime);
      await worker.query(take);
      await put(2, keepsTime);
      expect(await waiting()).toEqual([2]);
    });

    it('and runs, and was freed by mistake: what is planned meanwhile outlives its end', async () => {
      await put(1, keepsTime);
      await worker.query(take);
      const [{ id }] = (await worker.query('SELECT id FROM graphile_worker.jobs')).rows;
      await worker.query(`SELECT graphile_worker.force_unlock_workers(ARRAY['a worker'])`);
      await put(2, keepsTime);
      await worker.query('DELETE FROM graphile_worker._private_jobs WHERE id = $1', [id]);
      expect(await waiting()).toEqual([2]);
    });

    it('and is taken at that moment: there is a second one', async () => {
      await put(1, keepsTime);
      await worker.query('BEGIN');
      await worker.query(take);
      const second = put(2, keepsTime);
      await untilItWaits();
      await worker.query('COMMIT');
      await second;
      expect(await waiting()).toEqual([2]);
    });

    it('and ends at that moment: there is a second one', async () => {
      await put(1, keepsTime);
      await worker.query(take);
      await worker.query('BEGIN');
      await worker.query(`DELETE FROM graphile_worker._private_jobs WHERE key = 'one'`);
      const second = put(2, keepsTime);
      await untilItWaits();
      await worker.query('COMMIT');
      await second;
      expect(await waiting()).toEqual([2]);
    });
  });

  it('and is never let go of without the one that takes its place', async () => {
    await put(1, false);
    await worker.query(take);
    await worker.query(`
      CREATE FUNCTION refuse_free_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM graphile_worker._private_jobs WHERE key = NEW.key) THEN RAISE 'the end'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse_free_key BEFORE INSERT ON graphile_worker._private_jobs
        FOR EACH ROW EXECUTE FUNCTION refuse_free_key()`);
    try {
      const payload = { reconciliationId: 'rec_1', tries: 2 };
      const second = queue.enqueue(service.manager, 'reconciliation.step', payload, { key: 'one' });
      await expect(second).rejects.toThrow('the end');
    } finally {
      await worker.query('DROP FUNCTION refuse_free_key CASCADE');
    }
    const { rows } = await worker.query('SELECT key, attempts FROM graphile_worker.jobs');
    expect(rows).toEqual([{ key: 'one', attempts: 1 }]);
  });

  describe('and what a replaced job leaves behind', () => {
    const left = async (): Promise<unknown[]> =>
      (await worker.query('SELECT key, attempts FROM graphile_worker.jobs ORDER BY id')).rows;
    const fail = `UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL WHERE key IS NULL`;
    const clear = () => new ReplacedJobs(service).clear();

    it('is cleared away once nobody runs it: nothing was given up', async () => {
      await put(1, false);
      await worker.query(take);
      await put(2, false);
      await clear();
      expect(await left()).toHaveLength(2);
      await worker.query(fail);
      await clear();
      expect(await left()).toEqual([{ key: 'one', attempts: 0 }]);
    });

    it('is no job that was given up: those stay', async () => {
      await put(1, false);
      await service.transaction((tx) =>
        queue.enqueue(tx, 'dodo-event.rematch', { matchKeys: [] }, { key: null }),
      );
      await worker.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts');
      await clear();
      expect(await left()).toHaveLength(2);
    });
  });

  describe('and the workers of all processes', () => {
    const rematch = (tx: Tx, delaySeconds = 0): Promise<void> =>
      queue.enqueue(tx, 'dodo-event.rematch', { matchKeys: [] }, { key: null, delaySeconds });

    let heard: number[];
    beforeEach(async () => {
      heard = [];
      worker.on('notification', ({ payload }) => heard.push(JSON.parse(payload!).count));
      await worker.query('LISTEN "jobs:insert"');
    });
    afterEach(async () => {
      worker.removeAllListeners('notification');
      await worker.query('UNLISTEN "jobs:insert"');
    });

    /** Whatever was told before this has been heard when it answers. */
    const listen = () => worker.query('SELECT 1');

    it('are woken once it is committed, and not before', async () => {
      await service.transaction(async (tx) => {
        await rematch(tx);
        await rematch(tx);
        await listen();
        expect(heard).toEqual([]);
      });
      await until('they are woken', async () => (await listen(), heard.length > 0));
      expect(heard).toEqual([2]);
    });

    it('are woken by one that is added outside any transaction', async () => {
      await rematch(service.manager);
      await until('they are woken', async () => (await listen(), heard.length > 0));
      expect(heard).toEqual([1]);
    });

    it('are left alone by what is due later, or was taken back', async () => {
      await rematch(service.manager, 60);
      const refused = service.transaction(async (tx) => {
        await rematch(tx);
        throw new Error('taken back');
      });
      await expect(refused).rejects.toThrow('taken back');
      await rematch(service.manager);
      await until('they are woken', async () => (await listen(), heard.length > 0));
      expect(heard).toEqual([1]);
    });
  });

  describe('when it comes back by itself', () => {
    const planned = async (): Promise<number> => {
      const { rows } = await worker.query(
        `SELECT FROM graphile_worker._private_jobs WHERE key = 'surplus.sweep' AND run_at > now() + interval '9 minutes'`,
      );
      return rows.length;
    };

    function recurring(everySeconds: number, work: () => Promise<void>) {
      let run: (() => Promise<void>) | undefined;
      const handlers = { register: (_: string, handler: () => Promise<void>) => void (run = handler) };
      new RecurringJobs(service, handlers as unknown as JobHandlers, queue).register(
        'surplus.sweep',
        everySeconds,
        work,
      );
      return run!;
    }

    it('its successor is planned before it does anything, so that no failure ends the row', async () => {
      const seen: number[] = [];
      const run = recurring(600, async () => {
        seen.push(await planned());
        throw new Error('The database is away.');
      });
      await expect(run()).rejects.toThrow('The database is away.');
      expect([seen, await planned()]).toEqual([[1], 1]);
    });

    it('it does nothing where it is to come no more, and has no successor', async () => {
      const work = jest.fn(() => Promise.resolve());
      await recurring(0, work)();
      expect([work.mock.calls.length, await planned()]).toEqual([0, 0]);
    });
  });
});
