import { expectSameBooks } from '../support/same-books';
import { CARDS } from '../support/sandbox-control';
import { TestService, type Answer, type Caller } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(180_000);

const OPERATOR_TOKEN = 'a token of the operator of these tests';

interface Tally {
  looked: number;
  differed: number;
  mended: number;
  waiting: number;
  unmatched: number;
  failed: number;
}

interface Report {
  id: string;
  status: string;
  isFull: boolean;
  subscriptions: Tally;
  payments: Tally;
  refunds: Tally;
  findings: { items: Record<string, any>[]; total: number };
}

describe('Law 5: lost webhooks heal', () => {
  let service: TestService;

  beforeEach(async () => {
    service = await TestService.start({ OPERATOR_TOKEN, DODO_REQUESTS_PER_MINUTE: '12000' });
    await service.sandbox.behave({ webhooks: { dropRate: 1 } });
  });
  afterEach(() => service.stop());

  const operator = (method: string, path: string, body?: unknown): Promise<Answer> =>
    service.call(method, path, { body, headers: { 'x-operator-token': OPERATOR_TOKEN } });

  async function reconcile(body?: object): Promise<Report> {
    const answer = await operator('POST', '/operator/reconcile', body);
    expect([answer.status, answer.body]).toMatchObject([200, { success: true }]);
    const { id } = answer.body.data as { id: string };
    // It answers after a while what there is; on a busy machine that is not the end.
    return until<Report>(
      'it has come to its end',
      async () => {
        const { body: seen } = await operator('GET', `/operator/reconciliations/${id}`);
        return seen.data.status === 'completed' && (seen.data as Report);
      },
      60_000,
    );
  }

  const at = (id: string, change: object, path = '') =>
    service.sandbox.call('PATCH', `/subscriptions/${id}${path}`, change);

  async function buy(card?: string): Promise<{ org: Caller; payment: string; subscription: string }> {
    const org = await service.newOrg();
    const paid = await service.buy(org, card);
    return { org, payment: paid.payment_id, subscription: paid.subscription_id! };
  }

  const expectSame = () => expectSameBooks(service.sandbox, (sql) => service.query(sql));

  it('brings every kind of life up to date after 28 hours and after weeks of silence', async () => {
    const trial = await buy();
    const declined = await service.newOrg();
    await service.buy(declined, CARDS.declined);
    const renewed = await buy();
    const onHold = await buy(CARDS.failsOnRenewal);
    const atEnd = await buy();
    const now = await buy();
    const paused = await buy();
    const changed = await buy();
    await service.sandbox.advance('28h');
    await reconcile();
    await expectSame();
    for (const { org } of [trial, renewed, onHold, atEnd, now, paused, changed]) {
      expect(await service.status(org.key)).toMatchObject({
        status: 'trialing',
        creditBalance: expect.any(Number),
      });
    }
    expect((await service.status(declined.key)).status).toBeNull();

    await service.sandbox.advance('3d');
    await at(atEnd.subscription, { cancel_at_next_billing_date: true });
    await at(now.subscription, { status: 'cancelled' });
    await at(paused.subscription, { status: 'paused' });
    await service.sandbox.call('POST', `/subscriptions/${changed.subscription}/change-plan`, {
      product_id: 'pdt_business',
      quantity: 1,
      proration_billing_mode: 'prorated_immediately',
    });
    await service.sandbox.dispute(renewed.payment);
    await service.sandbox.behave({ gracePeriodDays: 20 });
    await service.sandbox.advance('40d');
    await reconcile();
    await expectSame();
    const statusOf = async ({ org }: { org: Caller }) => (await service.status(org.key)).status as string;
    expect(await Promise.all([trial, renewed, onHold, atEnd, now, paused, changed].map(statusOf))).toEqual([
      'active',
      'active',
      'on_hold',
      'cancelled',
      'cancelled',
      'paused',
      'active',
    ]);
    expect((await service.status(changed.org.key)).plan).toBe('plan_business');
    const entries = await service.query(
      `SELECT kind, count(*)::int AS count FROM credit_entries WHERE org_id = $1 GROUP BY kind ORDER BY kind`,
      [renewed.org.orgId],
    );
    expect(entries.find(({ kind }) => kind === 'allocation').count).toBeGreaterThanOrEqual(2);

    const second = await reconcile();
    for (const tally of [second.subscriptions, second.payments, second.refunds]) {
      expect(tally).toMatchObject({ differed: 0, mended: 0, failed: 0 });
    }
    const third = await reconcile({ full: true });
    expect([third.isFull, third.findings.total]).toEqual([true, 0]);
  });

  it('follows a subscription through past due and to its end', async () => {
    await service.sandbox.behave({ gracePeriodDays: 5 });
    const { org, subscription } = await buy(CARDS.failsOnRenewal);
    await service.sandbox.advance('4d');
    await reconcile();
    expect((await service.status(org.key)).status).toBe('past_due');
    expect(
      (
        await service.call('POST', '/billing/change-plan', {
          key: org.key,
          body: { planId: 'plan_business' },
        })
      ).status,
    ).toBe(403);
    await service.sandbox.advance('10d');
    await reconcile();
    expect((await service.status(org.key)).status).toBe('on_hold');
    await at(subscription, { status: 'cancelled' });
    const report = await reconcile();
    expect((await service.status(org.key)).status).toBe('cancelled');
    expect(report.findings.items).toMatchObject([
      {
        kind: 'subscription',
        objectId: subscription,
        found: 'outdated',
        outcome: 'mended',
        orgId: org.orgId,
      },
    ]);
    expect(report.findings.items[0]!.detail).toMatch(/^status on_hold → cancelled/);
  });

  it('brings refunds to their end: stuck, under review, failed', async () => {
    await service.sandbox.behave({ refundOutcome: 'stuck_pending' });
    const stuck = await buy();
    await reconcile();
    await service.sandbox.behave({ refundOutcome: 'review' });
    const review = await buy();
    await reconcile();
    await service.sandbox.behave({ refundOutcome: 'failed' });
    const failed = await buy();
    const waiting = await reconcile();
    expect(waiting.refunds.waiting).toBe(3);
    const [mine] = await service.sandbox.refundsOf(failed.payment);
    expect(mine!.status).toBe('failed');
    await service.sandbox.behave({ refundOutcome: 'succeeded' });
    for (const { payment } of [stuck, review]) {
      const [refund] = await service.sandbox.refundsOf(payment);
      await service.sandbox.call('POST', `/_sandbox/refunds/${refund!.refund_id}/settle`, {
        status: 'succeeded',
      });
    }
    const healed = await reconcile();
    expect(healed.refunds).toMatchObject({ mended: 3, waiting: 0, failed: 0 });
    await expectSame();
    expect((await service.sandbox.refundsOf(failed.payment)).map(({ status }) => status).toSorted()).toEqual([
      'failed',
      'succeeded',
    ]);
  });

  it('follows for weeks what is not settled when it is listed first, such as a refund made at Dodo', async () => {
    const { org } = await buy();
    await service.sandbox.advance('4d');
    await reconcile();
    const [{ id }] = await service.query(
      'SELECT dodo_payment_id AS id FROM payments WHERE org_id = $1 AND plan_minor > 0',
      [org.orgId],
    );
    await service.sandbox.behave({ refundOutcome: 'stuck_pending' });
    const { refund_id } = await service.sandbox.call<{ refund_id: string }>('POST', '/refunds', {
      payment_id: id,
    });
    await service.sandbox.behave({ refundOutcome: 'succeeded' });
    const shown = async () =>
      (
        await service.query('SELECT refunds_at_dodo AS refunds FROM payments WHERE dodo_payment_id = $1', [
          id,
        ])
      )[0].refunds;
    await reconcile();
    expect(await shown()).toMatchObject([{ id: refund_id, status: 'pending' }]);

    // Others buy meanwhile: what is listed is younger every time.
    service.clock.advanceSeconds(28 * 86_400);
    await service.sandbox.advance('28d');
    await buy();
    await reconcile();
    await service.sandbox.call('POST', `/_sandbox/refunds/${refund_id}/settle`, { status: 'succeeded' });
    expect((await reconcile()).isFull).toBe(false);
    expect(await shown()).toMatchObject([{ id: refund_id, status: 'succeeded' }]);
  });
});
