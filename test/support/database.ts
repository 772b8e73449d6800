import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { migrate } from '../../src/database/migrate';
import { dropDatabase, templateName, urlOf, withServer } from './postgres-server';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Held while the template is made, so that of all workers the first one makes it. */
const TEMPLATE_LOCK = 7_001;

/** A migrated database of its own for a test file, on the run's server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `billing_test_${randomBytes(6).toString('hex')}`;
  await withServer(async (server) => {
    await ensureTemplate(server);
    await server.query(`create database ${name} template ${templateName()}`);
  });
  return { url: urlOf(name), drop: () => dropDatabase(name) };
}

/** One without a schema, for what brings its own. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `billing_test_${randomBytes(6).toString('hex')}`;
  await withServer((server) => server.query(`create database ${name}`));
  return { url: urlOf(name), drop: () => dropDatabase(name) };
}

async function ensureTemplate(server: Client): Promise<void> {
  await server.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await server.query('select 1 from pg_database where datname = $1', [templateName()]);
    if (!rowCount) await makeTemplate(server);
  } finally {
    await server.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

/** Migrated under another name first: a failed migration must not pass for a template. */
async function makeTemplate(server: Client): Promise<void> {
  const unfinished = `${templateName()}_unfinished`;
  await server.query(`drop database if exists ${unfinished} with (force)`);
  await server.query(`create database ${unfinished}`);
  await migrate(urlOf(unfinished));
  await server.query(`alter database ${unfinished} rename to ${templateName()}`);
}
