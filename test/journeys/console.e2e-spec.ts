import { Metrics } from '../../src/watch/metrics';
import { COMMANDS } from '../../src/cli/commands';
import { ConsoleVisitor } from '../support/console-visitor';
import { CARDS } from '../support/sandbox-control';
import { TestService } from '../support/test-service';
import type { Caller } from '../support/test-service';
import { until } from '../support/until';
import { WebhookReceiver, withStatus } from '../support/webhook-receiver';

const TOKEN = 'a token of the operator of these tests';
const REASON = 'because of a test';

describe('the console', () => {
  const service = TestService.ofThisSuite({ OPERATOR_TOKEN: TOKEN, ALLOW_LOOPBACK_WEBHOOKS: 'true' });
  let ada: ConsoleVisitor;

  beforeAll(async () => {
    ada = await ConsoleVisitor.signedIn(service, TOKEN, 'Ada Operator');
  });
  afterEach(() => service.sandbox.behave({ refundOutcome: 'succeeded' }));

  const actionsOn = (target: string): Promise<any[]> =>
    service.query(
      'SELECT who, via, what, reason, outcome, org_id FROM operator_actions WHERE target = $1 ORDER BY id',
      [target],
    );

  const refundRow = async (id: string) =>
    (await service.query('SELECT * FROM refunds WHERE id = $1', [id]))[0];

  async function newRefund(
    outcome: 'failed' | 'stuck_pending',
  ): Promise<{ org: Caller; paymentId: string; id: string }> {
    await service.sandbox.behave({ refundOutcome: outcome });
    const org = await service.newOrg();
    const { payment_id: paymentId } = await service.buy(org);
    const state = outcome === 'failed' ? 'failed' : 'pending';
    const { id } = await service.untilRefund(paymentId, state);
    await service.sandbox.behave({ refundOutcome: 'succeeded' });
    return { org, paymentId, id };
  }

  describe('the overview', () => {
    it('shows the way from a checkout to revenue', async () => {
      const [stays, leaves, declined] = [
        await service.newOrg(),
        await service.newOrg(),
        await service.newOrg(),
      ];
      await service.buy(stays);
      await service.buy(leaves);
      await service.buy(declined, CARDS.declined);
      await service.untilStatus(stays, 'trialing');
      await service.untilStatus(leaves, 'trialing');
      await service.call('POST', '/billing/cancel', { key: leaves.key, body: { when: 'now' } });
      await service.sandbox.advance('4d');
      await service.untilStatus(stays, 'active');
      await service.untilQuiet();
      const { html } = await ada.get('');
      expect(html).toContain('Checkouts: 3, Paid: 2, Trialing: 2, Converted: 1');
      expect(html).toContain('On the last day: Pro $49.00.');
      expect(html).toMatch(/50%[\s\S]*1 of 2/);
      const table = [...html.matchAll(/<td>(\d{4}-\d\d-\d\d)<\/td><td class="num">(\$[\d.]+)<\/td>/g)];
      expect(new Set(table.map(([, , amount]) => amount))).toEqual(new Set(['$49.00', '$0.00']));
    });

    it('counts a plan no longer than what was paid for it lasts', async () => {
      await service.sandbox.behave({ paymentRetries: false });
      const org = await service.newOrg();
      await service.buy(org, CARDS.failsOnRenewal);
      await service.untilStatus(org, 'trialing');
      await service.sandbox.advance('5d');
      await service.untilStatus(org, 'on_hold');
      await service.untilQuiet();
      expect((await ada.get('')).html).toContain('On the last day: Pro $49.00.');
    });
  });

  describe('an organization', () => {
    it('is found by its name, its e-mail and the id of anything of its', async () => {
      const org = await service.newOrg();
      const { payment_id: paymentId, subscription_id: subscriptionId } = await service.buy(org);
      await service.untilStatus(org, 'trialing');
      await service.untilPaid(org);
      await service.query(`UPDATE organizations SET name = '100% Unlike_Any' WHERE id = $1`, [org.orgId]);
      const [{ email, dodo_customer_id: customer }] = await service.query(
        'SELECT email, dodo_customer_id FROM organizations WHERE id = $1',
        [org.orgId],
      );
      for (const q of ['100% unlike_a', email, org.orgId, customer, paymentId, subscriptionId!]) {
        const { html } = await ada.get(`/organizations?${new URLSearchParams({ q }).toString()}`);
        expect([q, [...html.matchAll(/\/organizations\/(org_\w+)"/g)].map(([, id]) => id)]).toEqual([
          q,
          [org.orgId],
        ]);
      }
      expect((await ada.get('/organizations?q=100_')).html).toContain('Nothing here.');
    });

    it('has a timeline of all that happened, with links to the events', async () => {
      const org = await service.newOrg();
      const { payment_id: paymentId } = await service.buy(org);
      await service.untilRefund(paymentId, 'succeeded');
      const made = await service.call('POST', '/api-keys', {
        key: org.key,
        body: { name: 'To be revoked', scopes: ['billing:read'] },
      });
      await service.call('DELETE', `/api-keys/${made.body.data.id}`, { key: org.key });
      await service.untilQuiet();
      const { html } = await ada.get(`/organizations/${org.orgId}`);
      for (const text of [
        'Organization created',
        'Checkout for Pro',
        'Setup fee paid',
        'Setup fee owed back',
        'Subscription to Pro',
        'Credits allotted',
        'API key made: To be revoked',
        'API key revoked: To be revoked',
        'organization.create',
      ]) {
        expect(html).toContain(text);
      }
      const events = new Map(
        [...html.matchAll(/href="\/console(\/events\/\d+)">([\w.]+)</g)].map(([, to, type]) => [type, to]),
      );
      expect([...events.keys()]).toEqual(
        expect.arrayContaining(['payment.succeeded', 'subscription.active', 'refund.succeeded']),
      );
      const event = await ada.get(events.get('payment.succeeded')!);
      expect(event.html).toContain(paymentId);
      expect(event.html).toContain(`/console/organizations/${org.orgId}`);
    });
  });

  describe('events', () => {
    const addEvent = async (type: string, status: string): Promise<string> => {
      const [{ id }] = await service.query(
        `INSERT INTO dodo_events (webhook_id, type, body, status, attempts, error, received_at)
         VALUES (gen_random_uuid(), $1, '{"data": {}}', $2, 16, 'gave up', now()) RETURNING id`,
        [type, status],
      );
      return id;
    };

    it('are shown as they came, and filtered by what they carry', async () => {
      const org = await service.newOrg();
      const { payment_id: paymentId } = await service.buy(org);
      await service.untilRefund(paymentId, 'succeeded');
      await service.untilQuiet();
      const { html } = await ada.get(`/events?subject=${paymentId}`);
      const types = [...html.matchAll(/\/events\/\d+">[\s\S]*?<\/span>\s*([\w.]+)/g)].map(([, type]) => type);
      expect(types.toSorted()).toEqual(['payment.succeeded', 'refund.succeeded']);
      expect((await ada.get(`/events?subject=${paymentId}&type=refund.succeeded`)).html).toContain(
        '1–1 of 1',
      );
      expect((await ada.get(`/events?status=dead&subject=${paymentId}`)).html).toContain('Nothing here.');
    });

    it('are replayed one by one, with a reason that stays', async () => {
      const id = await addEvent('payment.failed', 'dead');
      const { status, headers } = await ada.submit(`/events/${id}/replay`, { reason: REASON });
      expect([status, headers.get('location')]).toEqual([303, `/console/events/${id}?done=replayed`]);
      await until('it is followed again', async () => {
        const [row] = await service.query('SELECT * FROM dodo_events WHERE id = $1', [id]);
        return row.attempts === 1 && row.error !== 'gave up';
      });
      expect(await actionsOn(id)).toEqual([
        {
          who: 'Ada Operator',
          via: 'console',
          what: 'dodo_event.replay',
          reason: REASON,
          outcome: 'was dead',
          org_id: null,
        },
      ]);
      expect((await ada.get(`/events/${id}`)).html).toContain(REASON);
    });

    it('are not replayed without a reason, nor when nothing follows them', async () => {
      const [id, odd] = [
        await addEvent('payment.failed', 'dead'),
        await addEvent('license_key.created', 'ignored'),
      ];
      for (const reason of ['', '  ', 'ok', 'x'.repeat(501), 'a\u0000bcd']) {
        expect((await ada.submit(`/events/${id}/replay`, { reason })).status).toBe(400);
      }
      const { status, html } = await ada.submit(`/events/${odd}/replay`, { reason: REASON });
      expect(status).toBe(409);
      expect(html).toContain('Nothing here follows events of type');
      expect([...(await actionsOn(id)), ...(await actionsOn(odd))]).toEqual([]);
    });

    it('are replayed many at once', async () => {
      const ids = [
        await addEvent('payment.processing', 'unmatched'),
        await addEvent('payment.processing', 'unmatched'),
      ];
      const form = { reason: REASON, status: 'unmatched', type: 'payment.processing' };
      expect((await ada.submit('/events/replay', form)).status).toBe(303);
      expect((await ada.submit('/events/replay', { reason: REASON, status: '' })).status).toBe(400);
      const rows = await service.query('SELECT attempts FROM dodo_events WHERE id = ANY($1)', [ids]);
      expect(rows.every(({ attempts }: { attempts: number }) => attempts < 16)).toBe(true);
      const [action] = await actionsOn('{"status":"unmatched","type":"payment.processing"}');
      expect(action).toMatchObject({ who: 'Ada Operator', reason: REASON, outcome: '2 made pending' });
    });
  });

  it('leads from an organization and from a refund to the payment that they are about', async () => {
    const { org, paymentId, id } = await newRefund('failed');
    for (const page of [`/organizations/${org.orgId}`, `/refunds/${id}`]) {
      expect((await ada.get(page)).html).toContain(`href="/console/payments/${paymentId}"`);
    }
    expect((await ada.get(`/payments/${paymentId}`)).status).toBe(200);
  });

  describe('refunds', () => {
    it('that failed are asked for again at once, and made once', async () => {
      const { org, paymentId, id } = await newRefund('failed');
      expect((await ada.get(`/refunds/${id}`)).html).toContain('Retry now');
      expect((await ada.submit(`/refunds/${id}/retry`, { reason: REASON })).status).toBe(303);
      await service.untilRefund(paymentId, 'succeeded');
      const made = await service.sandbox.refundsOf(paymentId);
      expect(made.map(({ status }) => status).toSorted()).toEqual(['failed', 'succeeded']);
      expect(await actionsOn(id)).toEqual([
        {
          who: 'Ada Operator',
          via: 'console',
          what: 'refund.retry',
          reason: REASON,
          outcome: 'was failed',
          org_id: org.orgId,
        },
      ]);
      expect((await ada.submit(`/refunds/${id}/retry`, { reason: REASON })).status).toBe(409);
    });

    it('that failed are settled by hand, and never asked for again', async () => {
      const { paymentId, id } = await newRefund('failed');
      expect(
        (await ada.submit(`/refunds/${id}/settle`, { reason: 'Paid back by bank transfer' })).status,
      ).toBe(303);
      expect(await refundRow(id)).toMatchObject({ state: 'settled_by_hand', settled_at: expect.any(Date) });
      expect(await actionsOn(id)).toMatchObject([
        { what: 'refund.settle', reason: 'Paid back by bank transfer' },
      ]);
      const { body: counted } = await service.app.get(Metrics).text();
      expect(counted).toMatch(/^billing_refund_changes_total\{state="settled_by_hand"\} 1$/m);
      await service.sandbox.resendAll();
      await service.query(
        `SELECT graphile_worker.add_job('refund.drive', json_build_object('refundId', $1::text))`,
        [id],
      );
      await ada.submit('/comparisons', { reason: REASON });
      await until('the comparison has ended', async () => {
        const [row] = await service.query(
          'SELECT status FROM reconciliations ORDER BY started_at DESC LIMIT 1',
        );
        return row?.status === 'completed';
      });
      await service.untilQuiet();
      expect((await refundRow(id)).state).toBe('settled_by_hand');
      expect((await service.sandbox.refundsOf(paymentId)).map(({ status }) => status)).toEqual(['failed']);
      for (const deed of ['retry', 'settle']) {
        expect((await ada.submit(`/refunds/${id}/${deed}`, { reason: REASON })).status).toBe(409);
      }
    });

    it('are not settled by hand while Dodo makes one, or has one that a person made', async () => {
      const pending = await newRefund('stuck_pending');
      const refused = await ada.submit(`/refunds/${pending.id}/settle`, { reason: REASON });
      expect([refused.status, (await refundRow(pending.id)).state]).toEqual([409, 'pending']);
      const { paymentId, id } = await newRefund('failed');
      await service.sandbox.call('POST', '/refunds', {
        payment_id: paymentId,
        items: [{ item_id: 'pdt_setup_fee' }],
      });
      const { status, html } = await ada.submit(`/refunds/${id}/settle`, { reason: REASON });
      expect([status, (await refundRow(id)).state]).toEqual([409, 'failed']);
      expect(html).toContain('retry, and it is taken over');
      await ada.submit(`/refunds/${id}/retry`, { reason: REASON });
      await service.untilRefund(paymentId, 'succeeded');
      expect(await service.sandbox.refundsOf(paymentId)).toHaveLength(2);
    });

    it('are not settled by hand while Dodo can not be read', async () => {
      const { paymentId, id } = await newRefund('failed');
      await service.sandbox.fault({
        method: 'GET',
        path: `/payments/${paymentId}`,
        kind: 'error_before',
        times: 5,
      });
      expect((await ada.submit(`/refunds/${id}/settle`, { reason: REASON })).status).toBe(503);
      expect([(await refundRow(id)).state, await actionsOn(id)]).toEqual(['failed', []]);
    });

    it('end one way when two people do two things at once', async () => {
      const { paymentId, id } = await newRefund('failed');
      const csrf = await ada.csrf();
      const deeds = ['retry', 'settle', 'settle', 'retry'].map((deed) =>
        ada.post(`/refunds/${id}/${deed}`, { csrf, reason: REASON }),
      );
      const statuses = (await Promise.all(deeds)).map(({ status }) => status);
      expect(statuses.filter((status) => status !== 303 && status !== 409)).toEqual([]);
      const actions = await actionsOn(id);
      expect(actions).toHaveLength(statuses.filter((status) => status === 303).length);
      const isByHand = actions.some(({ what }) => what === 'refund.settle');
      await service.untilRefund(paymentId, isByHand ? 'settled_by_hand' : 'succeeded');
      await service.untilQuiet();
      const made = (await service.sandbox.refundsOf(paymentId)).filter(({ status }) => status !== 'failed');
      expect(made).toHaveLength(isByHand ? 0 : 1);
    });
  });

  describe('payments', () => {
    /** A fee that is back, and whose bank asks for it all the same. */
    async function disputed(): Promise<{ org: Caller; paymentId: string }> {
      const org = await service.newOrg();
      const { payment_id: paymentId } = await service.buy(org);
      await service.untilRefund(paymentId, 'succeeded');
      await service.untilQuiet();
      await service.sandbox.dispute(paymentId);
      await until('it is heard of', async () => {
        const [row] = await service.query(
          'SELECT disputes_at_dodo FROM payments WHERE dodo_payment_id = $1',
          [paymentId],
        );
        return row.disputes_at_dodo.length === 1;
      });
      return { org, paymentId };
    }

    it('are shown with what has been given back, and with what a person is to do', async () => {
      const { org, paymentId } = await disputed();
      expect((await ada.get('')).html).toMatch(
        /payments\?concern=disputed"><strong>1<\/strong> payment is disputed/,
      );
      const { html } = await ada.get('/payments?concern=disputed');
      const [row, ...others] = html.split('<tr>').slice(2);
      expect(others).toEqual([]);
      expect(row).toContain(paymentId);
      expect(row).toContain(`/organizations/${org.orgId}"`);
      expect(row).toMatch(/\$1\.00[\s\S]*\$1\.00/);
      expect(row).toContain('Answer the bank');
    });

    it('are filtered, also by what none of them is', async () => {
      const { paymentId } = await disputed();
      const ids = async (query: string) =>
        [...(await ada.get(`/payments${query}`)).html.matchAll(/<code>(pay_\w+)/g)].map(([, id]) => id);
      expect((await ids(''))[0]).toBe(paymentId);
      expect(await ids('?status=succeeded&concern=disputed')).toContain(paymentId);
      expect(await ids('?status=failed')).not.toContain(paymentId);
      expect(await ids('?concern=paid_twice')).toEqual([]);
      expect(await ids('?status=%00&concern=<b>&offset=x')).toContain(paymentId);
      expect(await ids('?offset=999999')).toEqual([]);
    });
  });

  describe('deliveries to customers', () => {
    let receiver: WebhookReceiver;

    beforeAll(async () => {
      receiver = await WebhookReceiver.start();
    });
    afterAll(() => receiver.close());

    it('are shown with what came back, and sent again by hand', async () => {
      receiver.answer = withStatus(503, {}, 'The queue is full');
      const { url } = receiver;
      const org = await service.newOrg();
      await service.call('POST', '/webhooks', {
        key: org.key,
        body: { url, events: ['checkout.completed'] },
      });
      await service.buy(org);
      const id = await until('the delivery was refused once', async () => {
        const [row] = await service.query('SELECT * FROM webhook_deliveries WHERE org_id = $1', [org.orgId]);
        return row?.attempt > 0 && (row.id as string);
      });
      const { html } = await ada.get(`/deliveries/${id}`);
      expect(html).toContain('The queue is full');
      expect((await ada.get(`/deliveries?url=${encodeURIComponent(url)}`)).html).toContain(
        `/deliveries/${id}"`,
      );
      expect((await ada.get(`/organizations/${org.orgId}`)).html).toContain('Told: checkout.completed');
      receiver.answer = withStatus(200);
      expect((await ada.submit(`/deliveries/${id}/redeliver`, { reason: REASON })).status).toBe(303);
      await until('it is delivered', async () => {
        const [row] = await service.query('SELECT status FROM webhook_deliveries WHERE id = $1', [id]);
        return row.status === 'delivered';
      });
      expect(await actionsOn(id)).toMatchObject([
        { who: 'Ada Operator', what: 'webhook_delivery.redeliver', reason: REASON, org_id: org.orgId },
      ]);
    });
  });

  describe('the audit log', () => {
    it('has who, when, by which way and why, whatever the way was', async () => {
      const headers = {
        'x-operator-token': TOKEN,
        'x-operator-name': 'José',
        'x-operator-reason': 'a new customer',
      };
      const body = { name: 'Logged', email: 'logged@example.com' };
      const bytes = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
      );
      const { body: made } = await service.call('POST', '/organizations', { headers: bytes, body });
      expect(await actionsOn(made.data.id)).toMatchObject([
        { who: 'José', via: 'api', what: 'organization.create', reason: 'a new customer' },
      ]);
      const command = COMMANDS.find(({ words }) => words === 'key create')!;
      const { id } = (await command.run(service.app, { org: made.data.id, name: 'cli' })) as { id: string };
      expect(await actionsOn(id)).toMatchObject([
        { via: 'cli', what: 'api_key.create', org_id: made.data.id },
      ]);
      await (await ConsoleVisitor.signedIn(service, TOKEN)).submit('/sign-out', {});
      const { html } = await ada.get('/audit');
      for (const text of ['José', 'a new customer', 'api_key.create', 'console.sign_in', 'console.sign_out'])
        expect(html).toContain(text);
    });

    it('can not be changed, and the console can not leave out the reason', async () => {
      await expect(service.query(`UPDATE operator_actions SET who = 'nobody'`)).rejects.toThrow(
        'append-only',
      );
      await expect(service.query('DELETE FROM operator_actions')).rejects.toThrow('append-only');
      await expect(
        service.query(
          `INSERT INTO operator_actions (at, who, via, what) VALUES (now(), 'x', 'console', 'refund.settle')`,
        ),
      ).rejects.toThrow('operator_actions_reason_check');
    });
  });

  describe('a payment of a second subscription', () => {
    /** As a customer leaves it who has paid for a plan on two pages. */
    async function paidTwice(): Promise<{ org: Caller; paymentId: string }> {
      const org = await service.newOrg();
      const { payment_id: paymentId } = await service.buy(org);
      await service.untilRefund(paymentId, 'succeeded');
      await service.untilQuiet();
      await service.query(`UPDATE subscriptions SET surplus = 'second_subscription' WHERE org_id = $1`, [
        org.orgId,
      ]);
      await service.query('UPDATE payments SET plan_minor = 4900 WHERE org_id = $1', [org.orgId]);
      return { org, paymentId };
    }

    it('shows what has come back of it, and what a person is to do', async () => {
      const { org, paymentId } = await paidTwice();
      expect((await ada.get('/payments?concern=paid_twice')).html).toContain(`/payments/${paymentId}"`);
      const { status, html } = await ada.get(`/payments/${paymentId}`);
      expect(status).toBe(200);
      expect(html).toContain(`/organizations/${org.orgId}"`);
      expect(html).toMatch(/second subscription[\s\S]*\$1\.00[\s\S]*succeeded[\s\S]*ref_/);
      expect(html).toContain('give it back in Dodo’s dashboard');
    });

    it('waits for nobody once somebody has said that it is kept, once, and why', async () => {
      const { org, paymentId } = await paidTwice();
      const answers = await Promise.all(
        [1, 2, 3].map(() => ada.submit(`/payments/${paymentId}/keep`, { reason: REASON })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
      const { html } = await ada.get(`/payments/${paymentId}?done=kept`);
      expect(html).toContain('it waits for nobody any more');
      expect(html).toContain(REASON);
      expect(html).not.toContain('/keep"');
      expect((await ada.get('/payments?concern=paid_twice')).html).not.toContain(paymentId);
      const actions = await service.query('SELECT what, org_id FROM operator_actions WHERE target = $1', [
        paymentId,
      ]);
      expect(actions).toEqual([{ what: 'payment.keep', org_id: org.orgId }]);
    });

    it('is what alone can be kept', async () => {
      const org = await service.newOrg();
      const { payment_id: paymentId } = await service.buy(org);
      await service.untilPaid(org);
      expect((await ada.submit(`/payments/${paymentId}/keep`, { reason: REASON })).status).toBe(409);
      expect((await ada.submit('/payments/pay_none/keep', { reason: REASON })).status).toBe(404);
      expect((await ada.get('/payments/pay_none')).status).toBe(404);
    });
  });
});
