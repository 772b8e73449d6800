import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { FEE_PRODUCT, PACKS, PLANS } from '../faults/catalogue';
import { Diary } from '../faults/diary';
import { SandboxClient } from '../faults/sandbox-client';
import { ServiceClient } from '../faults/service-client';
import { ServiceDatabase } from '../faults/service-database';
import { Tally } from '../faults/tally';
import { startPostgres } from '../local/embedded-postgres';
import { freeLastingPort } from '../local/ports';
import { projectRoot } from '../local/project';
import { startThrowAwaySandbox } from '../local/sandbox-program';
import { PostgresTools } from './postgres-tools';
import { Service } from './service';

/** All that the rehearsal plays with. */
export interface Stage {
  folder: string;
  tools: PostgresTools;
  sandbox: SandboxClient;
  service: Service;
  client: ServiceClient;
  diary: Diary;
  operatorToken: string;
  /** The database that is in use. */
  database(): ServiceDatabase;
  databaseUrl(): string;
  /** A new and empty database takes the place of the one in use, which is thrown away with all that is in it. */
  replaceDatabase(): Promise<void>;
  /** The logs stay, for whoever looks into what went wrong. */
  keepFolder(): void;
  close(): Promise<void>;
}

/** A Postgres that has its pg_dump beside it, the sandbox, and settings for the service. */
export async function setStage(): Promise<Stage> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await build(closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(closing: (() => Promise<unknown>)[]): Promise<Omit<Stage, 'close'>> {
  const tools = PostgresTools.find();
  const folder = makeFolder();
  let isKept = false;
  closing.push(async () => {
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  });
  const postgres = await startPostgres({ durable: false, binaries: tools.server });
  closing.push(() => postgres.stop());
  const sandbox = new SandboxClient(await startThrowAwaySandbox(folder, closing));
  const [diary, operatorToken] = [new Diary(), secret()];
  const service = new Service(await settingsOf(folder, sandbox, operatorToken), folder);
  closing.push(() => service.stop());
  const databases = new Databases(postgres.url);
  closing.push(() => databases.close());
  return {
    folder,
    tools,
    sandbox,
    service,
    client: new ServiceClient(service.url, diary, new Tally()),
    diary,
    operatorToken,
    database: () => databases.current,
    databaseUrl: () => databases.url,
    replaceDatabase: () => databases.replace(),
    keepFolder: () => {
      isKept = true;
    },
  };
}

/** One after the other, on one server. */
class Databases {
  url: string;
  current: ServiceDatabase;
  private count = 1;

  constructor(private readonly serverUrl: string) {
    this.url = serverUrl;
    this.current = new ServiceDatabase(serverUrl);
  }

  async replace(): Promise<void> {
    const lost = new URL(this.url).pathname.slice(1);
    await this.current.close();
    this.count += 1;
    const name = `restored_${this.count}`;
    await this.administer(`DROP DATABASE ${lost} WITH (FORCE)`);
    await this.administer(`CREATE DATABASE ${name}`);
    this.url = this.urlOf(name);
    this.current = new ServiceDatabase(this.url);
  }

  async close(): Promise<void> {
    await this.current.close();
  }

  private urlOf(name: string): string {
    const url = new URL(this.serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  private async administer(sql: string): Promise<void> {
    const client = new Client({ connectionString: this.urlOf('postgres') });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

async function settingsOf(
  folder: string,
  sandbox: SandboxClient,
  operatorToken: string,
): Promise<Record<string, string>> {
  const port = await freeLastingPort();
  const plansFile = join(folder, 'plans.json');
  writeFileSync(plansFile, JSON.stringify({ plans: PLANS, creditPacks: PACKS }));
  return {
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    DODO_PAYMENTS_API_KEY: 'sandbox',
    DODO_PAYMENTS_BASE_URL: sandbox.url,
    DODO_PAYMENTS_WEBHOOK_KEY: await sandbox.ensureEndpoint(`http://127.0.0.1:${port}/webhooks/dodo`),
    DODO_SETUP_FEE_PRODUCT_ID: FEE_PRODUCT,
    PLANS_FILE: plansFile,
    DODO_REQUESTS_PER_MINUTE: '6000',
    API_KEY_PEPPER: secret(),
    SECRETS_KEY: secret(),
    OPERATOR_TOKEN: operatorToken,
    RATE_LIMIT_PER_MINUTE: '0',
    // Nothing may be mended but by the command that is rehearsed.
    RECONCILE_EVERY_MINUTES: '0',
  };
}

function makeFolder(): string {
  const all = join(projectRoot, '.local', 'rehearse');
  mkdirSync(all, { recursive: true });
  return mkdtempSync(join(all, 'run-'));
}

const secret = (): string => randomBytes(32).toString('base64url');
