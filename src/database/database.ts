import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { nameOf } from './migration-name';

/** "Part of your transaction": the first parameter of everything that must commit together. */
export type Tx = EntityManager;

/**
 * The way to Postgres for services. A transaction holds a connection, so it is
 * kept short: no HTTP call happens inside one.
 */
@Injectable()
export class Database {
  constructor(private readonly dataSource: DataSource) {}

  /** Outside any transaction: each statement commits by itself. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  async ping(): Promise<void> {
    await this.dataSource.query('SELECT 1');
  }

  /** Migrations of this version that the database has not had. */
  async listMissingMigrations(): Promise<string[]> {
    const rows: { name: string }[] = await this.dataSource.query('SELECT name FROM migrations');
    const run = new Set(rows.map(({ name }) => name));
    return this.dataSource.migrations.map(nameOf).filter((name) => !run.has(name));
  }
}
