import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { nameOf } from './migration-name';
import type { PipeliningClient } from './pipelining-client';

/** "Part of your transaction": the first parameter of everything that must commit together. */
export type Tx = EntityManager;

/**
 * The way to Postgres for services. A transaction holds a connection, so it is
 * kept short: no HTTP call happens inside one.
 */
@Injectable()
export class Database {
  /** By transaction that is open: what is to be told once it is committed. */
  private readonly afterwards = new WeakMap<Tx, (() => void)[]>();

  constructor(private readonly dataSource: DataSource) {}

  /** Outside any transaction: each statement commits by itself. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** Commits when `work` resolves, rolls back when it rejects. */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const afterwards: (() => void)[] = [];
    const result = await this.dataSource.transaction((tx) => {
      this.afterwards.set(tx, afterwards);
      return work(tx);
    });
    for (const tell of afterwards) tell();
    return result;
  }

  /**
   * The last write of `tx`: it goes together with the COMMIT, which saves a round trip, so that nobody hears its answer.
   * Should it fail, all is rolled back, and the transaction rejects with its error.
   */
  async writeWithCommit(tx: Tx, statement: string, parameters: unknown[]): Promise<void> {
    const client = (await tx.queryRunner!.connect()) as PipeliningClient;
    client.writeWithCommit(statement, parameters);
  }

  /** Calls `tell` once what `tx` has done so far is committed: at once outside a transaction, never after a rollback. */
  afterCommit(tx: Tx, tell: () => void): void {
    const afterwards = this.afterwards.get(tx);
    if (afterwards) afterwards.push(tell);
    else tell();
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
