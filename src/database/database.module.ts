import { Global, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { Config } from '../config';
import { createDataSource } from './data-source';
import { Metrics } from '../watch/metrics';
import { Database } from './database';
import { watchPool } from './pool-metrics';

/** Statements take milliseconds; what takes this long is stuck, and holds a connection of few. */
const STATEMENT_TIMEOUT_MS = 30_000;

@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    metrics: Metrics,
  ) {
    watchPool(metrics, 'requests', () => (this.dataSource.driver as PostgresDriver).master);
  }

  static forEntities(entities: EntityTarget<ObjectLiteral>[]): DynamicModule {
    const dataSource = {
      provide: DataSource,
      inject: [Config],
      useFactory: (config: Config) =>
        createDataSource(config.databaseUrl, entities, STATEMENT_TIMEOUT_MS).initialize(),
    };
    return { module: DatabaseModule, providers: [dataSource, Database], exports: [Database] };
  }

  /** The last step of a shutdown: requests and jobs have ended by then. */
  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}
