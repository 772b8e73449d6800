import { DataSource } from 'typeorm';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { clientWithDeadline } from './deadline-client';
import { pipeliningClient } from './pipelining-client';
import { preparingClient } from './preparing-client';
import { SnakeNamingStrategy } from './snake-naming.strategy';
import { MIGRATIONS } from './migrations/migrations';

/** Connections of one process for requests and jobs; the queue has its own. */
const POOL_SIZE = 20;
const CONNECT_TIMEOUT_MS = 5_000;

/** A session keeps what it began with, such as being read-only by a default of that hour: so none is used for ever. */
export const CONNECTION_LIFETIME_SECONDS = 600;

/** How much later than Postgres itself a client gives up: an answer under way should still arrive. */
const DEADLINE_MARGIN_MS = 5_000;

/**
 * A data source that is not connected yet. The schema only ever changes by migrations.
 * `statementMs`: no statement may take longer; without it, as migrations need it, any may.
 */
export function createDataSource(
  url: string,
  entities: EntityTarget<ObjectLiteral>[],
  statementMs?: number,
): DataSource {
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
    extra: statementMs && {
      statement_timeout: statementMs,
      Client: pipeliningClient(preparingClient(clientWithDeadline(statementMs + DEADLINE_MARGIN_MS))),
      pipeline: true,
      keepAlive: true,
      maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
    },
  });
}
