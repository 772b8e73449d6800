import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { MIGRATION_LOCK } from '../../src/database/migrate';
import { MIGRATIONS } from '../../src/database/migrations/migrations';
import { createEmptyDatabase } from '../support/database';
import { setForDatabase } from '../support/database-setting';
import { CuttableLink } from '../../scripts/faults/cuttable-link';
import { Deployment } from '../support/deployment';
import { projectRoot } from '../../scripts/local/project';
import { freeLastingPort } from '../../scripts/local/ports';
import type { SandboxControl } from '../support/sandbox-control';
import { cli, type Environment } from '../support/service-process';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

// Finding the dead takes some seconds, and a lost request counts as under way for twenty.
jest.setTimeout(60_000);

describe('Law 12: stopping is safe, also by kill -9', () => {
  let deployment: Deployment;
  let sandbox: SandboxControl;
  let environment: Environment;
  let sql: Client;

  beforeEach(async () => {
    deployment = await Deployment.create();
    ({ sandbox, environment, sql } = deployment);
  });
  afterEach(() => deployment.dispose());

  const start = (...parts: Parameters<Deployment['start']>) => deployment.start(...parts);
  const newKey = () => deployment.newKey();

  function call(method: string, path: string, key: string, body?: object): Promise<Response> {
    return fetch(`http://127.0.0.1:${environment.PORT}${path}`, {
      method,
      headers: { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
  }

  async function buy(key: string): Promise<string> {
    const answer = (await (await call('POST', '/billing/checkout', key, CHECKOUT)).json()) as {
      data: { checkoutUrl: string };
    };
    return (await sandbox.pay(answer.data.checkoutUrl)).payment_id;
  }

  const refundRow = async () =>
    (await sql.query('SELECT * FROM refunds')).rows[0] as Record<string, unknown> | undefined;

  async function expectOneRefund(paymentId: string): Promise<void> {
    await until('the refund has succeeded', async () => (await refundRow())?.state === 'succeeded', 45_000);
    expect(await sandbox.refundsOf(paymentId)).toMatchObject([{ status: 'succeeded', amount: 100 }]);
  }

  it('refunds once when the process dies between Dodo’s effect and our commit', async () => {
    const first = await start('main');
    const key = await newKey();
    await sandbox.fault({ method: 'POST', path: '/refunds', kind: 'timeout_after' });
    const payment = await buy(key);
    await until('Dodo has made the refund', async () => (await sandbox.refundsOf(payment)).length === 1);
    expect(await refundRow()).toMatchObject({ state: 'requested', dodo_refund_id: null });
    await first.end('SIGKILL');
    await start('main');
    await expectOneRefund(payment);
  });

  it('refunds once when the process dies between our commit and Dodo’s effect', async () => {
    const first = await start('main');
    const key = await newKey();
    await sandbox.fault({ method: 'POST', path: '/refunds', kind: 'timeout_before' });
    const payment = await buy(key);
    await until('the request has arrived', () => sandbox.hasHit('/refunds'));
    expect(await refundRow()).toMatchObject({ state: 'requested', asks: 1 });
    await first.end('SIGKILL');
    expect(await sandbox.refundsOf(payment)).toEqual([]);
    await start('main');
    await expectOneRefund(payment);
  });

  it('follows events that were acknowledged before the process died', async () => {
    const api = await start('main', { JOBS: 'off' });
    const key = await newKey();
    const payment = await buy(key);
    await until('the events are stored', async () => {
      const { rows } = await sql.query(`SELECT FROM dodo_events WHERE status = 'pending'`);
      return rows.length === 3;
    });
    await api.end('SIGKILL');
    await start('worker');
    await until('the refund has been made', async () => (await sandbox.refundsOf(payment)).length === 1);
  });

  it('answers what is in flight before it stops on SIGTERM, and ends with 0', async () => {
    const service = await start('main');
    const key = await newKey();
    await sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'delay', delayMs: 1_500 });
    const answer = call('POST', '/billing/checkout', key, CHECKOUT);
    await until(
      'the checkout is under way',
      async () => (await sql.query('SELECT FROM checkouts')).rowCount === 1,
    );
    const [code, { status }] = await Promise.all([service.end('SIGTERM'), answer]);
    expect([code, status]).toEqual([0, 200]);
    expect((await sql.query('SELECT status FROM checkouts')).rows).toEqual([{ status: 'open' }]);
  });

  it('outlives a database that is away for a while, and goes on where it was', async () => {
    const link = await CuttableLink.to(environment.DATABASE_URL!);
    const service = await start('main', { DATABASE_URL: link.url });
    try {
      const key = await newKey();
      await sandbox.fault({ method: 'POST', path: '/refunds', kind: 'delay', delayMs: 1_500 });
      const payment = await buy(key);
      await until('the refund has been asked for', async () => (await refundRow())?.state === 'requested');
      await link.cutFor(4_000);
      await expectOneRefund(payment);
      const { status } = await call('GET', '/billing/status', key);
      expect(status).toBe(200);
      expect(await service.end('SIGTERM')).toBe(0);
    } finally {
      await link.close();
    }
  });

  it('runs a job that the queue has given to a living process in an answer that was lost', async () => {
    await start('main');
    await sandbox.fault({ method: 'POST', path: '/refunds', kind: 'delay', delayMs: 3_000 });
    await buy(await newKey());
    const pool = await until('a job is under way', async () => {
      const { rows } = await sql.query(
        'SELECT locked_by FROM graphile_worker.jobs WHERE locked_by IS NOT NULL',
      );
      return rows[0]?.locked_by as string | undefined;
    });
    // What is left of a lost answer: the queue has marked the job, and its process has never heard of it.
    await sql.query('BEGIN');
    const { rows } = await sql.query(
      `SELECT (graphile_worker.add_job('dodo-event.process', '{"eventId": "0"}')).id`,
    );
    await sql.query(
      `UPDATE graphile_worker._private_jobs SET locked_by = $1, locked_at = now() - interval '1 minute' WHERE id = $2`,
      [pool, rows[0].id],
    );
    await sql.query('COMMIT');
    await until('the job has run', async () => {
      const left = await sql.query('SELECT FROM graphile_worker.jobs WHERE id = $1', [rows[0].id]);
      return left.rowCount === 0;
    });
  });

  it('migrates an empty database once when several start together', async () => {
    const { pathname } = new URL(environment.DATABASE_URL!);
    await sql.query(`CREATE DATABASE ${pathname.slice(1)}_empty`);
    const url = new URL(environment.DATABASE_URL!);
    url.pathname = `${pathname}_empty`;
    try {
      await Promise.all([
        start('main', { DATABASE_URL: url.href }),
        start('main', { DATABASE_URL: url.href, PORT: String(await freeLastingPort()) }),
        start('worker', { DATABASE_URL: url.href }),
      ]);
      const empty = new Client({ connectionString: url.href });
      await empty.connect();
      const { rows } = await empty.query('SELECT name FROM migrations ORDER BY id');
      await empty.end();
      expect(rows).toEqual(MIGRATIONS.map(({ name }) => ({ name })));
    } finally {
      await deployment.killAll();
      await sql.query(`DROP DATABASE ${pathname.slice(1)}_empty WITH (FORCE)`);
    }
  });

  it('waits for another that migrates, whatever timeouts the database has', async () => {
    await setForDatabase((it) => sql.query(it), `lock_timeout = '100ms'`);
    await setForDatabase((it) => sql.query(it), `statement_timeout = '200ms'`);
    await sql.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const started = start('main');
    await Promise.race([started, sleep(3_000)]);
    await sql.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await started;
  });

  it('makes a migration that takes longer than a statement of the database may', async () => {
    const empty = await createEmptyDatabase();
    const client = new Client({ connectionString: empty.url });
    await client.connect();
    await client.query(`
      CREATE FUNCTION takes_its_time() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.refunds')
          THEN PERFORM pg_sleep(1); END IF;
        END $$;
      CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION takes_its_time()`);
    await setForDatabase((it) => client.query(it), `statement_timeout = '500ms'`);
    try {
      await start('worker', { DATABASE_URL: empty.url });
      const { rowCount } = await client.query('SELECT FROM migrations');
      expect(rowCount).toBe(MIGRATIONS.length);
    } finally {
      await deployment.killAll();
      await client.end();
      await empty.drop();
    }
  });

  describe('a start that can not be', () => {
    async function refused(changes: Environment): Promise<string> {
      const process = deployment.spawn('main', changes);
      expect(await process.ended()).toBe(1);
      return process.output;
    }

    it('lists every wrong setting', async () => {
      const changes = {
        PORT: 'x',
        JOBS: 'y',
        DODO_PAYMENTS_WEBHOOK_KEY: 'short',
        PLANS_FILE: '/nowhere.json',
      };
      expect(await refused(changes)).toMatch(
        /4 wrong setting.*\n.*PORT must be .*\n.*DODO_PAYMENTS_WEBHOOK_KEY must be .*\n.*JOBS must be .*\n.*PLANS_FILE \/nowhere/,
      );
    });

    it('says which port is taken', async () => {
      const other = createServer().listen(Number(environment.PORT), '0.0.0.0');
      try {
        expect(await refused({})).toContain(`port ${environment.PORT} is in use. Set PORT to another`);
        expect(await refused({ PORT: '0', METRICS_PORT: environment.PORT! })).toContain(
          `port ${environment.PORT} is in use. Set METRICS_PORT to another`,
        );
      } finally {
        other.close();
      }
    });

    it('says that the database does not answer', async () => {
      const port = await freeLastingPort();
      expect(await refused({ DATABASE_URL: `postgres://u:secret@127.0.0.1:${port}/x` })).toMatch(
        /the database of DATABASE_URL does not answer/,
      );
    });

    it('refuses a database that a newer version has migrated, and leaves it as it is', async () => {
      await sql.query(
        `INSERT INTO migrations (timestamp, name) VALUES (9995000000000, 'AddWhatIsToCome9995000000000')`,
      );
      for (const program of ['main', 'worker'] as const) {
        const process = deployment.spawn(program);
        expect(await process.ended()).toBe(1);
        expect(process.output).toMatch(
          /^Cannot start: the database is newer than this version, which does not know AddWhatIsToCome9995000000000\./m,
        );
      }
      await expect(cli(environment, 'org', 'list')).rejects.toMatchObject({
        stdout: '',
        stderr: expect.stringContaining('the database is newer than this version'),
      });
    });

    it('says what is wrong with the plan catalogue', async () => {
      expect(await refused({ PLANS_FILE: '/nowhere.json' })).toContain('PLANS_FILE /nowhere.json');
    });
  });

  describe('the command line', () => {
    it('prints one JSON object', async () => {
      const org = await cli(environment, 'org', 'create', '--name', 'Acme', '--email', 'a@example.com');
      expect(org).toEqual({ id: expect.stringMatching(/^org_/), name: 'Acme', email: 'a@example.com' });
      const key = await cli(
        environment,
        'key',
        'create',
        '--org',
        org.id!,
        '--name',
        'k',
        '--scopes',
        'billing:read',
      );
      expect(key).toEqual({ id: expect.stringMatching(/^key_/), key: expect.stringMatching(/^sk-social-/) });
    });

    const WRONG_USE = 2;

    it.each<[string[], number, RegExp]>([
      [['org', 'create', '--name', 'Acme', '--email', 'nonsense'], 1, /--email must be an e-mail address/],
      [['key', 'create', '--org', 'org_nobody', '--name', 'k'], 1, /There is no organization "org_nobody"/],
      [
        ['key', 'create', '--org', 'org_x', '--name', 'k', '--scopes', 'world:rule'],
        1,
        /Unknown scope "world:rule"/,
      ],
      [['events', 'replay'], 1, /^Say which events: one by --id, or all of a --status/],
      [['org', 'create'], WRONG_USE, /needs --name and --email/],
      [['org', 'destroy'], WRONG_USE, /Unknown command: org destroy/],
      [[], WRONG_USE, /Unknown command: \(none\)\n\nCommands:\n.*org create.*dodo provision/s],
      [['org', 'show', '--id', 'org_1', 'org_2'], WRONG_USE, /Unexpected argument 'org_2'/],
      [['org', 'show', '--id'], WRONG_USE, /--id/],
      [['reconcile', '--full=no'], WRONG_USE, /--full/],
      [
        ['key', 'create', '--colour', 'red'],
        WRONG_USE,
        /--colour'\n\nCommands:\n  key create(?!.*org create)/s,
      ],
    ])('refuses %j with %i and says why', async (words, code, problem) => {
      await expect(cli(environment, ...words)).rejects.toMatchObject({
        code,
        stdout: '',
        stderr: expect.stringMatching(problem),
      });
    });

    it('says what it can, when it is asked', async () => {
      const help = [join(projectRoot, 'dist', 'cli.js'), 'org', 'adopt', '--help'];
      const { stdout } = await promisify(execFile)(process.execPath, help, { env: {} });
      expect(stdout).toContain('org adopt --org ORG_ID --dodo-customer-id CUSTOMER_ID [--dry-run]');
      expect(stdout).not.toContain('key create');
    });

    it.each([['help'], ['-h'], ['reconcile', '-h']])(
      'says it without settings, and ends well: %j',
      async (...words) => {
        const asked = [join(projectRoot, 'dist', 'cli.js'), ...words];
        const { stdout, stderr } = await promisify(execFile)(process.execPath, asked, { env: {} });
        expect([stdout, stderr]).toEqual([
          expect.stringMatching(/^Commands:\n.*  reconcile \[--full\]/s),
          '',
        ]);
      },
    );
  });
});
