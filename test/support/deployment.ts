import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './database';
import { freeLastingPort } from '../../scripts/local/ports';
import { SandboxControl } from './sandbox-control';
import { ServiceProcess, cli, type Environment } from './service-process';

/** Processes of the built service on one database and one sandbox, as production has them: they can be killed. */
export class Deployment {
  private readonly running: ServiceProcess[] = [];

  private constructor(
    private readonly database: TestDatabase,
    readonly sandbox: SandboxControl,
    readonly environment: Environment,
    /** Our own way into the database. */
    readonly sql: Client,
  ) {}

  static async create(makeDatabase = createTestDatabase): Promise<Deployment> {
    const [database, sandbox, port] = await Promise.all([
      makeDatabase(),
      SandboxControl.start(),
      freeLastingPort(),
    ]);
    const environment = {
      PORT: String(port),
      DATABASE_URL: database.url,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: sandbox.url,
      DODO_PAYMENTS_WEBHOOK_KEY: await sandbox.addEndpoint(`http://127.0.0.1:${port}/webhooks/dodo`),
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee',
      API_KEY_PEPPER: 'a pepper for tests',
      SECRETS_KEY: 'a key of these tests for secrets at rest',
      ALLOW_LOOPBACK_WEBHOOKS: 'true',
    };
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    return new Deployment(database, sandbox, environment, sql);
  }

  /** Not ready yet, and perhaps never: for starts that are to fail. */
  spawn(program: 'main' | 'worker', changes: Environment = {}): ServiceProcess {
    const process = new ServiceProcess(program, { ...this.environment, ...changes });
    this.running.push(process);
    return process;
  }

  start(program: 'main' | 'worker' = 'main', changes: Environment = {}): Promise<ServiceProcess> {
    return this.spawn(program, changes).says(program === 'main' ? 'Listening' : 'Running jobs');
  }

  async newKey(): Promise<string> {
    const name = ['--name', 'Acme'];
    const { id } = await cli(this.environment, 'org', 'create', ...name, '--email', 'acme@example.com');
    const { key } = await cli(this.environment, 'key', 'create', '--org', id!, ...name);
    return key!;
  }

  async killAll(): Promise<void> {
    await Promise.all(this.running.map((process) => process.end('SIGKILL')));
  }

  async dispose(): Promise<void> {
    await this.killAll();
    await this.sql.end();
    await this.sandbox.close();
    await this.database.drop();
  }
}
