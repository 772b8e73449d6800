import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SubscriptionsService } from '../../src/billing/subscriptions/subscriptions.service';
import { loadConfig } from '../../src/config';
import { DodoGateway } from '../../src/dodo/dodo.gateway';
import { Metrics } from '../../src/watch/metrics';
import { CARDS } from '../support/sandbox-control';
import { until } from '../support/until';
import { TestService } from '../support/test-service';

describe('Law 4: order does not matter', () => {
  const service = TestService.ofThisSuite();

  /** Dodo's truth about the subscription beside what we have stored. */
  async function expectEqualToDodo(subscriptionId: string): Promise<void> {
    await service.untilQuiet();
    const truth = await service.sandbox.call<Record<string, string>>(
      'GET',
      `/subscriptions/${subscriptionId}`,
    );
    const [row] = await service.query('SELECT * FROM subscriptions WHERE dodo_subscription_id = $1', [
      subscriptionId,
    ]);
    expect(row).toMatchObject({
      status: truth.status,
      current_period_start: new Date(truth.previous_billing_date!),
      current_period_end: new Date(truth.next_billing_date!),
    });
    const [org] = await service.query('SELECT billing_status FROM organizations WHERE id = $1', [row.org_id]);
    expect(org.billing_status).toBe(truth.status);
  }

  it.each([CARDS.success, CARDS.failsOnRenewal])(
    'ends in Dodo’s state when events are doubled, shuffled and delayed (card %s)',
    async (card) => {
      await service.sandbox.behave({ webhooks: { duplicateRate: 1, shuffle: true, maxDelayMs: 400 } });
      const org = await service.newOrg();
      const { subscription_id } = await service.buy(org, card);
      await service.sandbox.advance('4d');
      await new Promise((resolve) => setTimeout(resolve, 600));
      await expectEqualToDodo(subscription_id!);
      await service.sandbox.behave({ webhooks: { duplicateRate: 0, shuffle: false, maxDelayMs: 0 } });
    },
  );

  it('ignores what an old event says: only Dodo is asked', async () => {
    const org = await service.newOrg();
    await service.sandbox.behave({ webhooks: { dropRate: 1 } });
    const { subscription_id } = await service.buy(org);
    await service.sandbox.behave({ webhooks: { dropRate: 0 } });
    await service.sandbox.call('PATCH', `/subscriptions/${subscription_id}`, { status: 'cancelled' });
    await service.untilStatus(org, 'cancelled');
    // Only now is heard that it has become active.
    await service.sandbox.resendAll();
    await until('it is heard', async () => {
      const events = await service.query(`SELECT body FROM dodo_events WHERE type = 'subscription.active'`);
      return events.some(({ body }) => String(body).includes(subscription_id!));
    });
    await expectEqualToDodo(subscription_id!);
    expect(await service.status(org.key)).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    ['says who has paid it', 0],
    ['is gone at Dodo', 20],
  ])('takes no renewal that is seen first for what paid a checkout whose session %s', async (_, refusals) => {
    const org = await service.newOrg();
    await service.sandbox.behave({ webhooks: { dropRate: 1 } });
    const first = await service.buy(org);
    const gone = { method: 'GET', path: '/checkouts/*', kind: 'error_before', status: 404, times: refusals };
    if (refusals > 0) await service.sandbox.fault(gone);
    await service.sandbox.behave({ webhooks: { dropRate: 0 } });
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'active');
    await service.untilQuiet();
    const payments = await service.query('SELECT dodo_payment_id FROM payments WHERE org_id = $1', [
      org.orgId,
    ]);
    expect(payments).toHaveLength(1);
    expect(payments).not.toEqual([{ dodo_payment_id: first.payment_id }]);
    await service.sandbox.clearFaults();
    await service.sandbox.resendAll();
    const paidBy = await until('the checkout is completed', async () => {
      const [checkout] = await service.query('SELECT * FROM checkouts WHERE org_id = $1', [org.orgId]);
      return checkout.status === 'completed' && (checkout.dodo_payment_id as string);
    });
    expect(paidBy).toBe(first.payment_id);
    const told = `SELECT body FROM outbound_events WHERE org_id = $1 AND event = 'checkout.completed'`;
    const [{ body }] = await service.query(told, [org.orgId]);
    expect(JSON.parse(body).data.paymentId).toBe(first.payment_id);
  });

  it('lets no slow reader undo what a faster one has stored since', async () => {
    const org = await service.newOrg();
    const { subscription_id } = await service.buy(org);
    await service.untilStatus(org, 'trialing');
    await service.untilQuiet();
    const dodo = await slowDodo();
    try {
      const reader = syncFrom(dodo.url, subscription_id!);
      await until('the reader is about to hear that it is active', async () => dodo.isHeld());
      await service.sandbox.call('PATCH', `/subscriptions/${subscription_id}`, { status: 'cancelled' });
      await service.untilStatus(org, 'cancelled');
      await service.untilQuiet();
      dodo.letGo();
      await reader;
      await expectEqualToDodo(subscription_id!);
      expect(await service.status(org.key)).toMatchObject({ status: 'cancelled' });
    } finally {
      dodo.close();
    }
  });

  it('leaves access as it was when Dodo uses a word that is new', async () => {
    const org = await service.newOrg();
    const { subscription_id } = await service.buy(org, CARDS.failsOnRenewal);
    await service.untilStatus(org, 'trialing');
    await service.sandbox.advance('4d');
    await service.untilStatus(org, 'on_hold');
    const truth = await service.sandbox.call<object>('GET', `/subscriptions/${subscription_id}`);
    const odd = await oddDodo(`/subscriptions/${subscription_id}`, { ...truth, status: 'dunning_v2' });
    try {
      await syncFrom(odd.url, subscription_id!);
      const [row] = await service.query(
        'SELECT status, snapshot FROM subscriptions WHERE dodo_subscription_id = $1',
        [subscription_id],
      );
      expect([row.status, row.snapshot.rawStatus]).toEqual(['on_hold', 'dunning_v2']);
      expect((await service.checkout(org.key)).status).toBe(403);
    } finally {
      odd.close();
    }
  });

  /** A Dodo that knows one object, in words of our own. */
  async function oddDodo(path: string, answer: object): Promise<{ url: string; close(): void }> {
    const server = createServer((request, response) => {
      response.statusCode = request.url === path ? 200 : 404;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
  }

  /** The sandbox, whose first answer is held back, as it was when it was asked for. */
  async function slowDodo() {
    let letGo!: () => void;
    const isOver = new Promise<void>((resolve) => (letGo = resolve));
    let isHeld = false;
    const answer = async (url: string): Promise<Response> => {
      const response = await fetch(`${service.sandbox.url}${url}`, {
        headers: { authorization: 'Bearer sandbox' },
      });
      if (isHeld) return response;
      isHeld = true;
      await isOver;
      return response;
    };
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      void answer(request.url!).then(async (it) => response.writeHead(it.status).end(await it.text()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, isHeld: () => isHeld, letGo, close: () => server.close() };
  }

  async function syncFrom(baseUrl: string, subscriptionId: string): Promise<void> {
    const config = loadConfig({ ...service.environment, DODO_PAYMENTS_BASE_URL: baseUrl });
    const subscriptions = service.app.get(SubscriptionsService);
    await Object.assign(Object.create(subscriptions), {
      gateway: new DodoGateway(config, new Metrics()),
    }).sync(subscriptionId);
  }
});
