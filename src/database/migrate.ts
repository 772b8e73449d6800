import { runMigrations } from 'graphile-worker';
import { DataSource } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { createDataSource } from './data-source';

/** Any constant will do, as long as every replica uses the same: it names "migrating this service". */
const MIGRATION_LOCK = 7_239_014_552;

/**
 * Brings the schema of the service and of its job queue up to date, and runs
 * `afterwards` while still holding the lock. Replicas that start together wait
 * for one another here, so each migration runs once.
 */
export async function migrate(
  databaseUrl: string,
  afterwards?: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const dataSource = createDataSource(databaseUrl, []);
  await dataSource.initialize();
  try {
    await underLock(dataSource, async () => {
      await dataSource.runMigrations();
      await runMigrations({ connectionString: databaseUrl });
      await afterwards?.(dataSource);
    });
  } finally {
    await dataSource.destroy();
  }
}

async function underLock(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const holder: QueryRunner = dataSource.createQueryRunner();
  await holder.connect();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await work();
  } finally {
    await holder.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await holder.release();
  }
}
