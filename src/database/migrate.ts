import { runMigrations } from 'graphile-worker';
import { DataSource, MigrationExecutor } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { nameOf } from './migration-name';
import { createDataSource } from './data-source';

/** Any constant will do, as long as every replica uses the same: it names "migrating this service". */
export const MIGRATION_LOCK = 7_239_014_552;

/** This version would run on a schema that it does not know. */
export class DatabaseIsNewer extends Error {
  constructor(unknownMigrations: string[]) {
    super(
      `the database is newer than this version, which does not know ${unknownMigrations.join(', ')}. ` +
        'Start the version that made it, or a later one.',
    );
    this.name = 'DatabaseIsNewer';
  }
}

/** There is no connection to the database, whatever the reason. */
export class CannotConnect extends Error {
  constructor(override readonly cause: Error & { code?: string }) {
    super(`the database of DATABASE_URL can't be used (${cause.message}).`);
    this.name = 'CannotConnect';
  }
}

/**
 * Brings the schema of the service and of its job queue up to date, and runs
 * `afterwards` while still holding the lock. Replicas that start together wait
 * for one another here, so each migration runs once.
 * @throws {CannotConnect}
 * @throws {DatabaseIsNewer} before anything is changed
 */
export async function migrate(
  databaseUrl: string,
  afterwards?: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const dataSource = await connect(databaseUrl);
  try {
    await underLock(dataSource, async (holder) => {
      await refuseNewer(dataSource);
      await runPending(dataSource, holder);
      await runMigrations({ connectionString: databaseUrl });
      await afterwards?.(dataSource);
    });
  } finally {
    await dataSource.destroy();
  }
}

/**
 * What a start would find, and changes nothing: the version of Postgres, whether it takes writes, how many migrations
 * a start would make, and whether it may.
 * @throws {CannotConnect}
 * @throws {DatabaseIsNewer}
 */
export async function inspect(
  databaseUrl: string,
): Promise<{ version: string; isReadOnly: boolean; missing: number; mayMigrate: boolean }> {
  const dataSource = await connect(databaseUrl);
  try {
    await refuseNewer(dataSource);
    const run = new Set(await listRun(dataSource));
    const [{ server_version: version }] = await dataSource.query('SHOW server_version');
    const [{ transaction_read_only: readOnly }] = await dataSource.query('SHOW transaction_read_only');
    // Nothing but the queue's own schema is made in the database itself, and that by the first start alone.
    const [{ may }] = await dataSource.query(
      `SELECT (to_regnamespace('graphile_worker') IS NOT NULL
               OR has_database_privilege(current_database(), 'CREATE'))
              AND has_schema_privilege(current_schema(), 'CREATE') AS may`,
    );
    const missing = dataSource.migrations.filter((it) => !run.has(nameOf(it))).length;
    return { version, isReadOnly: readOnly === 'on', missing, mayMigrate: may === true };
  } finally {
    await dataSource.destroy();
  }
}

async function connect(databaseUrl: string): Promise<DataSource> {
  try {
    return await createDataSource(databaseUrl, []).initialize();
  } catch (error) {
    throw new CannotConnect(error as Error);
  }
}

/** Without the role's limit on how long a statement may take: a new index on a large table needs its time. */
async function underLock(
  dataSource: DataSource,
  work: (holder: QueryRunner) => Promise<void>,
): Promise<void> {
  const holder: QueryRunner = dataSource.createQueryRunner();
  await holder.connect();
  try {
    // Another's migrations may take longer than the role or the database lets a statement wait.
    await holder.query('SET lock_timeout = 0; SET statement_timeout = 0');
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // But what a migration locks is in use, and whoever wants it waits behind it: there the role's limit holds.
    await holder.query('RESET lock_timeout');
    await work(holder);
  } finally {
    await holder.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await holder.release();
  }
}

async function runPending(dataSource: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'each';
  await executor.executePendingMigrations();
}

/** A replica of the version before, started again in the middle of an upgrade, must not serve from what it can't read. */
async function refuseNewer(dataSource: DataSource): Promise<void> {
  const known = new Set(dataSource.migrations.map(nameOf));
  const unknown = (await listRun(dataSource)).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new DatabaseIsNewer(unknown);
}

/** The migrations that the database has had, in their order. */
async function listRun(dataSource: DataSource): Promise<string[]> {
  const [{ exists }] = await dataSource.query(`SELECT to_regclass('migrations') IS NOT NULL AS exists`);
  if (!exists) return [];
  const run: { name: string }[] = await dataSource.query('SELECT name FROM migrations ORDER BY id');
  return run.map(({ name }) => name);
}
