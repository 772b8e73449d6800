import { DataSource } from 'typeorm';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { SnakeNamingStrategy } from './snake-naming.strategy';
import { MIGRATIONS } from './migrations/migrations';

/** Connections of one process for requests and jobs; the queue has its own. */
const POOL_SIZE = 20;
const CONNECT_TIMEOUT_MS = 5_000;

/** A data source that is not connected yet. The schema only ever changes by migrations. */
export function createDataSource(url: string, entities: EntityTarget<ObjectLiteral>[]): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'autoposting-billing',
    entities: entities as never,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNamingStrategy(),
    synchronize: false,
    logging: false,
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
  });
}
