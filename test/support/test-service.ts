import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { createClient } from '../../client/src/index.ts';
import type { BillingClient, DataOf } from '../../client/src/index.ts';
import { AppModule } from '../../src/app.module';
import { ApiKeysService } from '../../src/auth/api-keys.service';
import { KeyCache } from '../../src/auth/key-cache';
import type { Operator } from '../../src/auth/operator';
import { OrganizationsService } from '../../src/auth/organizations.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { loadConfig } from '../../src/config';
import { createHttpServer } from '../../src/http/server';
import { JobRunner } from '../../src/jobs/job-runner';
import { createTestDatabase, type TestDatabase } from './database';
import { freeLastingPort } from '../../scripts/local/ports';
import { MovingClock } from './moving-clock';
import { SandboxControl } from './sandbox-control';
import { until } from './until';

/** Less than a test waits: what is planned for later, such as a late look at an unmatched event, is not waited for. */
const SOON_SECONDS = 12;

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, any>;
}

export const THE_TESTS: Operator = { name: 'the tests', via: 'cli', reason: null };

interface CallOptions {
  key?: string;
  body?: unknown;
  /** Sent instead of a `body`, as it is. */
  text?: string;
  headers?: Record<string, string>;
}

export type BillingStatus = DataOf<'/billing/status', 'get'>;

export interface Caller {
  orgId: string;
  key: string;
}

/**
 * The whole service on a database and a sandbox of its own, reached over HTTP
 * like any other. Passport knows one set of strategies a process: with two of
 * them alive, keys are checked by the one that was started last.
 */
export class TestService {
  readonly clock = new MovingClock();
  database: TestDatabase;
  sandbox: SandboxControl;
  app: NestFastifyApplication;
  url: string;
  environment: Record<string, string>;
  private count = 0;

  private constructor(private readonly settings: Record<string, string>) {}

  /** One for all tests of the `describe` that asks for it: there before the first of them, gone after the last. */
  static ofThisSuite(settings: Record<string, string> = {}): TestService {
    const service = new TestService(settings);
    beforeAll(() => service.begin());
    afterAll(() => service.stop());
    return service;
  }

