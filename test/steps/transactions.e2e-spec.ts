import { Database } from '../../src/database/database';
import type { Tx } from '../../src/database/database';
import { createDataSource } from '../../src/database/data-source';
import { createEmptyDatabase, type TestDatabase } from '../support/database';

const INSERT = 'INSERT INTO notes (id) VALUES ($1)';

describe('a transaction, with a real Postgres', () => {
  let empty: TestDatabase;
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => {
    empty = await createEmptyDatabase();
    const source = await createDataSource(empty.url, [], 5_000).initialize();
    [database, close] = [new Database(source), () => source.destroy()];
    await database.manager.query(
      'CREATE TABLE notes (id integer PRIMARY KEY, beside integer REFERENCES notes DEFERRABLE INITIALLY DEFERRED)',
    );
  });
  beforeEach(() => database.manager.query('TRUNCATE notes'));
  afterAll(async () => {
    await close();
    await empty.drop();
  });

  const count = async (tx: Tx = database.manager): Promise<number> =>
    Number((await tx.query('SELECT count(*) FROM notes'))[0].count);
  const insert = (tx: Tx, id: number): Promise<unknown> => tx.query(INSERT, [id]);

  it.each([
    ['a read', (tx: Tx) => count(tx)],
    ['a write', (tx: Tx) => insert(tx, 1)],
  ])('that begins with %s rolls back all that it wrote when its work fails', async (_what, first) => {
    const work = database.transaction(async (tx) => {
      await first(tx);
      await insert(tx, 2);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await count()).toBe(0);
  });

  it('that begins with a read that fails, fails with its error', async () => {
    const work = database.transaction((tx) => tx.query('SELECT 1 / 0'));
    await expect(work).rejects.toMatchObject({ driverError: { code: '22012' } });
    expect(await count()).toBe(0);
  });

  it('that does nothing is no error', async () => {
    expect(await database.transaction(() => Promise.resolve('done'))).toBe('done');
  });

  describe('whose last write goes with the commit', () => {
    it('stores it with all the rest', async () => {
      await database.transaction(async (tx) => {
        await insert(tx, 1);
        await database.writeWithCommit(tx, INSERT, [2]);
      });
      expect(await count()).toBe(2);
    });

    it('stores nothing when that write is refused, says why, and tells nobody that it was committed', async () => {
      const told = jest.fn();
      const work = database.transaction(async (tx) => {
        await insert(tx, 1);
        database.afterCommit(tx, told);
        await database.writeWithCommit(tx, INSERT, [1]);
      });
      await expect(work).rejects.toMatchObject({ driverError: { code: '23505' } });
      expect(await count()).toBe(0);
      expect(told).not.toHaveBeenCalled();
    });

    it('stores nothing when the commit is refused, and says why', async () => {
      const work = database.transaction(async (tx) => {
        await insert(tx, 1);
        await database.writeWithCommit(tx, 'INSERT INTO notes VALUES ($1, $2)', [2, 99]);
      });
      await expect(work).rejects.toMatchObject({ driverError: { code: '23503' } });
      expect(await count()).toBe(0);
    });

    it('stores nothing of it when the work fails afterwards, then or later', async () => {
      const work = database.transaction(async (tx) => {
        await database.writeWithCommit(tx, INSERT, [1]);
        throw new Error('changed my mind');
      });
      await expect(work).rejects.toThrow('changed my mind');
      await database.transaction((tx) => insert(tx, 2));
      expect(await database.manager.query('SELECT id FROM notes')).toEqual([{ id: 2 }]);
    });

    it('fails when its connection is ended before the answer', async () => {
      const work = database.transaction(async (tx) => {
        await tx.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
        await database.writeWithCommit(tx, INSERT, [1]);
      });
      await expect(work).rejects.toThrow();
      expect(await count()).toBe(0);
    });
  });
});
