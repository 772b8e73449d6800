import {
  INCOMPLETE_PAYMENTS,
  UNDECIDED_PAYMENTS,
} from '../../src/billing/reconciliation/held-objects.repository';
import { RecurringJobs } from '../../src/jobs/recurring-jobs';
import { ValidAnswers } from '../contract/valid-answers';
import { TestService, type Answer } from '../support/test-service';
import { until } from '../support/until';

const TOKEN = 'a token of the operator of these tests';

describe('reconciliation', () => {
  const service = TestService.ofThisSuite({ OPERATOR_TOKEN: TOKEN, DODO_REQUESTS_PER_MINUTE: '12000' });
  let answers: ValidAnswers;

  beforeAll(async () => {
    answers = new ValidAnswers((await service.call('GET', '/openapi.json')).body);
  });

  async function call(
    method: string,
    path: string,
    { body, token = TOKEN, headers = {} }: { body?: unknown; token?: string; headers?: object } = {},
  ): Promise<Answer> {
    const answer = await service.call(method, path, {
      body,
      headers: { 'x-operator-token': token, ...headers },
    });
    const pattern = path.split('?')[0]!.replace(/rec_\w+/, '{id}');
    expect(answers.problemOf(pattern, method.toLowerCase(), answer)).toBeNull();
    return answer;
  }

  const planned = (): Promise<any[]> =>
    service.query(
      `SELECT id, run_at, key FROM graphile_worker.jobs WHERE task_identifier = 'reconciliation.begin'`,
    );

  it('every status of its routes', async () => {
    const made = await call('POST', '/operator/reconcile');
    expect([made.status, made.body.data]).toMatchObject([200, { trigger: 'operator', status: 'completed' }]);
    const { id } = made.body.data;
    expect((await call('POST', '/operator/reconcile', { token: 'wrong' })).status).toBe(401);
    const bad = await call('POST', '/operator/reconcile', { body: { full: 'yes' } });
    expect([bad.status, bad.body.error]).toEqual([400, 'bad_request']);
    const full = await call('POST', '/operator/reconcile', { body: { full: true } });
    expect(full.body.data).toMatchObject({ isFull: true, createdSince: null });
    expect((await call('POST', '/operator/reconcile', { body: { x: 'x'.repeat(300_000) } })).status).toBe(
      413,
    );
    const text = { headers: { 'content-type': 'text/plain' } };
    expect((await call('POST', '/operator/reconcile', { body: {}, ...text })).status).toBe(415);

    const list = await call('GET', '/operator/reconciliations?limit=1');
    expect(list.body.data).toMatchObject({ items: [{ id: full.body.data.id }], total: 2, limit: 1 });
    expect((await call('GET', '/operator/reconciliations?limit=0')).status).toBe(400);
    expect((await call('GET', '/operator/reconciliations', { token: 'wrong' })).status).toBe(401);

    expect((await call('GET', `/operator/reconciliations/${id}`)).body.data.id).toBe(id);
    expect((await call('GET', `/operator/reconciliations/${id}?offset=x`)).status).toBe(400);
    expect((await call('GET', '/operator/reconciliations/rec_0')).status).toBe(404);
    expect((await call('GET', `/operator/reconciliations/${id}`, { token: 'wrong' })).status).toBe(401);
    for (const [path, method, missing] of [
      ['/operator/reconcile', 'post', ['404', '429']],
      ['/operator/reconciliations', 'get', ['404', '429']],
      ['/operator/reconciliations/{id}', 'get', ['429']],
    ] as const) {
      expect(answers.notSeen(path, method)).toEqual(missing);
    }
  });

  it('several at once all come to an end', async () => {
    const both = await Promise.all([
      call('POST', '/operator/reconcile'),
      call('POST', '/operator/reconcile', { body: { full: true } }),
      call('POST', '/operator/reconcile'),
    ]);
    expect(both.map(({ body }) => body.data.status)).toEqual(['completed', 'completed', 'completed']);
  });

  it('makes the one that is running a full one, and the log says who asked', async () => {
    await call('POST', '/operator/reconcile');
    await service.query('UPDATE reconciliations SET newest_seen_at = now()');
    await service.sandbox.fault({ method: 'GET', path: '/subscriptions', kind: 'delay', delayMs: 1_000 });
    const first = call('POST', '/operator/reconcile');
    const { id } = await until('one is running, of what is new', async () => {
      const [row] = await service.query(
        `SELECT id FROM reconciliations WHERE status = 'running' AND NOT is_full`,
      );
      return row;
    });
    const full = await call('POST', '/operator/reconcile', { body: { full: true } });
    expect([full.body.data.id, (await first).body.data.id]).toEqual([id, id]);
    expect(
      await service.query('SELECT is_full, created_since FROM reconciliations WHERE id = $1', [id]),
    ).toEqual([{ is_full: true, created_since: null }]);
    const log = `SELECT outcome FROM operator_actions WHERE what = 'reconciliation.run' AND target = $1 ORDER BY id`;
    expect(await service.query(log, [id])).toEqual([
      { outcome: 'started' },
      { outcome: 'full, joined the one that was running' },
    ]);
  });

  it('does not read what is nobody’s here, and says how much of it there is', async () => {
    await service.sandbox.behave({ webhooks: { dropRate: 1 } });
    const session = await service.sandbox.call<{ checkout_url: string }>('POST', '/checkouts', {
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { email: 'walk-in@example.com' },
      return_url: 'https://app.acme.com/',
    });
    await service.sandbox.pay(session.checkout_url);
    await service.sandbox.fault({ method: 'GET', path: '/payments/*', kind: 'error_before', times: 9 });
    const { body } = await call('POST', '/operator/reconcile');
    expect(body.data).toMatchObject({
      status: 'completed',
      subscriptions: { looked: 1, unmatched: 1, mended: 0 },
      payments: { looked: 1, unmatched: 1, mended: 0 },
    });
    expect(await service.sandbox.hasHit('/payments/*')).toBe(false);
    await service.sandbox.clearFaults();
  });

  it('lists what is nobody’s for the newest one alone, and says of older ones how much it was', async () => {
    const runs: Record<string, any>[] = [];
    for (let i = 0; i < 3; i += 1) runs.push((await call('POST', '/operator/reconcile')).body.data);
    const rows = await service.query(
      `SELECT reconciliation_id AS id, count(*)::int FROM reconciliation_findings WHERE outcome = 'unmatched' GROUP BY 1`,
    );
    expect(rows).toEqual([{ id: runs.at(-1)!.id, count: 2 }]);
    for (const { id, findings } of runs) {
      const { body } = await call('GET', `/operator/reconciliations/${id}`);
      const tally = { looked: 1, differed: 1, unmatched: 1 };
      expect(body.data).toMatchObject({ subscriptions: tally, payments: tally });
      expect(findings.total).toBe(2);
      expect(body.data.findings.total).toBe(id === runs.at(-1)!.id ? 2 : 0);
    }
  });

  it('finds incomplete and disputed payments without walking all that there are', async () => {
    const { orgId } = await service.newOrg();
    await service.query(
      `INSERT INTO payments (dodo_payment_id, org_id, status, total_minor, currency, plan_minor, has_line_items,
                             dodo_created_at, version, synced_at)
       SELECT 'pay_many_' || n, $1, 'succeeded', 4900, 'USD', 4900, true, now(), 1, now()
         FROM generate_series(1, 20000) AS n`,
      [orgId],
    );
    await service.query('ANALYZE payments');
    for (const [query, ...indexes] of [
      [INCOMPLETE_PAYMENTS, 'payments_without_lines_idx', 'payments_with_fee_idx'],
      [UNDECIDED_PAYMENTS, 'payments_open_disputes_idx', 'payments_challenged_disputes_idx'],
    ] as const) {
      const sql = query.replaceAll('$1', "''").replaceAll('$2', '100');
      const plan = JSON.stringify(await service.query(`EXPLAIN (FORMAT JSON) ${sql}`));
      for (const index of indexes) expect(plan).toContain(`"${index}"`);
      expect(plan).not.toMatch(/"payments_pkey"[^{}]*"\(dodo_payment_id >/);
      expect(plan).not.toMatch(/"Seq Scan"[^{}]*"payments"/);
    }
    await service.query(`DELETE FROM payments WHERE dodo_payment_id LIKE 'pay_many_%'`);
  });

  it('reports what Dodo does not know, and leaves it as it was', async () => {
    const org = await service.newOrg();
    await service.buy(org);
    await call('POST', '/operator/reconcile');
    await service.query(
      `INSERT INTO subscriptions SELECT 'sub_gone', org_id, plan_id, dodo_product_id, status, trial_period_days,
              current_period_start, current_period_end, cancel_at_period_end, cancelled_at, pending_product_id,
              pending_change_at, dodo_created_at, snapshot, version, synced_at FROM subscriptions WHERE org_id = $1`,
      [org.orgId],
    );
    const { body } = await call('POST', '/operator/reconcile');
    expect(body.data.findings.items).toContainEqual(
      expect.objectContaining({ objectId: 'sub_gone', found: 'not_at_dodo', outcome: 'failed' }),
    );
    expect(
      await service.query(`SELECT status FROM subscriptions WHERE dodo_subscription_id = 'sub_gone'`),
    ).toEqual([{ status: 'active' }]);
    await service.query(`DELETE FROM subscriptions WHERE dodo_subscription_id = 'sub_gone'`);
  });

  it('reads a payment again whose lines were not shown, and gives its fee back', async () => {
    const org = await service.newOrg();
    const { payment_id: payment } = await service.buy(org);
    await call('POST', '/operator/reconcile');
    await service.untilRefund(payment, 'succeeded');
    const [refund] = await service.sandbox.refundsOf(payment);
    await service.query('DELETE FROM refunds WHERE dodo_payment_id = $1', [payment]);
    await service.query(
      `UPDATE payments
          SET has_line_items = false, setup_fee_minor = NULL, plan_minor = total_minor,
              refunds_at_dodo = jsonb_build_array(jsonb_build_object('id', $2::text, 'status', 'succeeded'))
        WHERE dodo_payment_id = $1`,
      [payment, refund!.refund_id],
    );
    const { body } = await call('POST', '/operator/reconcile');
    expect(body.data.findings.items).toContainEqual(
      expect.objectContaining({ objectId: payment, found: 'incomplete', outcome: 'mended' }),
    );
    await service.untilRefund(payment, 'succeeded');
    expect(await service.sandbox.refundsOf(payment)).toHaveLength(1);
  });

  describe('the schedule', () => {
    it('is one job, however many replicas start, and a start delays nothing', async () => {
      const [before] = await planned();
      expect(before.run_at.getTime() - Date.now()).toBeGreaterThan(50 * 60_000);
      await service.query(
        `SELECT graphile_worker.reschedule_jobs(ARRAY[$1::bigint], run_at := now() + interval '10 minutes')`,
        [before.id],
      );
      const [soon] = await planned();
      await Promise.all(Array.from({ length: 8 }, () => service.app.get(RecurringJobs).planAll()));
      expect(await planned()).toEqual([soon]);
    });

    it('runs, and plans the next one', async () => {
      const [{ id }] = await planned();
      await service.query(`SELECT graphile_worker.reschedule_jobs(ARRAY[$1::bigint], run_at := now())`, [id]);
      await until('a scheduled one has ended', async () => {
        const [row] = await service.query(
          `SELECT is_full FROM reconciliations WHERE trigger = 'schedule' AND status = 'completed'`,
        );
        return row && !row.is_full;
      });
      const [next, ...others] = await planned();
      expect(others).toEqual([]);
      expect(next.run_at.getTime() - Date.now()).toBeGreaterThan(50 * 60_000);
    });

    // The last one, since there is no schedule from then on.
    it('is none with RECONCILE_EVERY_MINUTES=0: what was planned before does nothing, and plans nothing', async () => {
      const made = () => service.query('SELECT id FROM reconciliations ORDER BY id');
      const before = await made();
      await service.restart({ RECONCILE_EVERY_MINUTES: '0' });
      const [{ id }] = await planned();
      await service.query(`SELECT graphile_worker.reschedule_jobs(ARRAY[$1::bigint], run_at := now())`, [id]);
      await until('nothing is planned any more', async () => (await planned()).length === 0);
      await service.untilQuiet();
      expect(await made()).toEqual(before);
    });
  });
});