  static async start(settings: Record<string, string> = {}): Promise<TestService> {
    const service = new TestService(settings);
    try {
      await service.begin();
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  private async begin(): Promise<void> {
    const [database, sandbox, port] = await Promise.all([
      createTestDatabase(),
      SandboxControl.start(),
      freeLastingPort(),
    ]);
    this.database = database;
    this.sandbox = sandbox;
    this.url = `http://127.0.0.1:${port}`;
    this.environment = {
      PORT: String(port),
      DATABASE_URL: database.url,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: sandbox.url,
      DODO_PAYMENTS_WEBHOOK_KEY: await sandbox.addEndpoint(`${this.url}/webhooks/dodo`),
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee',
      API_KEY_PEPPER: 'a pepper for tests',
      SECRETS_KEY: 'a key of these tests for secrets at rest',
      ALLOW_LOOPBACK_WEBHOOKS: 'true',
      // Tests look again and again until something has happened.
      RATE_LIMIT_PER_MINUTE: '0',
      ...this.settings,
    };
    await this.boot();
  }

  /** With other settings, on the same database. */
  async restart(settings: Record<string, string>): Promise<void> {
    await this.app.close();
    Object.assign(this.environment, settings);
    await this.boot();
  }

  private async boot(): Promise<void> {
    const config = loadConfig(this.environment);
    this.app = await createHttpServer(AppModule.with(config, this.clock), {
      globalPrefix: config.globalPrefix,
      logger: false,
    });
    await this.app.init();
    await this.app
      .get(DataSource)
      .transaction((tx) =>
        savePlanCatalogue(tx, loadPlanCatalogue(config.plansFile, config.dodo.setupFeeProductId)),
      );
    if (config.jobs === 'inline') await this.app.get(JobRunner).start();
    await this.app.listen(config.port, '127.0.0.1');
  }

  async newOrg(scopes?: string[]): Promise<Caller> {
    this.count += 1;
    const { id: orgId } = await this.app
      .get(OrganizationsService)
      .create('Acme', `acme-${this.count}@example.com`, THE_TESTS);
    const { key } = await this.app.get(ApiKeysService).create(orgId, 'test', THE_TESTS, scopes);
    return { orgId, key: key.reveal() };
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const text = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(options.key && { authorization: `Bearer ${options.key}` }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      body: text,
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    };
  }

  /** As a consumer has it. */
  client({ key }: Pick<Caller, 'key'>): BillingClient {
    return createClient({ baseUrl: this.url, apiKey: key, maxRetries: 0 });
  }

  checkout(key: string, changes: Record<string, unknown> = {}): Promise<Answer> {
    return this.call('POST', '/billing/checkout', { key, body: { ...CHECKOUT, ...changes } });
  }

  status(key: string): Promise<BillingStatus> {
    return this.client({ key }).GET('/billing/status');
  }

  /** A checkout that has been paid; resolves when the sandbox has taken the card. */
  async buy(org: Caller, card?: string) {
    const { checkoutUrl } = await this.client(org).POST('/billing/checkout', { body: CHECKOUT });
    return this.sandbox.pay(checkoutUrl, card);
  }

  /** Behind the back of the service, which remembers keys along with the status of their org. */
  async setStatus({ orgId }: Pick<Caller, 'orgId'>, status: BillingStatus['status']): Promise<void> {
    await this.query('UPDATE organizations SET billing_status = $2 WHERE id = $1', [orgId, status]);
    this.app.get(KeyCache).forget(orgId);
  }

  untilStatus({ key }: Caller, status: BillingStatus['status']): Promise<BillingStatus> {
    return until(`the billing status is ${status}`, async () => {
      const seen = await this.status(key);
      return seen.status === status && seen;
    });
  }

  /**
   * The id of the org's payment, once it is known: its status is no sign of that, since the event of the
   * subscription may be followed first.
   */
  untilPaid({ orgId }: Pick<Caller, 'orgId'>): Promise<string> {
    return until('a payment of the org is known', async () => {
      const [row] = await this.query('SELECT dodo_payment_id FROM payments WHERE org_id = $1', [orgId]);
      return row?.dodo_payment_id as string | undefined;
    });
  }

  /** The row of the payment's setup-fee refund, once it is in this state. */
  untilRefund(paymentId: string, state: string): Promise<Record<string, any>> {
    return until(`the refund of ${paymentId} is ${state}`, async () => {
      const [row] = await this.query('SELECT * FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
      return row?.state === state && row;
    });
  }

  /**
   * Waits until no event is pending and no job is due soon: what was said has been followed. A look whether another
   * process still delivers to an endpoint follows nothing.
   */
  untilQuiet(): Promise<true> {
    return until('all events are followed', async () => {
      const [{ busy }] = await this.query(
        `SELECT (SELECT count(*) FROM dodo_events WHERE status = 'pending')
              + (SELECT count(*) FROM graphile_worker.jobs
                  WHERE run_at <= now() + make_interval(secs => $1) AND coalesce(key, '') NOT LIKE 'webhook-held:%') AS busy`,
        [SOON_SECONDS],
      );
      return busy === '0';
    });
  }

  /** Dodo tells again all that it has told, and as nobody remembers having heard it, all is followed again. */
  async followAllAgain(): Promise<void> {
    await this.untilQuiet();
    await this.query('DELETE FROM dodo_events');
    await this.sandbox.resendAll();
    await until('all has been told', async () => {
      const { pending } = await this.sandbox.call<{ pending: number }>('GET', '/_sandbox/deliveries/counts');
      return pending === 0;
    });
    await this.untilQuiet();
  }

  query(sql: string, parameters: unknown[] = []): Promise<any[]> {
    return this.app.get(DataSource).query(sql, parameters);
  }

  async stop(): Promise<void> {
    await this.app?.close();
    await this.sandbox?.close();
    await this.database?.drop();
  }
}

export const CHECKOUT = {
  planId: 'plan_pro',
  successUrl: 'https://app.acme.com/billing/success',
  cancelUrl: 'https://app.acme.com/billing/cancel',
};
