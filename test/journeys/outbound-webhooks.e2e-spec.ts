import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { verifyWebhook } from '../../client/src/index.ts';
import { Database } from '../../src/database/database';
import { OutboundEventsService } from '../../src/webhooks/outbound/outbound-events.service';
import type { OutboundEventName } from '../../src/webhooks/outbound/event-names';
import { TestService, type Caller } from '../support/test-service';
import { CARDS } from '../support/sandbox-control';
import { until } from '../support/until';
import { WebhookReceiver, withSilence, withStatus } from '../support/webhook-receiver';

describe('outbound webhooks', () => {
  let service: TestService;
  const receivers: WebhookReceiver[] = [];

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(async () => {
    await Promise.all(receivers.map((receiver) => receiver.close()));
    await service.stop();
  });

  async function newReceiver(): Promise<WebhookReceiver> {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    return receiver;
  }

  const call = async (method: string, path: string, { key }: Caller, body?: unknown) =>
    (await service.call(method, path, { key, body })).body;

  async function register(org: Caller, url: string, more: object = {}): Promise<Record<string, any>> {
    const body = await call('POST', '/webhooks', org, { url, events: ['*'], ...more });
    expect(body).toMatchObject({ success: true });
    return body.data;
  }

  /** An org with an endpoint at a receiver of its own. */
  async function listening(more: object = {}) {
    const [org, receiver] = await Promise.all([service.newOrg(), newReceiver()]);
    return { org, receiver, endpoint: await register(org, receiver.url, more) };
  }

  let count = 0;
  /** Something happens to the org, as billing would tell of it. */
  function happen({ orgId }: Caller, event: OutboundEventName = 'payment.succeeded', cause?: string) {
    count += 1;
    const number = count;
    const announcement = { orgId, event, cause: cause ?? `test:${number}`, data: { number } };
    return service.app
      .get(Database)
      .transaction((tx) => service.app.get(OutboundEventsService).publish(tx, [announcement]))
      .then(() => number);
  }

  const logOf = async (org: Caller, endpoint: Record<string, any>, query = '') =>
    (await call('GET', `/webhooks/${endpoint.id}/deliveries${query}`, org)).data.items as Record<
      string,
      any
    >[];

  /** The newest delivery, once it looks like this. */
  function untilDelivery(
    org: Caller,
    endpoint: Record<string, any>,
    like: object,
  ): Promise<Record<string, any>> {
    return until(`a delivery is ${JSON.stringify(like)}`, async () => {
      const [delivery] = await logOf(org, endpoint);
      return Object.entries(like).every(([name, value]) => delivery?.[name] === value) && delivery;
    });
  }

  /** Time passes: for our clock, and for the queue, which looks at the database's. */
  async function wait(seconds: number): Promise<void> {
    service.clock.advanceSeconds(seconds);
    await service.query(
      `UPDATE graphile_worker._private_jobs SET run_at = run_at - make_interval(secs => $1)
        WHERE key LIKE 'webhook-next:%' OR key LIKE 'webhook-held:%'`,
      [seconds],
    );
  }

  describe('a whole life', () => {
    it('tells of checkout, trial, first period, renewal, plan change and end, each once, signed', async () => {
      const { org, receiver, endpoint } = await listening();
      const paid = await service.buy(org);
      await service.untilStatus(org, 'trialing');
      await service.untilRefund(paid.payment_id, 'succeeded');
      for (const event of [
        'checkout.completed',
        'payment.succeeded',
        'subscription.trialing',
        'refund.succeeded',
      ])
        await receiver.of(event);
      await service.sandbox.advance('4d');
      await receiver.of('subscription.activated');
      await service.sandbox.advance('31d');
      await receiver.of('subscription.renewed');
      await call('POST', '/billing/change-plan', org, { planId: 'plan_business' });
      await receiver.of('subscription.plan_changed');
      await call('POST', '/billing/cancel', org, { when: 'now' });
      await receiver.of('subscription.cancelled');
      await service.sandbox.resendAll();
      await service.untilQuiet();

      const ids = receiver.received.map(({ body }) => body.id);
      expect(new Set(ids).size).toBe(ids.length);
      const once = receiver.events.filter((event) => !/^payment\.|renewed/.test(event));
      expect(once.toSorted()).toEqual([
        'checkout.completed',
        'refund.succeeded',
        'subscription.activated',
        'subscription.cancelled',
        'subscription.plan_changed',
        'subscription.trialing',
      ]);
      const statusAt = async (event: string) => (await receiver.of(event)).body.data.status;
      expect(await statusAt('subscription.trialing')).toBe('trialing');
      expect(await statusAt('subscription.activated')).toBe('active');
      const payments = receiver.received.filter(({ body }) => body.event === 'payment.succeeded');
      expect(new Set(payments.map(({ body }) => body.data.paymentId)).size).toBe(payments.length);
      for (const { text, headers, body } of receiver.received) {
        const sent = headers as Record<string, string>;
        expect(new StandardWebhook(endpoint.secret).verify(text, sent)).toEqual(body);
        expect(new SvixWebhook(endpoint.secret).verify(text, sent)).toEqual(body);
        expect(verifyWebhook(endpoint.secret, Buffer.from(text), sent)).toEqual(body);
        expect(sent['webhook-id']).toBe(body.id);
        expect(sent['x-autoposting-event']).toBe(body.event);
        expect(body).toEqual({
          id: expect.stringMatching(/^evt_/),
          event: expect.any(String),
          timestamp: expect.any(String),
          orgId: org.orgId,
          data: expect.any(Object),
        });
      }
    }, 60_000);

    it('tells of a failed payment and the suspension, and of the way back', async () => {
      const { org, receiver } = await listening();
      await service.buy(org, CARDS.failsOnRenewal);
      await service.untilStatus(org, 'trialing');
      await service.sandbox.advance('4d');
      expect((await receiver.of('payment.failed')).body.data.failureCode).toEqual(expect.any(String));
      const suspended = await receiver.of('subscription.suspended');
      expect(suspended.body.data).toMatchObject({ status: 'on_hold', planId: 'plan_pro' });
      const urls = { successUrl: 'https://a.acme.com', cancelUrl: 'https://a.acme.com' };
      const { data } = await call('POST', '/billing/reactivate', org, urls);
      await service.sandbox.enterCard(data.checkoutUrl, CARDS.success);
      await service.untilStatus(org, 'active');
      await receiver.of('subscription.activated');
      await service.untilQuiet();
      expect(receiver.events.filter((event) => event === 'subscription.activated')).toHaveLength(1);
    }, 60_000);

    it('tells once that credits run low', async () => {
      const { org, receiver } = await listening({ events: ['credits.low'] });
      await service.buy(org);
      await service.untilStatus(org, 'trialing');
      const { data } = await call('GET', '/billing/credits', org);
      for (const amount of [data.balance - 10, 1, 1])
        await call('POST', '/billing/credits/consume', org, { amount, category: 'posts' });
      const { body } = await receiver.of('credits.low');
      expect(body.data).toMatchObject({ balance: 10, monthlyAllocation: data.monthlyAllocation });
      await service.untilQuiet();
      expect(receiver.events).toEqual(['credits.low']);
    });
  });

  describe('publishing', () => {
    it('tells nothing of a change that is rolled back', async () => {
      const { org, receiver } = await listening();
      const lost = service.app.get(Database).transaction(async (tx) => {
        const announcement = { orgId: org.orgId, event: 'payment.failed' as const, cause: 'lost', data: {} };
        await service.app.get(OutboundEventsService).publish(tx, [announcement]);
        throw new Error('rolled back');
      });
      await expect(lost).rejects.toThrow('rolled back');
      await happen(org);
      await receiver.count(1);
      expect(receiver.events).toEqual(['payment.succeeded']);
      expect(await service.query(`SELECT FROM outbound_events WHERE cause = 'lost'`)).toEqual([]);
    });

    it('tells a cause once, however many tell of it at once', async () => {
      const { org, receiver } = await listening();
      await Promise.all(Array.from({ length: 10 }, () => happen(org, 'refund.failed', 'the same')));
      await receiver.count(1);
      await service.untilQuiet();
      expect(receiver.received).toHaveLength(1);
    });

    it('tells each endpoint what it asked for, and no other org anything', async () => {
      const { org, receiver: all } = await listening();
      const [some, other] = [await newReceiver(), await listening()];
      await register(org, some.url, { events: ['payment.failed', 'credits.low'] });
      await happen(org, 'payment.succeeded');
      await happen(org, 'payment.failed');
      await all.count(2);
      await some.count(1);
      await service.untilQuiet();
      expect(all.events).toEqual(['payment.succeeded', 'payment.failed']);
      expect(some.events).toEqual(['payment.failed']);
      expect(other.receiver.received).toEqual([]);
    });
  });

  describe('delivering', () => {
    it('keeps the order where nothing fails, one at a time', async () => {
      const { org, receiver } = await listening();
      let open = 0;
      let most = 0;
      receiver.answer = (response) => {
        most = Math.max(most, (open += 1));
        setTimeout(() => {
          open -= 1;
          response.end();
        }, 5);
      };
      const told: number[] = [];
      for (let index = 0; index < 45; index += 1) told.push(await happen(org));
      await receiver.count(45);
      expect(receiver.received.map(({ body }) => body.data.number)).toEqual(told);
      expect(most).toBe(1);
    });

    it('tries again after a failure, with the same event and the same bytes', async () => {
      const { org, receiver, endpoint } = await listening();
      receiver.next.push(withStatus(500, {}, 'out of order \0'));
      await happen(org);
      const waiting = await untilDelivery(org, endpoint, { attempt: 1, status: 'pending' });
      expect(waiting).toMatchObject({ httpStatus: 500, failure: 'http_status' });
      const delay = Date.parse(waiting.nextAttemptAt) - Date.parse(waiting.attempts[0].attemptedAt);
      expect(delay).toBeGreaterThanOrEqual(5000);
      await wait(6);
      const done = await untilDelivery(org, endpoint, { attempt: 2, status: 'delivered' });
      expect(done).toMatchObject({ id: waiting.id, httpStatus: 200, failure: null, nextAttemptAt: null });
      expect(done.attempts).toMatchObject([
        { attempt: 1, httpStatus: 500, failure: 'http_status', response: 'out of order ' },
        { attempt: 2, httpStatus: 200, failure: null, response: '' },
      ]);
      const [first, second] = receiver.received;
      expect(second!.text).toBe(first!.text);
      expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
      expect(second!.headers['x-autoposting-delivery']).toBe(done.id);
    });

    it('lets a failed one step aside for those behind it', async () => {
      const { org, receiver, endpoint } = await listening();
      receiver.next.push(withStatus(503));
      const [first, second] = [await happen(org), await happen(org)];
      await receiver.count(2);
      await wait(6);
      await receiver.count(3);
      expect(receiver.received.map(({ body }) => body.data.number)).toEqual([first, second, first]);
      await untilDelivery(org, endpoint, { status: 'delivered' });
    });

    it('leaves an endpoint alone for as long as Retry-After says', async () => {
      const { org, receiver, endpoint } = await listening();
      receiver.next.push(withStatus(429, { 'retry-after': '600' }));
      await happen(org);
      const { nextAttemptAt, attempts } = await untilDelivery(org, endpoint, { attempt: 1 });
      expect(Date.parse(nextAttemptAt) - Date.parse(attempts[0].attemptedAt)).toBeGreaterThanOrEqual(600_000);
      await happen(org);
      await service.untilQuiet();
      await wait(500);
      await service.untilQuiet();
      expect(receiver.received).toHaveLength(1);
      await wait(101);
      await receiver.count(3);
      await untilDelivery(org, endpoint, { status: 'delivered' });
    });

    it('leaves it alone with what was waiting already, too', async () => {
      const { org, receiver } = await listening();
      let answer = () => {};
      receiver.next.push(
        (response) => (answer = () => void response.writeHead(503, { 'retry-after': '600' }).end()),
      );
      await happen(org);
      await receiver.count(1);
      await happen(org);
      answer();
      await service.untilQuiet();
      expect(receiver.received).toHaveLength(1);
      await wait(601);
      await receiver.count(3);
    });

    it('follows no redirect', async () => {
      const { org, receiver, endpoint } = await listening();
      const inside = await newReceiver();
      receiver.answer = withStatus(307, { location: inside.url });
      await happen(org);
      const failed = await untilDelivery(org, endpoint, { attempt: 1 });
      expect(failed).toMatchObject({ status: 'pending', httpStatus: 307, failure: 'redirect_refused' });
      expect(inside.received).toEqual([]);
    });

    it('records an endpoint that nobody serves', async () => {
      const org = await service.newOrg();
      const gone = await newReceiver();
      const endpoint = await register(org, gone.url);
      await gone.close();
      receivers.splice(receivers.indexOf(gone), 1);
      await happen(org);
      const failed = await untilDelivery(org, endpoint, { attempt: 1 });
      expect(failed).toMatchObject({ status: 'pending', httpStatus: null, failure: 'connection_refused' });
    });
  });

  describe('giving up', () => {
    it('switches an endpoint off that says it is gone, and tells the others why', async () => {
      const { org, receiver, endpoint } = await listening();
      const other = await newReceiver();
      await register(org, other.url, { events: ['webhook.disabled'] });
      receiver.answer = withStatus(410);
      await happen(org);
      const { body } = await other.of('webhook.disabled');
      expect(body.data).toMatchObject({ endpointId: endpoint.id, reason: 'gone', url: receiver.url });
      expect((await call('GET', `/webhooks/${endpoint.id}`, org)).data).toMatchObject({
        enabled: false,
        active: false,
        disabledReason: 'gone',
        disabledAt: body.data.disabledAt,
        updatedAt: body.data.disabledAt,
      });
      expect(await logOf(org, endpoint, '?status=failed')).toMatchObject([{ failure: 'gone', attempt: 1 }]);
      await happen(org);
      await service.untilQuiet();
      expect(receiver.received).toHaveLength(1);
    });

    it('tries for more than a day, then gives up; after three days of nothing, switches the endpoint off', async () => {
      const { org, receiver, endpoint } = await listening();
      receiver.answer = withStatus(500);
      const exhaust = async () => {
        await happen(org);
        for (let attempt = 1; attempt <= 8; attempt += 1) {
          await untilDelivery(org, endpoint, { attempt });
          await service.untilQuiet();
          await wait(39_700);
        }
      };
      await exhaust();
      const [given] = await logOf(org, endpoint);
      expect(given).toMatchObject({ status: 'failed', attempt: 8, nextAttemptAt: null });
      expect((await call('GET', `/webhooks/${endpoint.id}`, org)).data.enabled).toBe(true);
      await exhaust();
      expect((await call('GET', `/webhooks/${endpoint.id}`, org)).data).toMatchObject({
        enabled: false,
        disabledReason: 'failing',
      });

      receiver.answer = withStatus(200);
      const on = await call('PATCH', `/webhooks/${endpoint.id}`, org, { active: true });
      expect(on.data).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null });
      const again = await call('POST', `/webhooks/${endpoint.id}/deliveries/${given!.id}/redeliver`, org);
      expect(again.data).toMatchObject({ id: given!.id, status: 'pending', attempt: 8 });
      await until('it is delivered', async () => {
        const delivery = (await logOf(org, endpoint)).find(({ id }) => id === given!.id);
        return delivery?.status === 'delivered' && delivery.attempt === 9;
      });
      expect(receiver.received.at(-1)!.body.id).toBe(given!.eventId);
    }, 60_000);

    const FOUR_DAYS = 4 * 24 * 3600;

    /** Its next try is its last one. */
    async function beforeItsLastTry(
      { org, endpoint }: Awaited<ReturnType<typeof listening>>,
      failure: string,
    ) {
      await happen(org);
      const { id } = await untilDelivery(org, endpoint, { attempt: 1, status: 'pending', failure });
      await service.query(`UPDATE webhook_deliveries SET tries = 7 WHERE id = $1`, [id]);
    }

    const isOn = async (org: Caller, endpoint: Record<string, any>): Promise<boolean> =>
      (await call('GET', `/webhooks/${endpoint.id}`, org)).data.enabled;

    it('counts the three days anew from what has got through', async () => {
      const it = await listening();
      it.receiver.next.push(withStatus(500));
      await happen(it.org);
      await untilDelivery(it.org, it.endpoint, { attempt: 1 });
      await wait(10);
      await untilDelivery(it.org, it.endpoint, { attempt: 2, status: 'delivered' });
      service.clock.advanceSeconds(FOUR_DAYS);
      it.receiver.next.push(withStatus(500), withStatus(500));
      await beforeItsLastTry(it, 'http_status');
      await wait(10);
      await untilDelivery(it.org, it.endpoint, { attempt: 2, status: 'failed' });
      expect(await isOn(it.org, it.endpoint)).toBe(true);
    });

    it('counts them anew, too, from when its owner switches it on', async () => {
      const it = await listening();
      it.receiver.next.push(withStatus(500), withStatus(500));
      await beforeItsLastTry(it, 'http_status');
      await call('PATCH', `/webhooks/${it.endpoint.id}`, it.org, { enabled: false });
      service.clock.advanceSeconds(FOUR_DAYS);
      await call('PATCH', `/webhooks/${it.endpoint.id}`, it.org, { enabled: true });
      await untilDelivery(it.org, it.endpoint, { attempt: 2, status: 'failed' });
      expect(await isOn(it.org, it.endpoint)).toBe(true);
    });

    it('blames no endpoint for a secret that we can’t read', async () => {
      const it = await listening();
      await service.query(`UPDATE webhook_endpoints SET secret = '\\x00' WHERE id = $1`, [it.endpoint.id]);
      await beforeItsLastTry(it, 'secret_unreadable');
      await wait(FOUR_DAYS);
      await untilDelivery(it.org, it.endpoint, { attempt: 2, status: 'failed' });
      expect(await isOn(it.org, it.endpoint)).toBe(true);
      expect(it.receiver.received).toEqual([]);
    });

    it('says nothing of one that its owner has switched off meanwhile', async () => {
      const { org, receiver, endpoint } = await listening();
      let answer = () => {};
      receiver.next.push((response) => (answer = () => void response.writeHead(410).end()));
      await happen(org);
      await receiver.count(1);
      await call('PATCH', `/webhooks/${endpoint.id}`, org, { enabled: false });
      answer();
      await untilDelivery(org, endpoint, { attempt: 1, status: 'failed' });
      expect((await call('GET', `/webhooks/${endpoint.id}`, org)).data).toMatchObject({
        enabled: false,
        disabledReason: null,
        disabledAt: null,
      });
      const told = `SELECT FROM outbound_events WHERE org_id = $1 AND event = 'webhook.disabled'`;
      expect(await service.query(told, [org.orgId])).toEqual([]);
    });
  });

  it('gives all its tries to one that is asked for again while its last one is under way', async () => {
    const { org, receiver, endpoint } = await listening();
    receiver.next.push(withStatus(500));
    await happen(org);
    const { id } = await untilDelivery(org, endpoint, { attempt: 1 });
    await service.query(`UPDATE webhook_deliveries SET tries = 7 WHERE id = $1`, [id]);
    let fail = () => {};
    receiver.next.push((response) => (fail = () => void response.writeHead(500).end()));
    await wait(10);
    await receiver.count(2);
    await call('POST', `/webhooks/${endpoint.id}/deliveries/${id}/redeliver`, org);
    fail();
    expect(await untilDelivery(org, endpoint, { attempt: 2 })).toMatchObject({ status: 'pending' });
    await wait(10);
    await untilDelivery(org, endpoint, { attempt: 3, status: 'delivered' });
  });

  describe('while an endpoint is off', () => {
    it('sends nothing new, refuses to redeliver, and later sends what was waiting', async () => {
      const { org, receiver, endpoint } = await listening();
      receiver.next.push(withStatus(500));
      await happen(org);
      const waiting = await untilDelivery(org, endpoint, { attempt: 1 });
      await call('PATCH', `/webhooks/${endpoint.id}`, org, { enabled: false });
      await happen(org);
      await wait(10);
      await service.untilQuiet();
      expect(receiver.received).toHaveLength(1);
      const path = `/webhooks/${endpoint.id}/deliveries/${waiting.id}/redeliver`;
      expect((await service.call('POST', path, { key: org.key })).status).toBe(409);
      expect((await call('POST', `/webhooks/${endpoint.id}/test`, org)).data.delivered).toBe(true);
      await call('PATCH', `/webhooks/${endpoint.id}`, org, { enabled: true });
      await receiver.count(3);
      expect(receiver.events).toEqual(['payment.succeeded', 'webhook.test', 'payment.succeeded']);
    });
  });

  it('sends at once what waits for an endpoint that is switched on, however long it was to wait', async () => {
    const { org, receiver, endpoint } = await listening();
    receiver.next.push((response) => void response.writeHead(503, { 'retry-after': '3600' }).end());
    await happen(org);
    await untilDelivery(org, endpoint, { attempt: 1 });
    await call('PATCH', `/webhooks/${endpoint.id}`, org, { enabled: true });
    await untilDelivery(org, endpoint, { attempt: 2, status: 'delivered' });
    // It is left alone no longer, and hears of what is new as well.
    await happen(org);
    await receiver.count(3);
  });

  it('leaves the rest to whoever has taken over, where a turn was held up for longer than its lease', async () => {
    const { org, receiver, endpoint } = await listening();
    const answers: (() => void)[] = [];
    const hold = () => receiver.next.push((response) => void answers.push(() => void response.end()));
    const turns = async () =>
      service.query(
        `SELECT FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL AND payload->>'endpointId' = $1`,
        [endpoint.id],
      );
    const lease = async () =>
      (await service.query(`SELECT lease_id FROM webhook_endpoints WHERE id = $1`, [endpoint.id]))[0]
        .lease_id;
    hold();
    hold();
    const first = await happen(org);
    await receiver.count(1);
    const second = await happen(org);
    await wait(31);
    await receiver.count(2);
    const taken = await lease();
    answers[0]!();
    await until('the turn that was held up has ended', async () => (await turns()).length === 1);
    expect(receiver.received).toHaveLength(2);
    expect(await lease()).toBe(taken);
    answers[1]!();
    await receiver.count(3);
    expect(receiver.received.map(({ body }) => body.data.number)).toEqual([first, first, second]);
  });

  describe('secrets', () => {
    it('lie encrypted', async () => {
      const { endpoint } = await listening();
      const [row] = await service.query('SELECT * FROM webhook_endpoints WHERE id = $1', [endpoint.id]);
      expect(endpoint.secret).toMatch(/^whsec_/);
      for (const form of [endpoint.secret, endpoint.secret.slice(6)]) {
        expect(row.secret.includes(Buffer.from(form))).toBe(false);
        expect(row.secret.includes(Buffer.from(form, 'base64'))).toBe(false);
      }
      expect(JSON.stringify(row)).not.toContain(endpoint.secret);
    });

    it('both sign for a day when they are rotated', async () => {
      const { org, receiver, endpoint } = await listening();
      const { data } = await call('POST', `/webhooks/${endpoint.id}/rotate-secret`, org);
      expect(data).toEqual({ secret: expect.stringMatching(/^whsec_/) });
      await happen(org);
      await receiver.count(1);
      service.clock.advanceSeconds(24 * 3600 + 1);
      await happen(org);
      const [during, after] = await receiver.count(2);
      const verify = ({ text, headers }: typeof during & {}, secret: string) => {
        const at = new Date(Number(headers['webhook-timestamp']) * 1000);
        return (
          jest.useFakeTimers({ now: at, doNotFake: ['nextTick', 'setImmediate'] }) &&
          new StandardWebhook(secret).verify(text, headers as Record<string, string>)
        );
      };
      try {
        expect(verify(during!, endpoint.secret)).toBeTruthy();
        expect(verify(during!, data.secret)).toBeTruthy();
        expect(verify(after!, data.secret)).toBeTruthy();
        expect(() => verify(after!, endpoint.secret)).toThrow('No matching signature');
      } finally {
        jest.useRealTimers();
      }
    });
  });

  it('hears nothing more once it is switched off, be it in the middle of a turn', async () => {
    const { org, receiver, endpoint } = await listening();
    receiver.next.push((response) => void setTimeout(() => response.writeHead(200).end(), 600));
    await happen(org);
    await happen(org);
    await receiver.count(1);
    await call('PATCH', `/webhooks/${endpoint.id}`, org, { enabled: false });
    await until('the turn has ended', async () => {
      const [row] = await service.query('SELECT lease_id FROM webhook_endpoints WHERE id = $1', [
        endpoint.id,
      ]);
      return row.lease_id === null;
    });
    expect(receiver.received).toHaveLength(1);
  });

  it('signs with nothing else once a secret was given in place of all before it', async () => {
    const { org, receiver, endpoint } = await listening();
    await call('POST', `/webhooks/${endpoint.id}/rotate-secret`, org);
    const secret = 'a-secret-of-the-receiver-itself';
    expect((await call('PATCH', `/webhooks/${endpoint.id}`, org, { secret })).success).toBe(true);
    await happen(org);
    const [only] = await receiver.count(1);
    expect(String(only!.headers['x-autoposting-signature']).split(',')).toHaveLength(1);
  });

  describe('what came by a name that is not ours', () => {
    it('lets Dodo’s own route stand beside the endpoints', async () => {
      const org = await service.newOrg();
      expect((await service.call('GET', '/webhooks/dodo', { key: org.key })).status).toBe(404);
      expect((await service.call('POST', '/webhooks/dodo', { key: org.key, body: {} })).status).toBe(401);
    });
  });

  const sweep = () =>
    service.query(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key = 'webhook.sweep'`);

  it('goes out though its job was lost', async () => {
    const { org, receiver, endpoint } = await listening();
    receiver.next.push(withStatus(500));
    await happen(org);
    const lose = `DELETE FROM graphile_worker._private_jobs WHERE key = $1 RETURNING id`;
    await until('its next try is planned, and lost', async () => {
      const [lost] = await service.query(lose, [`webhook-next:${endpoint.id}`]);
      return lost.length === 1;
    });
    service.clock.advanceSeconds(700);
    await sweep();
    await untilDelivery(org, endpoint, { attempt: 2, status: 'delivered' });
  });

  describe('the log', () => {
    it('is kept for thirty days, and tests with it', async () => {
      const { org, receiver, endpoint } = await listening();
      const test = () => service.call('POST', `/webhooks/${endpoint.id}/test`, { key: org.key });
      await happen(org);
      await receiver.count(1);
      await untilDelivery(org, endpoint, { status: 'delivered' });
      await test();
      service.clock.advanceSeconds(30 * 24 * 3600 - 60);
      await sweep();
      await service.untilQuiet();
      expect(await logOf(org, endpoint)).toHaveLength(2);
      service.clock.advanceSeconds(24 * 3600);
      await happen(org);
      await receiver.count(3);
      await test();
      await sweep();
      await until('the old ones are forgotten', async () => (await logOf(org, endpoint)).length === 2);
      expect(await service.query('SELECT FROM webhook_attempts')).toHaveLength(2);
      // What has happened is remembered for good, so that nobody is told of it twice.
      const told = () =>
        service.query(
          `SELECT (event = 'webhook.test') AS test, count(*)::int FROM outbound_events WHERE org_id = $1
            GROUP BY 1 ORDER BY 1`,
          [org.orgId],
        );
      await until('the old test is forgotten', async () => (await told()).at(-1)?.count === 1);
      expect(await told()).toEqual([
        { test: false, count: 2 },
        { test: true, count: 1 },
      ]);
    });

    it('keeps nothing longer because there is much of it', async () => {
      const { org, endpoint } = await listening();
      const long = `now() - interval '2 years'`;
      await service.query(
        `WITH told AS (
           INSERT INTO outbound_events (id, org_id, event, cause, body, created_at)
           SELECT 'evt_old_' || n, $1, event, event || ':old:' || n, '{}', ${long}
             FROM generate_series(1, 4000) AS it (n),
                  LATERAL (SELECT CASE WHEN n % 2 = 0 THEN 'webhook.test' ELSE 'payment.succeeded' END) AS what (event)
           RETURNING id, event)
         INSERT INTO webhook_deliveries (id, org_id, endpoint_id, event_id, event, status, attempt, tries, created_at)
         SELECT 'old_' || id, $1, $2, id, event, 'delivered', 1, 1, ${long} FROM told WHERE event <> 'webhook.test'`,
        [org.orgId, endpoint.id],
      );
      await sweep();
      const left = () =>
        service.query(
          `SELECT (SELECT count(*)::int FROM webhook_deliveries WHERE org_id = $1) AS deliveries,
                  (SELECT count(*)::int FROM outbound_events WHERE org_id = $1 AND event = 'webhook.test') AS tests`,
          [org.orgId],
        );
      await until('all is forgotten', async () => {
        const [{ deliveries, tests }] = await left();
        return deliveries + tests === 0;
      });
    });
  });

  // The last one, since its slow receivers are answered late.
  describe('beside slow receivers', () => {
    it('is held up by no slow customer, however many there are', async () => {
      const slow = await Promise.all(Array.from({ length: 12 }, () => listening()));
      for (const { org, receiver } of slow) {
        receiver.answer = withSilence;
        await happen(org);
        await happen(org);
      }
      const fast = await listening();
      await happen(fast.org);
      await fast.receiver.count(1);
      const first = slow[0]!;
      const late = await until(
        'a slow one is given up',
        async () => {
          const [, older] = await logOf(first.org, first.endpoint);
          return older?.attempt === 1 && older;
        },
        30_000,
      );
      expect(late).toMatchObject({ status: 'pending', httpStatus: null, failure: 'response_timeout' });
      await happen(fast.org);
      await fast.receiver.count(2);
      for (const { receiver } of slow) receiver.answer = withStatus(200);
    }, 60_000);
  });
});
