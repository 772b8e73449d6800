import type { Behaviour } from '../../sandbox/behaviour';
import { RefundsService } from '../../src/billing/refunds/refunds.service';
import type { Fault } from '../support/sandbox-control';
import { TestService } from '../support/test-service';
import type { Caller } from '../support/test-service';
import { until } from '../support/until';

/** Exactly one refund, of the fee's line and nothing else, at Dodo and in our books. */
async function expectOneRefundIn(service: TestService, paymentId: string): Promise<void> {
  await service.untilRefund(paymentId, 'succeeded');
  await service.untilQuiet();
  const made = (await service.sandbox.refundsOf(paymentId)).filter((refund) => refund.status !== 'failed');
  expect(made).toHaveLength(1);
  expect(made[0]!.items.map((item) => item.item_id)).toEqual(['pdt_setup_fee']);
  expect(made[0]!.amount).toBe(100);
  const rows = await service.query('SELECT * FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
  expect(rows).toMatchObject([
    { state: 'succeeded', dodo_refund_id: made[0]!.refund_id, amount_minor: '100' },
  ]);
}

describe('Law 1: the fee comes back once', () => {
  const service = TestService.ofThisSuite({ DODO_REQUESTS_PER_MINUTE: '12000' });
  let usual: Behaviour;

  beforeAll(async () => {
    usual = await service.sandbox.call('GET', '/_sandbox/behaviour');
  });
  afterEach(async () => {
    await service.sandbox.clearFaults();
    await service.sandbox.behave(usual);
  });

  const expectOneRefund = (paymentId: string) => expectOneRefundIn(service, paymentId);

  async function buyWith(fault: Fault): Promise<string> {
    await service.sandbox.fault(fault);
    return (await service.buy(await service.newOrg())).payment_id;
  }

  it('when all goes well', async () => {
    const { payment_id } = await service.buy(await service.newOrg());
    await expectOneRefund(payment_id);
  });

  it('when every event comes several times at the same moment', async () => {
    await service.sandbox.behave({ webhooks: { duplicateRate: 1, shuffle: true, maxDelayMs: 200 } });
    const { payment_id } = await service.buy(await service.newOrg());
    await expectOneRefund(payment_id);
    await service.sandbox.resendAll();
    await expectOneRefund(payment_id);
  });

  it('when ten workers look at the same payment at once', async () => {
    const { payment_id } = await service.buy(await service.newOrg());
    await service.untilRefund(payment_id, 'succeeded');
    const [[{ id }]] = await service.query(
      `UPDATE refunds SET state = 'owed', dodo_refund_id = NULL, settled_at = NULL
        WHERE dodo_payment_id = $1 RETURNING id`,
      [payment_id],
    );
    await service.query(
      `SELECT graphile_worker.add_job('refund.drive', json_build_object('refundId', $1::text)) FROM generate_series(1, 10)`,
      [id],
    );
    await expectOneRefund(payment_id);
  });

  it('when the answer is lost after the refund was made', async () => {
    await expectOneRefund(await buyWith({ method: 'POST', path: '/refunds', kind: 'drop_after' }));
  });

  it('when the request is lost before the refund was made', async () => {
    const payment = await buyWith({ method: 'POST', path: '/refunds', kind: 'drop_before' });
    await until('the refund has been asked for', async () => (await refundRow(payment))?.asks === 1);
    // While a request without an answer may still be under way, nobody asks again: not even who looks at it now.
    await lookAt(payment);
    expect(await refundRow(payment)).toMatchObject({ state: 'requested', asks: 1 });
    service.clock.advanceSeconds(30);
    await expectOneRefund(payment);
  });

  it('when Dodo answers 500 after the refund was made', async () => {
    await expectOneRefund(
      await buyWith({ method: 'POST', path: '/refunds', kind: 'error_after', status: 500 }),
    );
  });

  it('when Dodo answers 500 twice before it makes the refund', async () => {
    const payment = await buyWith({
      method: 'POST',
      path: '/refunds',
      kind: 'error_before',
      status: 500,
      times: 2,
    });
    for (const asks of [1, 2]) {
      await until(`it has been asked ${asks} times`, async () => (await refundRow(payment))?.asks === asks);
      await until('the answer is noted', async () => (await refundRow(payment))?.failure_code !== null);
      service.clock.advanceSeconds(10);
      await lookAt(payment);
    }
    await expectOneRefund(payment);
  });

  it('when Dodo limits our rate first', async () => {
    await expectOneRefund(
      await buyWith({
        method: 'POST',
        path: '/refunds',
        kind: 'error_before',
        status: 429,
        code: 'TOO_MANY_REQUESTS',
      }),
    );
  });

  it('when our API key is refused for a while', async () => {
    await expectOneRefund(
      await buyWith({
        method: 'POST',
        path: '/refunds',
        kind: 'error_before',
        status: 401,
        code: 'UNAUTHORIZED',
      }),
    );
  });

  it('when the answer is a page of HTML after the refund was made', async () => {
    await expectOneRefund(
      await buyWith({
        method: 'POST',
        path: '/refunds',
        kind: 'error_after',
        status: 502,
        body: '<html>Bad gateway</html>',
        headers: { 'content-type': 'text/html' },
      }),
    );
  });

  it.each([400, 409, 422] as const)(
    'when someone has refunded the fee by hand and Dodo says so with %d',
    async (status) => {
      await service.sandbox.behave({ duplicateRefundStatus: status });
      // Our own request is held up on its way; in the meantime a person gives the fee back, and ours is refused.
      const payment = await buyWith({ method: 'POST', path: '/refunds', kind: 'delay', delayMs: 3_000 });
      await until('the refund has been asked for', async () => (await refundRow(payment))?.asks === 1);
      await service.sandbox.call('POST', '/refunds', {
        payment_id: payment,
        items: [{ item_id: 'pdt_setup_fee' }],
      });
      await expectOneRefund(payment);
    },
  );

  it('when the events of the payment come before our own answer is committed', async () => {
    const org = await service.newOrg();
    const before = (await service.sandbox.books()).checkouts.length;
    await service.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'delay', delayMs: 1_500 });
    const answer = service.checkout(org.key);
    const session = await until(
      'the sandbox has the session',
      async () => (await service.sandbox.books()).checkouts.slice(before)[0],
    );
    const { payment_id } = await service.sandbox.pay(`${service.sandbox.url}/session/${session.session_id}`);
    await expectOneRefund(payment_id);
    expect((await answer).status).toBe(200);
    const checkouts = 'SELECT status, dodo_session_id FROM checkouts WHERE org_id = $1';
    expect(await service.query(checkouts, [org.orgId])).toEqual([
      { status: 'completed', dodo_session_id: session.session_id },
    ]);
  });

  it('when Dodo lists the payment’s lines a moment late', async () => {
    await service.sandbox.fault({
      method: 'GET',
      path: '/payments/*/line-items',
      kind: 'error_before',
      status: 500,
      times: 2,
    });
    const { payment_id } = await service.buy(await service.newOrg());
    await expectOneRefund(payment_id);
  });

  it('when a person refunds the plan, and not the fee, at the same moment', async () => {
    await service.sandbox.behave({ grantTrial: false, refundSettleSeconds: 2 });
    const payment = await buyWith({ method: 'POST', path: '/refunds', kind: 'error_before', status: 503 });
    await until('the refund has been asked for', async () => (await refundRow(payment))?.asks === 1);
    await service.sandbox.call('POST', '/refunds', { payment_id: payment, items: [{ item_id: 'pdt_pro' }] });
    service.clock.advanceSeconds(30);
    const row = await service.untilRefund(payment, 'succeeded');
    expect(row.amount_minor).toBe('100');
    const made = await service.sandbox.refundsOf(payment);
    expect(made.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([100, 4900]);
  });

  const variants: [string, Partial<Behaviour>][] = [
    ['has no metadata', { paymentMetadata: false, subscriptionMetadata: false }],
    ['has no product cart', { mixedProductCart: 'null' }],
    ['has only the fee in its product cart', { mixedProductCart: 'fee' }],
    ['has everything in its product cart', { mixedProductCart: 'all' }],
    ['has the plan as a line of nothing', { trialPlanLineItem: 'zero' }],
    ['is followed by a renewal at trial start', { renewedAtTrialStart: true }],
  ];

  it.each(variants)('when the payment %s', async (_, behaviour) => {
    await service.sandbox.behave(behaviour as never);
    const org = await service.newOrg();
    const { payment_id } = await service.buy(org);
    await expectOneRefund(payment_id);
    await service.untilStatus(org, 'trialing');
  });

  it('when the first payment carries the fee and the full price', async () => {
    await service.sandbox.behave({ grantTrial: false });
    const org: Caller = await service.newOrg();
    const { payment_id } = await service.buy(org);
    await expectOneRefund(payment_id);
    expect(await service.status(org.key)).toMatchObject({ status: 'active', isTrialing: false });
  });

  it('when tax makes the fee more than a dollar', async () => {
    await service.sandbox.behave({ taxRatePercent: 19 });
    const { payment_id } = await service.buy(await service.newOrg());
    await service.untilRefund(payment_id, 'succeeded');
    expect(await service.sandbox.refundsOf(payment_id)).toHaveLength(1);
  });

  it('shows a refund that a person has to look at', async () => {
    const payment = await buyWith({
      method: 'POST',
      path: '/refunds',
      kind: 'error_before',
      status: 422,
      code: 'PARTIAL_REFUND_NOT_ALLOWED',
    });
    const row = await service.untilRefund(payment, 'failed');
    expect(row).toMatchObject({ failure_code: 'PARTIAL_REFUND_NOT_ALLOWED', asks: 1 });
  });

  describe('when Dodo accepts the refund and can not carry it out', () => {
    const settle = (refundId: string, status: string) =>
      service.sandbox.call('POST', `/_sandbox/refunds/${refundId}/settle`, { status });
    /** The job that waits for its time, now. */
    const hurry = () =>
      service.query(
        `SELECT graphile_worker.reschedule_jobs(ARRAY(SELECT id FROM graphile_worker.jobs WHERE key LIKE 'refund:%'), run_at := now())`,
      );
    /** The pause is over. Moving our clock would make Dodo's events look too old. */
    const ripen = (payment: string) =>
      service.query(
        `UPDATE refunds SET ask_again_at = now() WHERE state = 'failed' AND dodo_payment_id = $1`,
        [payment],
      );
    const drive = (id: string) =>
      service.query(
        `SELECT graphile_worker.add_job('refund.drive', json_build_object('refundId', $1::text))`,
        [id],
      );

    async function failOnce(): Promise<{ payment: string; first: string }> {
      await service.sandbox.behave({ refundOutcome: 'failed' });
      const { payment_id: payment } = await service.buy(await service.newOrg());
      const row = await service.untilRefund(payment, 'failed');
      await service.sandbox.behave({ refundOutcome: 'succeeded' });
      expect(row).toMatchObject({
        failure_code: 'refund_failed',
        failed_dodo_refund_ids: [row.dodo_refund_id],
      });
      return { payment, first: row.dodo_refund_id };
    }

    it('asks again after a pause, and the money comes back once', async () => {
      const { payment, first } = await failOnce();
      await hurry();
      await service.untilQuiet();
      expect(await refundRow(payment)).toMatchObject({ state: 'failed', asks: 1 });
      await ripen(payment);
      await hurry();
      await expectOneRefund(payment);
      const row = await refundRow(payment);
      expect(row).toMatchObject({ asks: 2, failed_dodo_refund_ids: [first], failure_code: null });
      expect(row!.dodo_refund_id).not.toBe(first);
      await service.sandbox.resendAll();
      await expectOneRefund(payment);
      expect(await service.sandbox.refundsOf(payment)).toHaveLength(2);
    });

    it('asks once more, however many come upon it at the same moment', async () => {
      const { payment } = await failOnce();
      await ripen(payment);
      const { id } = (await refundRow(payment))!;
      await Promise.all(Array.from({ length: 10 }, () => drive(id)));
      await expectOneRefund(payment);
      expect(await service.sandbox.refundsOf(payment)).toHaveLength(2);
    });

    it('is not misled by what comes late of the one that failed', async () => {
      const { payment, first } = await failOnce();
      await service.sandbox.behave({ refundOutcome: 'stuck_pending' });
      await ripen(payment);
      await hurry();
      const { dodo_refund_id: second } = await service.untilRefund(payment, 'pending');
      await service.untilQuiet();
      // An event that is known is not followed again.
      await service.query(`DELETE FROM dodo_events WHERE type LIKE 'refund.%'`);
      await service.sandbox.resendAll();
      await until('it is heard that the first has failed', async () => {
        const events = await service.query(`SELECT body FROM dodo_events WHERE type = 'refund.failed'`);
        return events.some(({ body }) => String(body).includes(first));
      });
      await service.untilQuiet();
      expect(await refundRow(payment)).toMatchObject({ state: 'pending', dodo_refund_id: second });
      await settle(second, 'succeeded');
      await expectOneRefund(payment);
      expect((await refundRow(payment))!.failed_dodo_refund_ids).toEqual([first]);
    });

    it('waits longer after each failure', async () => {
      const { payment } = await failOnce();
      await service.sandbox.behave({ refundOutcome: 'failed' });
      await ripen(payment);
      await hurry();
      await until(
        'it has failed twice',
        async () => (await refundRow(payment))?.failed_dodo_refund_ids.length === 2,
      );
      const row = (await refundRow(payment))!;
      expect(row.ask_again_at.getTime() - row.updated_at.getTime()).toBe(2 * 3_600_000);
      await service.sandbox.behave({ refundOutcome: 'succeeded' });
      await ripen(payment);
      await hurry();
      await expectOneRefund(payment);
    });

    it('asks again when Dodo no longer knows the one that was pending', async () => {
      await service.sandbox.behave({ refundOutcome: 'stuck_pending' });
      const { payment_id: payment } = await service.buy(await service.newOrg());
      const { id, dodo_refund_id: gone } = await service.untilRefund(payment, 'pending');
      await settle(gone, 'failed');
      await service.sandbox.behave({ refundOutcome: 'succeeded' });
      await service.query(
        `UPDATE refunds SET state = 'pending', dodo_refund_id = 'ref_gone', failed_dodo_refund_ids = '{}'
          WHERE id = $1`,
        [id],
      );
      await drive(id);
      await service.untilRefund(payment, 'failed');
      await ripen(payment);
      await hurry();
      await expectOneRefund(payment);
    });
  });

  it('when our row is older than the refund, as after a restore', async () => {
    const org = await service.newOrg();
    const { payment_id: payment } = await service.buy(org);
    await service.untilRefund(payment, 'succeeded');
    const [refund] = await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [payment]);
    const asked = { method: 'POST', path: '/refunds', kind: 'delay', delayMs: 0, times: 9 };
    await service.sandbox.fault(asked);
    await service.query(
      `UPDATE refunds SET state = 'owed', dodo_refund_id = NULL, asks = 0, settled_at = NULL WHERE id = $1`,
      [refund.id],
    );
    await service.app.get(RefundsService).driveNow(refund.id, false);
    await service.untilRefund(payment, 'succeeded');
    expect(await service.sandbox.hasHit('/refunds')).toBe(false);
    expect(await service.sandbox.refundsOf(payment)).toHaveLength(1);
  });

  /** The job that is planned for later, now. */
  async function lookAt(paymentId: string): Promise<void> {
    const { id } = (await refundRow(paymentId))!;
    const planned = `SELECT id FROM graphile_worker.jobs WHERE key = $1 AND run_at > now()`;
    const [job] = await until('it is planned to be looked at', async () => {
      const jobs = await service.query(
        `SELECT id FROM graphile_worker.reschedule_jobs(ARRAY(${planned}), run_at := now())`,
        [`refund:${id}`],
      );
      return jobs.length > 0 && jobs;
    });
    await until('it has been looked at', async () => {
      const left = await service.query('SELECT FROM graphile_worker.jobs WHERE id = $1', [job.id]);
      return left.length === 0;
    });
  }

  async function refundRow(paymentId: string): Promise<Record<string, any> | undefined> {
    const [row] = await service.query('SELECT * FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
    return row;
  }
});

describe('Law 1: nothing but the fee comes back', () => {
  const service = TestService.ofThisSuite();

  it('refunds nothing for a payment without the fee', async () => {
    const org = await service.newOrg();
    const { payment_id } = await service.buy(org);
    await expectOneRefundIn(service, payment_id);
    await service.sandbox.advance('70d');
    await service.untilStatus(org, 'active');
    await service.untilQuiet();
    const { payments, refunds } = await service.sandbox.books();
    expect(payments.length).toBeGreaterThan(2);
    expect(refunds).toHaveLength(1);
  });
});
