import type { DataSource } from 'typeorm';
import { CuttableLink } from '../../scripts/faults/cuttable-link';
import { isDatabaseAway } from '../../src/database/database-away';
import { createDataSource } from '../../src/database/data-source';
import { createTestDatabase, type TestDatabase } from '../support/database';

const STATEMENT_MS = 300;

/** The other side of a connection can be gone without a word: a machine that lost its power, a dropped route. */
describe('a database that falls silent', () => {
  let database: TestDatabase;
  let link: CuttableLink;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    link = await CuttableLink.to(database.url);
    source = await createDataSource(link.url, [], STATEMENT_MS).initialize();
  });
  afterAll(async () => {
    await source.destroy();
    await link.close();
    await database.drop();
  });

  it('ends statements that take too long, and keeps the connection', async () => {
    await source.transaction(async (tx) => {
      const [{ pid }] = await tx.query('SELECT pg_backend_pid() AS pid');
      await tx.query('SAVEPOINT before');
      await expect(tx.query('SELECT pg_sleep(20)')).rejects.toThrow('statement timeout');
      await tx.query('ROLLBACK TO before');
      expect(await tx.query('SELECT pg_backend_pid() AS pid')).toEqual([{ pid }]);
    });
  });

  it('fails what waits on a connection that nobody answers on, and goes on with another', async () => {
    const open = await Promise.all(
      Array.from({ length: 5 }, () => source.query('SELECT pg_sleep(0.05), pg_backend_pid() AS pid')),
    );
    const silence = link.halfOpenFor(8_000);
    silence.catch(() => undefined);
    const answers = await Promise.allSettled(open.map(() => source.query('SELECT pg_backend_pid() AS pid')));
    const reasons = answers.map((answer) => (answer as PromiseRejectedResult).reason as Error);
    expect(reasons.map(isDatabaseAway)).toEqual(open.map(() => true));
    const [{ pid }] = await source.query('SELECT pg_backend_pid() AS pid');
    expect(open.flat().map((row) => row.pid)).not.toContain(pid);
  });

  it('is told from a refusal when it ends a connection, or takes none', async () => {
    const reasonOf = (work: Promise<unknown>) =>
      work.then(
        () => null,
        (reason: unknown) => reason,
      );
    const asleep = reasonOf(source.query('SELECT pg_sleep(20)'));
    await source.query('SELECT 1');
    link.cut();
    expect(isDatabaseAway(await asleep)).toBe(true);
    await link.close();
    const reason = await reasonOf(source.query('SELECT 1'));
    await link.open();
    expect(isDatabaseAway(reason)).toBe(true);
    expect(isDatabaseAway(await reasonOf(source.query('SELECT 1 / 0')))).toBe(false);
    expect(isDatabaseAway(await reasonOf(source.query('SELECT pg_sleep(20)')))).toBe(true);
  });

  it('commits nothing of a transaction whose connection fell silent', async () => {
    await source.query('CREATE TABLE told (word text)');
    const told = source.transaction(async (tx) => {
      await tx.query(`INSERT INTO told VALUES ('half')`);
      void link.halfOpenFor(8_000);
      await tx.query(`INSERT INTO told VALUES ('never')`);
    });
    await expect(told).rejects.toThrow();
    expect(await source.query('SELECT * FROM told')).toEqual([]);
  });
});
