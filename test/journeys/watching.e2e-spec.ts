import { once } from 'node:events';
import { connect } from 'node:net';
import { COMMANDS } from '../../src/cli/commands';
import { Deployment } from '../support/deployment';
import { freeLastingPort } from '../../scripts/local/ports';
import { logLines } from '../support/log-lines';
import { TestPrometheus, hasPrometheus } from '../support/prometheus';
import { parseMetrics, sumOf, type Sample } from '../support/prometheus-text';
import { CARDS } from '../support/sandbox-control';
import type { ServiceProcess } from '../support/service-process';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';
import { alertRules, dashboardQueries, metricNames, panelTitles, runbookPages } from '../support/watch-files';

jest.setTimeout(180_000);

const describeWithPrometheus = hasPrometheus ? describe : describe.skip;
if (!hasPrometheus) console.warn('No Prometheus here: the queries of the dashboard are not tried.');

const TOKEN = 'a token of the operator of these tests';

/** An API without jobs and a worker, as production has them, after a story in which something went wrong as well. */
describe('watching the service', () => {
  let deployment: Deployment;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  let workerPort: string;
  let key: string;
  let orgId: string;

  beforeAll(async () => {
    deployment = await Deployment.create();
    workerPort = String(await freeLastingPort());
    api = await deployment.start('main', { JOBS: 'off', OPERATOR_TOKEN: TOKEN, RATE_LIMIT_PER_MINUTE: '0' });
    worker = await deployment.start('worker', { METRICS_PORT: workerPort });
    key = await deployment.newKey();
    orgId = (await deployment.sql.query('SELECT id FROM organizations')).rows[0].id;
    await playTheStory();
  });
  afterAll(() => deployment.dispose());

  function call(method: string, path: string, headers: Record<string, string> = {}, body?: object) {
    return fetch(`http://127.0.0.1:${deployment.environment.PORT}${path}`, {
      method,
      headers: { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }), ...headers },
      body: body && JSON.stringify(body),
    });
  }

  async function checkout(): Promise<string> {
    const answer = await call('POST', '/billing/checkout', { 'x-request-id': 'buy-1' }, CHECKOUT);
    return ((await answer.json()) as { data: { checkoutUrl: string } }).data.checkoutUrl;
  }

  async function playTheStory(): Promise<void> {
    const { sandbox, sql } = deployment;
    await sandbox.fault({ method: 'POST', path: '/customers', kind: 'error_before', status: 500 });
    expect((await call('POST', '/billing/checkout', {}, CHECKOUT)).status).toBe(503);
    await sandbox.fault({ method: 'POST', path: '/refunds', kind: 'error_before', status: 429 });
    await sandbox.pay(await checkout(), CARDS.failsOnRenewal);
    await until('the fee is back', async () => {
      const { rows } = await sql.query(`SELECT FROM refunds WHERE state = 'succeeded'`);
      return rows.length === 1;
    });
    await call('POST', '/billing/credits/consume', {}, { credits: 1 });
    await sandbox.advance('4d');
    await until('the gate is closed', async () => {
      const { status } = await call('POST', '/billing/change-plan', {}, { planId: CHECKOUT.planId });
      return status === 403;
    });
    await call('GET', '/nowhere/acme@example.com?key=secret');
  }

  async function scrapeApi(): Promise<Sample[]> {
    const answer = await call('GET', '/metrics', { 'x-operator-token': TOKEN });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    return parseMetrics(await answer.text());
  }

  async function scrapeWorker(): Promise<Sample[]> {
    return parseMetrics(await (await fetch(`http://127.0.0.1:${workerPort}/metrics`)).text());
  }

  describe('GET /metrics', () => {
    it('is the operator’s alone, by either header', async () => {
      for (const wrong of [{}, { 'x-operator-token': 'wrong' }, { authorization: 'Bearer wrong' }]) {
        const answer = await call('GET', '/metrics', wrong as Record<string, string>);
        expect(answer.status).toBe(401);
        expect(await answer.json()).toMatchObject({ success: false, error: 'unauthorized' });
      }
      const byBearer = await call('GET', '/metrics', { authorization: `Bearer ${TOKEN}` });
      expect(byBearer.status).toBe(200);
      expect(await (await call('GET', '/openapi.json')).text()).not.toContain('/metrics');
    });

    it('counts requests by route and status, never by address or org', async () => {
      const samples = await scrapeApi();
      const name = 'billing_http_request_duration_seconds_count';
      const checkouts = { method: 'POST', route: '/billing/checkout' };
      expect(sumOf(samples, name, { ...checkouts, status: '503' })).toBe(1);
      expect(sumOf(samples, name, { ...checkouts, status: '200' })).toBe(1);
      // In seconds, which the buckets are in too.
      const seconds = sumOf(samples, 'billing_http_request_duration_seconds_sum', checkouts);
      expect(seconds).toBeGreaterThan(0.001);
      expect(seconds).toBeLessThan(15);
      expect(sumOf(samples, name, { route: '/webhooks/dodo', status: '200' })).toBeGreaterThan(3);
      expect(sumOf(samples, name, { route: 'unknown', status: '404' })).toBe(1);
      const text = JSON.stringify(samples);
      for (const inside of [orgId, 'nowhere', 'acme', 'pay_', 'sub_', 'cus_'])
        expect(text).not.toContain(inside);
    });

    it('counts calls to Dodo by outcome, in the process that made them', async () => {
      const name = 'billing_dodo_call_duration_seconds_count';
      const ofApi = await scrapeApi();
      expect(sumOf(ofApi, name, { method: 'POST', route: '/customers', outcome: 'failed' })).toBe(1);
      expect(sumOf(ofApi, name, { method: 'POST', route: '/checkouts', outcome: 'ok' })).toBe(1);
      const ofWorker = await scrapeWorker();
      expect(sumOf(ofWorker, name, { method: 'POST', route: '/refunds', outcome: 'rate_limited' })).toBe(1);
      expect(sumOf(ofWorker, name, { method: 'POST', route: '/refunds', outcome: 'ok' })).toBe(1);
      expect(sumOf(ofWorker, name, { route: '/payments/:id/line-items', outcome: 'ok' })).toBeGreaterThan(0);
    });

    it('counts what the gate decides, by status', async () => {
      const samples = await scrapeApi();
      expect(
        sumOf(samples, 'billing_gate_decisions_total', { decision: 'suspended', status: 'on_hold' }),
      ).toBeGreaterThan(0);
      expect(sumOf(samples, 'billing_gate_decisions_total', { decision: 'allowed' })).toBeGreaterThan(0);
    });

    it('shows jobs, inbox and refunds', async () => {
      const samples = await scrapeWorker();
      expect(
        sumOf(samples, 'billing_job_duration_seconds_count', { job: 'refund.drive', outcome: 'done' }),
      ).toBeGreaterThan(1);
      expect(sumOf(samples, 'billing_inbox_tries_total', { outcome: 'processed' })).toBeGreaterThan(3);
      expect(sumOf(samples, 'billing_inbox_lag_seconds_count')).toBeGreaterThan(3);
      expect(sumOf(samples, 'billing_refund_changes_total', { state: 'succeeded' })).toBe(1);
      expect(sumOf(samples, 'billing_db_connections', { pool: 'queue' })).toBeGreaterThan(0);
    });

    it('shows what stands in the database, and for how long, in every process', async () => {
      const { sql } = deployment;
      await sql.query(
        `INSERT INTO dodo_events (webhook_id, type, body, status, received_at)
         SELECT 'w' || n, 'payment.succeeded', '{}', status, now() - interval '1 hour'
           FROM (VALUES (1, 'pending'), (2, 'dead'), (3, 'dead'), (4, 'unmatched')) AS it (n, status)`,
      );
      await sql.query(
        `UPDATE refunds SET state = 'failed', failure_code = 'NOT_ALLOWED', failed_dodo_refund_ids = ARRAY[dodo_refund_id]`,
      );
      try {
        for (const scrape of [scrapeApi, scrapeWorker]) {
          const samples = await until('it has looked again', async () => {
            const seen = await scrape();
            // Each is read, and kept for a moment, for itself: one may still be what it was while another is new.
            const isInbox = sumOf(seen, 'billing_inbox_events', { status: 'dead' }) === 2;
            const isAge = sumOf(seen, 'billing_inbox_oldest_pending_age_seconds') > 3_500;
            return isInbox && isAge && sumOf(seen, 'billing_refunds', { state: 'refused' }) === 1 && seen;
          });
          expect(sumOf(samples, 'billing_inbox_events', { status: 'pending' })).toBe(1);
          expect(sumOf(samples, 'billing_refunds', { state: 'failed' })).toBe(0);
        }
      } finally {
        await sql.query(`DELETE FROM dodo_events WHERE body = '{}'`);
        await sql.query(
          `UPDATE refunds SET state = 'succeeded', failure_code = NULL, failed_dodo_refund_ids = '{}'`,
        );
      }
    });

    it('tells what it can when the database does not', async () => {
      const name = 'billing_inbox_oldest_pending_age_seconds';
      await deployment.sql.query('ALTER TABLE dodo_events RENAME TO gone');
      try {
        const samples = await until('it has looked again', async () => {
          const seen = await scrapeWorker();
          const names = new Set(seen.map((sample) => sample.name));
          const isCounted = sumOf(seen, 'billing_state_read_failures_total') > 0;
          return !names.has(name) && names.has('billing_refunds') && isCounted && seen;
        });
        expect(samples.some((sample) => sample.name === 'billing_refunds')).toBe(true);
        expect(samples.some((sample) => sample.name === 'process_resident_memory_bytes')).toBe(true);
      } finally {
        await deployment.sql.query('ALTER TABLE gone RENAME TO dodo_events');
      }
    });
  });

  it('METRICS_PORT tells of health as well, and of nothing else', async () => {
    const at = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${workerPort}${path}`);
      return [answer.status, ((await answer.json()) as { data?: { status: string } }).data?.status];
    };
    expect(await at('/health/live')).toEqual([200, 'ok']);
    expect(await at('/health/ready')).toEqual([200, 'ok']);
    expect(await at('/billing/status')).toEqual([404, undefined]);
  });

  describe('the dashboard and the alerts', () => {
    it('ask for metrics that there are', async () => {
      const there = new Set([...(await scrapeApi()), ...(await scrapeWorker())].map(({ name }) => name));
      const asked = [...dashboardQueries(), ...alertRules().map(({ expr }) => expr)].flatMap(metricNames);
      expect(new Set(asked).size).toBeGreaterThan(15);
      expect(asked.filter((name) => !there.has(name))).toEqual([]);
    });

    it.each<[string, RegExp]>([
      ['requests by route', /by \(method, route\).*billing_http_request_duration_seconds_count/],
      ['requests by status', /by \(status\).*billing_http_request_duration_seconds_count/],
      ['the lag of the inbox', /billing_inbox_lag_seconds/],
      ['the age of the oldest event that waits', /billing_inbox_oldest_pending_age_seconds/],
      ['jobs', /billing_jobs\b/],
      ['refunds by state', /by \(state\).*billing_refunds\b/],
      ['calls to Dodo by outcome', /by \([^)]*outcome.*billing_dodo_call_duration_seconds_count/],
      ['how long those take', /billing_dodo_call_duration_seconds_bucket/],
      ['what the gate decides', /billing_gate_decisions_total/],
      ['connections of the pool', /billing_db_connections/],
      ['the event loop', /nodejs_eventloop_lag/],
    ])('show %s', (_, metric) => {
      expect(dashboardQueries().filter((query) => metric.test(query))).not.toEqual([]);
    });

    describeWithPrometheus('in a real Prometheus', () => {
      it('are answered by a Prometheus that scrapes this very service', async () => {
        const targets = [{ port: deployment.environment.PORT!, token: TOKEN }, { port: workerPort }];
        const prometheus = await TestPrometheus.start(targets);
        try {
          await until('both are up', async () => (await prometheus.countOf('up == 1')) === 2);
          // A rate takes two samples between which something has happened.
          const empty = await until(
            'every query has an answer',
            async () => {
              await call('POST', '/billing/checkout', {}, CHECKOUT);
              await deployment.sandbox.resendAll();
              const counts = await Promise.all(
                dashboardQueries().map(async (query) => [query, await prometheus.countOf(query)] as const),
              );
              return counts.every(([, count]) => count > 0) && counts;
            },
            60_000,
          );
          expect(empty.length).toBeGreaterThan(25);
          for (const { expr } of alertRules()) await prometheus.countOf(expr);
        } finally {
          await prometheus.stop();
        }
      });
    });

    it('have a page each in the runbook, and the runbook no other', () => {
      const pages = runbookPages();
      const named = alertRules().map(({ annotations }) => annotations.runbook);
      expect([...pages.keys()].toSorted()).toEqual(named.toSorted());
      for (const { alert, annotations } of alertRules()) {
        expect(pages.get(annotations.runbook)).toMatch(
          new RegExp(
            `^# ${alert}\n\n## Symptom\n[^]+\n## What to look at\n[^]+\n## What to do\n[^]+\n## How to know that it is over\n`,
          ),
        );
      }
    });

    it('lead to panels that the dashboard has', () => {
      const named = [...runbookPages().values()].flatMap(
        (page) => page.match(/(?<=\W_)[A-Z][^_\n]*(?=_\W)/g) ?? [],
      );
      const ofDodo = 'Recover failed messages';
      expect(named.length).toBeGreaterThan(15);
      expect(named.filter((title) => title !== ofDodo && !panelTitles().includes(title))).toEqual([]);
    });

    it('lead to commands that there are, and to SQL that works', async () => {
      const text = [...runbookPages().values()].join('\n');
      const commands = [...text.matchAll(/npm run --silent cli -- ([a-z]+(?: [a-z]+)?)/g)].map(
        ([, words]) => words,
      );
      expect(commands.length).toBeGreaterThan(3);
      expect(commands.filter((words) => !COMMANDS.some((command) => command.words === words))).toEqual([]);
      const statements = [...text.matchAll(/```sql\n([^]*?)```/g)].map(([, sql]) => sql!);
      expect(statements.length).toBeGreaterThan(5);
      for (const statement of statements) {
        await deployment.sql.query('BEGIN');
        await deployment.sql.query(statement);
        await deployment.sql.query('ROLLBACK');
      }
    });
  });

  describe('the log', () => {
    it('has one JSON line for each request, with its id, org and route', async () => {
      const lines = logLines(api.output).filter(({ requestId }) => requestId === 'buy-1');
      expect(lines).toEqual([
        {
          level: 'info',
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          pid: expect.any(Number),
          requestId: 'buy-1',
          method: 'POST',
          route: '/billing/checkout',
          status: 200,
          ms: expect.any(Number),
          orgId,
          msg: 'POST /billing/checkout → 200',
        },
      ]);
    });

    it('has one for a caller that hangs up too, and so have the metrics', async () => {
      const path = '/checkouts';
      await deployment.sandbox.fault({ method: 'POST', path, kind: 'delay', delayMs: 10_000 });
      const giveUp = new AbortController();
      const asked = fetch(`http://127.0.0.1:${deployment.environment.PORT}/billing/checkout`, {
        method: 'POST',
        headers: {
          'x-api-key': await deployment.newKey(),
          'x-request-id': 'gave-up',
          'content-type': 'application/json',
        },
        body: JSON.stringify(CHECKOUT),
        signal: giveUp.signal,
      }).catch((error: Error) => error.name);
      await until('Dodo has been asked', () => deployment.sandbox.hasHit(path));
      giveUp.abort();
      expect(await asked).toBe('AbortError');
      await api.says('POST /billing/checkout → 499');
      const lines = logLines(api.output).filter(({ requestId }) => requestId === 'gave-up');
      expect(lines).toMatchObject([{ level: 'info', status: 499, ms: expect.any(Number) }]);
      const gaveUp = { route: '/billing/checkout', status: '499' };
      const name = 'billing_http_request_duration_seconds_count';
      expect(sumOf(await scrapeApi(), name, gaveUp)).toBe(1);
    });

    it('says on whose behalf a service speaks', () => {
      const failed = logLines(api.output).find(({ context }) => context === 'Http');
      expect(failed).toMatchObject({
        level: 'error',
        requestId: expect.any(String),
        route: '/billing/checkout',
        orgId,
      });
      const refund = logLines(worker.output).find(({ msg }) => /^Refund .* → succeeded/.test(msg));
      expect(refund).toMatchObject({
        context: 'Refunds',
        job: expect.stringMatching(/^(refund.drive|dodo-event.process)$/),
        jobId: expect.any(String),
      });
    });

    it('has no line for a probe that finds all well', async () => {
      await call('GET', '/health/live');
      await call('GET', '/billing/plans', { 'x-request-id': 'after-the-probe' });
      await api.says('after-the-probe');
      const probes = logLines(api.output).filter(({ route }) => /^\/(health|metrics)/.test(route ?? ''));
      expect(probes.filter(({ status }) => status < 400)).toEqual([]);
    });

    it('takes a body that breaks off for no failure of ours', async () => {
      const port = await freeLastingPort();
      const quiet = await deployment.start('main', { PORT: String(port), JOBS: 'off' });
      const socket = connect(port, '127.0.0.1').resume();
      socket.write(
        'POST /billing/checkout HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"pla\r\nno length\r\n',
      );
      await once(socket, 'close');
      expect(await quiet.end('SIGTERM')).toBe(0);
      expect(logLines(quiet.output).filter(({ level }) => level !== 'info')).toEqual([]);
    });
  });

  describe('x-request-id', () => {
    const idOf = async (sent?: string, path = '/billing/plans') =>
      (await call('GET', path, sent === undefined ? {} : { 'x-request-id': sent })).headers.get(
        'x-request-id',
      );

    it.each(['7f3e', 'a.b_c-d:e', '0af7651916cd43dd8448eb211c80319c', 'x'.repeat(100)])(
      'takes %s',
      async (id) => {
        expect(await idOf(id)).toBe(id);
      },
    );

    it.each([
      ['nothing', undefined],
      ['a space', 'a b'],
      ['an e-mail address', 'jo@example.com'],
      ['an API key', 'sk-social-abcdefghijklmnop'],
      ['a card number', CARDS.success],
      ['the operator token', TOKEN],
      ['too much', 'x'.repeat(101)],
      ['a quote', 'a"b'],
    ])('makes one instead of %s', async (_, sent) => {
      expect(await idOf(sent)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    });

    it('is on errors too, also on those that no route gives', async () => {
      expect(await idOf('mine', '/nowhere')).toBe('mine');
      expect(await idOf('mine', '/%zz')).toBe('mine');
    });
  });

  describe('ACCESS_LOG', () => {
    it.each([
      ['failures', ['/nowhere']],
      ['off', []],
    ])('%s', async (setting, expected) => {
      const port = String(await freeLastingPort());
      const quiet = await deployment.start('main', { PORT: port, JOBS: 'off', ACCESS_LOG: setting });
      for (const path of ['/billing/plans', '/nowhere', '/billing/plans']) {
        await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-api-key': key } });
      }
      expect(await quiet.end('SIGTERM')).toBe(0);
      const told = logLines(quiet.output).filter(({ status }) => status !== undefined);
      expect(told.map(({ status }) => status)).toEqual(expected.map(() => 404));
    });
  });
});
