import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Deployment } from '../support/deployment';
import { expectSameBooks } from '../support/same-books';
import { cli } from '../support/service-process';
import { until } from '../support/until';

jest.setTimeout(300_000);

const OPERATOR_TOKEN = 'a token of the operator of these tests';
const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');
/** A third page of Dodo's largest size: what pages 0, 1 and 2 show all counts. */
const SUBSCRIPTIONS = 205;
/** The others are another product's, on the same account of Dodo. */
const OURS = 41;
const WITH_FEE = 6;
const FAST = { DODO_REQUESTS_PER_MINUTE: '60000' };

describe('Law 5: a reconciliation goes on, whoever dies', () => {
  let deployment: Deployment;

  beforeEach(async () => {
    deployment = await Deployment.create();
    await deployment.sandbox.behave({ webhooks: { dropRate: 1 } });
  });
  afterEach(() => deployment.dispose());

  const rows = async (sql: string): Promise<any[]> => (await deployment.sql.query(sql)).rows;
  const expectSame = () =>
    expectSameBooks(deployment.sandbox, rows, ({ metadata }) => metadata.org_id !== undefined);
  const count = async (table: string, where: string) =>
    Number((await rows(`SELECT count(*) FROM ${table} WHERE ${where}`))[0].count);

  /** Bought at Dodo for orgs of ours, with nobody here who could hear of it. */
  async function buyInSilence(howMany: number, ours: number, withFee: number): Promise<void> {
    await deployment.sql.query(
      `INSERT INTO organizations (id, name, email, billing_status, created_at)
       SELECT 'org_' || i, 'Acme', 'acme-' || i || '@example.com', 'none', now() FROM generate_series(0, 40) i`,
    );
    const every = howMany / ours;
    for (let i = 0; i < howMany; i += 1) {
      const org = i % every === 0 ? `org_${i / every}` : null;
      const fee = org !== null && i / every < withFee ? [{ product_id: 'pdt_setup_fee', quantity: 1 }] : [];
      const { checkout_url: url } = await deployment.sandbox.call<{ checkout_url: string }>(
        'POST',
        '/checkouts',
        {
          product_cart: [...fee, { product_id: 'pdt_pro', quantity: 1 }],
          customer: { email: `buyer-${i}@example.com` },
          subscription_data: { trial_period_days: 3 },
          return_url: 'https://app.acme.com/',
          ...(org !== null && { metadata: { org_id: org } }),
        },
      );
      await deployment.sandbox.pay(url);
    }
  }

  function startCli(): ChildProcess {
    return spawn(process.execPath, [CLI, 'reconcile'], {
      env: { PATH: process.env.PATH, ...deployment.environment, ...FAST },
      stdio: 'ignore',
    });
  }

  const mended = (atLeast: number) =>
    until(
      `${atLeast} findings are mended`,
      async () => (await count('reconciliation_findings', `outcome = 'mended'`)) >= atLeast,
      150_000,
    );

  it('after kill -9 of the command, and of a worker, another one brings it to its end', async () => {
    await buyInSilence(SUBSCRIPTIONS, OURS, WITH_FEE);
    const command = startCli();
    await mended(8);
    command.kill('SIGKILL');
    await once(command, 'exit');
    const left = await count('subscriptions', 'true');
    expect(left).toBeLessThan(OURS);
    // The command's watchdog is due within half a minute; this is that moment.
    await rows(
      `SELECT graphile_worker.reschedule_jobs(ARRAY(SELECT id FROM graphile_worker.jobs WHERE key LIKE 'reconciliation:%'), run_at := now())`,
    );
    const worker = await deployment.start('worker', FAST);
    await mended(30);
    await worker.end('SIGKILL');
    expect(await rows('SELECT status FROM reconciliations')).toEqual([{ status: 'running' }]);

    await deployment.start('worker', FAST);
    await until(
      'it has ended',
      async () => (await count('reconciliations', `status = 'completed'`)) === 1,
      150_000,
    );
    expect(
      await rows(
        `SELECT kind, outcome, count(*)::int FROM reconciliation_findings GROUP BY 1, 2 ORDER BY 1, 2`,
      ),
    ).toEqual([
      { kind: 'payment', outcome: 'mended', count: OURS },
      { kind: 'payment', outcome: 'unmatched', count: SUBSCRIPTIONS - OURS },
      { kind: 'refund', outcome: 'mended', count: WITH_FEE },
      { kind: 'subscription', outcome: 'mended', count: OURS },
      { kind: 'subscription', outcome: 'unmatched', count: SUBSCRIPTIONS - OURS },
    ]);
    expect(await rows('SELECT subscriptions_looked, payments_looked, trigger FROM reconciliations')).toEqual([
      { subscriptions_looked: SUBSCRIPTIONS, payments_looked: SUBSCRIPTIONS, trigger: 'cli' },
    ]);
    await expectSame();
  });

  it('heals without any service, and prints the report', async () => {
    await buyInSilence(8, 8, 2);
    const report: any = await cli({ ...deployment.environment, ...FAST }, 'reconcile');
    expect(report).toMatchObject({
      trigger: 'cli',
      status: 'completed',
      isFull: true,
      subscriptions: { looked: 8, differed: 8, mended: 8, failed: 0 },
      payments: { looked: 8, differed: 8, mended: 8, failed: 0 },
      refunds: { differed: 2, mended: 2, waiting: 0, failed: 0 },
      findings: { total: 18 },
    });
    await expectSame();
    const again: any = await cli({ ...deployment.environment, ...FAST }, 'reconcile', '--full');
    expect(again).toMatchObject({ isFull: true, findings: { items: [], total: 0 } });
  });

  it('stays within Dodo’s limits, and waits when others have used them up', async () => {
    await buyInSilence(30, 30, 0);
    await deployment.sandbox.behave({ rateLimit: { perSecond: 24, perMinute: 240 } });
    const service = await deployment.start('main', { OPERATOR_TOKEN });
    const call = async (method: string, path: string): Promise<any> => {
      const url = `http://127.0.0.1:${deployment.environment.PORT}${path}`;
      const response = await fetch(url, { method, headers: { 'x-operator-token': OPERATOR_TOKEN } });
      return ((await response.json()) as { data: unknown }).data;
    };
    const ended = (id: string) =>
      until(
        'it has ended',
        async () => {
          const report = await call('GET', `/operator/reconciliations/${id}`);
          return report.status === 'completed' && report;
        },
        150_000,
      );
    const { id } = await call('POST', '/operator/reconcile');
    expect(await ended(id)).toMatchObject({ subscriptions: { mended: 30 }, payments: { mended: 30 } });
    expect(service.output).not.toContain('waits for Dodo');

    await deployment.sandbox.behave({ rateLimit: null });
    for (const path of ['/payments', '/subscriptions/*']) {
      await deployment.sandbox.fault({
        method: 'GET',
        path,
        kind: 'error_before',
        status: 429,
        code: 'TOO_MANY_REQUESTS',
        times: 2,
        headers: { 'retry-after': '1' },
      });
    }
    await rows(`UPDATE subscriptions SET status = 'paused' WHERE org_id = 'org_1'`);
    const second = await call('POST', '/operator/reconcile');
    expect(await ended(second.id)).toMatchObject({ subscriptions: { differed: 1, mended: 1 } });
    expect(service.output.match(/waits for Dodo/g)).toHaveLength(4);
    await expectSame();
  });

  it('the command does not end well when Dodo refuses for too long', async () => {
    const busy = { method: 'GET', path: '/subscriptions', kind: 'error_before', status: 429 } as const;
    await deployment.sandbox.fault({ ...busy, headers: { 'retry-after': '1' }, times: 1_000 });
    const command = cli({ ...deployment.environment, ...FAST }, 'reconcile');
    await expect(command).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"status":"running"'),
      stderr: expect.stringMatching(/^Dodo did not answer for too long, so rec_\w+ is not at its end\./),
    });
  });
});
