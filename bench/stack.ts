import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../scripts/local/embedded-postgres';
import type { LocalPostgres } from '../scripts/local/embedded-postgres';
import { freePort } from '../scripts/local/ports';
import { PlainKey } from '../src/auth/api-key';
import { ALL_SCOPES } from '../src/auth/scopes';
import { HmacKey } from '../src/hmac';
import { migrate } from '../src/database/migrate';
import { newId } from '../src/ids';
import { Served } from './processes';

const PEPPER = 'a pepper for the bench';
/** For 128 clients of pgbench beside the pools of the contestants. */
const MAX_CONNECTIONS = 300;

export interface Tenant {
  orgId: string;
  key: string;
}

/**
 * What the contestants share: one durable Postgres (fsync and synchronous
 * commits on, as they are by default), one sandbox, one machine.
 */
export class Stack {
  readonly webhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  private readonly running: Served[] = [];

  private constructor(
    private readonly folder: string,
    private readonly postgres: LocalPostgres,
    readonly sql: Client,
    private readonly sandboxUrl: string,
  ) {}

  static async start(): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'autoposting-bench-'));
    const postgres = await startPostgres({ durable: true, dataDir: folder });
    const widened = await widen(postgres, folder);
    await migrate(widened.url);
    const sql = new Client({ connectionString: widened.url });
    await sql.connect();
    const port = await freePort();
    const stack = new Stack(folder, widened, sql, `http://127.0.0.1:${port}`);
    await stack.serve(
      'dist/sandbox/main.js',
      { SANDBOX_PORT: String(port), SANDBOX_DATA_DIR: '' },
      '/',
      port,
    );
    await stack.sandbox('PATCH', '/_sandbox/behaviour', { rateLimit: null });
    return stack;
  }

  get databaseUrl(): string {
    return this.postgres.url;
  }

  get sandboxBaseUrl(): string {
    return this.sandboxUrl;
  }

  /** Starts a program, on a port of its own unless one is given. */
  async serve(
    script: string,
    environment: Record<string, string>,
    readyPath: string,
    port?: number,
  ): Promise<Served> {
    const PORT = String(port ?? (await freePort()));
    const served = await Served.start(script, { PORT, ...environment }, readyPath);
    this.running.push(served);
    return served;
  }

  /** The built service as production runs it; its rate limit counts, and is never reached. */
  service(changes: Record<string, string> = {}, script = 'dist/main.js'): Promise<Served> {
    return this.serve(script, { ...this.serviceEnvironment, ...changes }, '/health');
  }

  /** A process that follows events and asks for refunds, beside an API process with `JOBS=off`. */
  async worker(): Promise<Served> {
    const port = await freePort();
    const environment = { ...this.serviceEnvironment, METRICS_PORT: String(port) };
    return this.serve('dist/worker.js', environment, '/metrics', port);
  }

  get serviceEnvironment(): Record<string, string> {
    return {
      DATABASE_URL: this.databaseUrl,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: this.sandboxUrl,
      DODO_PAYMENTS_WEBHOOK_KEY: this.webhookSecret,
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee',
      API_KEY_PEPPER: PEPPER,
      RATE_LIMIT_PER_MINUTE: '9999999',
      DODO_REQUESTS_PER_MINUTE: '9999999',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
    };
  }

  /** Organizations with a key each, written straight into the tables. */
  async newTenants(count: number): Promise<Tenant[]> {
    const pepper = new HmacKey(PEPPER);
    const tenants = Array.from({ length: count }, () => ({ orgId: newId('org'), key: PlainKey.generate() }));
    await this.sql.query(
      `INSERT INTO organizations (id, name, email, created_at)
       SELECT id, 'Acme', id || '@example.com', now() FROM unnest($1::text[]) AS id`,
      [tenants.map(({ orgId }) => orgId)],
    );
    await this.sql.query(
      `INSERT INTO api_keys (id, org_id, name, hash, hint, scopes, created_at, updated_at)
       SELECT 'key_' || org_id, org_id, 'bench', hash, 'sk-social-…', $3, now(), now()
         FROM unnest($1::text[], $2::bytea[]) AS t (org_id, hash)`,
      [tenants.map(({ orgId }) => orgId), tenants.map(({ key }) => key.hash(pepper).bytes), ALL_SCOPES],
    );
    return tenants.map(({ orgId, key }) => ({ orgId, key: key.reveal() }));
  }

  async sandbox<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.sandboxUrl}${path}`, {
      method,
      headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path} → ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async postgresVersion(): Promise<string> {
    const { rows } = await this.sql.query<{ server_version: string }>('SHOW server_version');
    return rows[0]!.server_version;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.running.splice(0).map((served) => served.stop()));
    await this.sql.end();
    await this.postgres.stop();
    await rm(this.postgres.home, { recursive: true, force: true });
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The number of connections is fixed at the start of a server, so it is started twice. */
async function widen(postgres: LocalPostgres, dataDir: string): Promise<LocalPostgres> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`ALTER SYSTEM SET max_connections = ${MAX_CONNECTIONS}`);
  await client.end();
  await postgres.stop();
  return startPostgres({ durable: true, dataDir });
}
