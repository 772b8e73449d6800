import DodoPayments from 'dodopayments';
import { until } from '../support/until';
import { Bench, FEE, Receiver, refusal } from './support';

describe('webhooks', () => {
  let bench: Bench;
  let receiver: Receiver;
  let endpointId: string;
  let secret: string;

  beforeEach(async () => {
    bench = await Bench.start();
    receiver = await Receiver.start();
    endpointId = (await bench.dodo.webhooks.create({ url: receiver.url, headers: { 'x-shard': '7' } })).id;
    secret = (await bench.dodo.webhooks.retrieveSecret(endpointId)).secret;
  });
  afterEach(async () => {
    await bench.close();
    await receiver.close();
  });

  const arrived = (count: number) =>
    until(`${count} deliveries arrived`, () => Promise.resolve(receiver.received.length >= count));
  const deliveries = async () =>
    (
      await bench.control<{
        items: { delivery_id: string; status: string; attempts: unknown[]; type: string }[];
      }>('GET', '/deliveries')
    ).items;

  it('are signed so that the SDK accepts them', async () => {
    await bench.buy();
    await arrived(3);
    const client = new DodoPayments({ bearerToken: 'x', webhookKey: secret });
    for (const { raw, headers } of receiver.received) {
      const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      expect(client.webhooks.unwrap(raw, { headers: flat })).toHaveProperty('data.payload_type');
      expect(() => client.webhooks.unwrap(`${raw} `, { headers: flat })).toThrow('No matching signature');
    }
    expect(Buffer.from(secret.replace('whsec_', ''), 'base64').length).toBeGreaterThanOrEqual(24);
    expect(receiver.received[0]?.headers['x-shard']).toBe('7');
  });

  it('tell a mixed checkout as payment.succeeded, subscription.active and subscription.updated', async () => {
    await bench.buy();
    await arrived(3);
    const types = receiver.received.map(({ body }) => body.type).toSorted();
    expect(types).toEqual(['payment.succeeded', 'subscription.active', 'subscription.updated']);
  });

  it('are counted by what became of them', async () => {
    await bench.buy();
    await arrived(3);
    await bench.behave({ webhooks: { dropRate: 1 } });
    await bench.buy();
    await until('all have ended', async () => {
      const counts = await bench.control<Record<string, number>>('GET', '/deliveries/counts');
      return counts.succeeded === 3 && counts.dropped === 3 && counts.pending === 0;
    });
  });

  it('carry the event’s own time in the envelope, and wall time in the signature', async () => {
    const { subscription_id } = await bench.buy();
    const due = (await bench.dodo.subscriptions.retrieve(subscription_id)).next_billing_date;
    await bench.advance('40d');
    await until('the renewal arrived', () =>
      Promise.resolve(receiver.ofType('subscription.renewed').length >= 1),
    );
    const stamps = receiver.ofType('subscription.renewed').map(({ body }) => body.timestamp);
    expect(stamps).toContain(due);
    for (const { headers } of receiver.received) {
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30);
    }
  });

  it('are sent again on the documented schedule, with the same id and the state of that moment', async () => {
    receiver.answers.push(...Array<number>(8).fill(500));
    await bench.dodo.webhooks.update(endpointId, { filter_types: ['subscription.active'] });
    const { subscription_id } = await bench.buy();
    await arrived(1);
    for (const [index, wait] of ['5s', '5m', '30m', '2h', '5h', '10h', '10h'].entries()) {
      await until(
        'the failure is on record',
        async () => (await deliveries())[0]?.attempts.length === index + 1,
      );
      if (index === 1) await bench.dodo.subscriptions.update(subscription_id, { metadata: { seen: 'late' } });
      await bench.advance(wait);
      await arrived(index + 2);
    }
    await until('the delivery was given up', async () => (await deliveries())[0]?.status === 'failed');
    await bench.advance('30h');
    expect(receiver.received).toHaveLength(8);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(receiver.received[0]?.body.data.metadata).toEqual({});
    expect(receiver.received[7]?.body.data.metadata).toEqual({ seen: 'late' });
  });

  it('are not sent again to an endpoint that was disabled meanwhile', async () => {
    receiver.answers.push(500);
    await bench.dodo.webhooks.update(endpointId, { filter_types: ['subscription.active'] });
    await bench.buy();
    await until('the failure is on record', async () => (await deliveries())[0]?.attempts.length === 1);
    await bench.dodo.webhooks.update(endpointId, { disabled: true });
    await bench.advance('5s');
    expect(await deliveries()).toMatchObject([{ status: 'dropped' }]);
    expect(receiver.received).toHaveLength(1);
  });

  it('are waited for as long as Dodo waits, and then sent again', async () => {
    receiver.answers.push('hang');
    await bench.dodo.webhooks.update(endpointId, { filter_types: ['subscription.active'] });
    await bench.buy();
    const [waited] = await until(
      'the failure is on record',
      async () => {
        const all = await deliveries();
        return all[0]?.attempts.length === 1 && all;
      },
      25_000,
    );
    expect(waited).toMatchObject({ status: 'pending', attempts: [{ status: null }] });
    const { duration_ms: ms } = waited!.attempts[0] as { duration_ms: number };
    expect(Math.round(ms / 1000)).toBe(15);
  });

  it('do not follow a redirect', async () => {
    receiver.answers.push(302);
    await bench.dodo.webhooks.update(endpointId, { filter_types: ['payment.succeeded'] });
    await bench.buy();
    await until('the failure is on record', async () => (await deliveries())[0]?.attempts.length === 1);
    expect((await deliveries())[0]).toMatchObject({ status: 'pending', attempts: [{ status: 302 }] });
  });

  it('keep to the filter, and spare a disabled endpoint', async () => {
    await bench.dodo.webhooks.update(endpointId, { filter_types: ['refund.succeeded'] });
    const other = await Receiver.start();
    await bench.dodo.webhooks.create({ url: other.url, disabled: true });
    const { payment_id } = await bench.buy();
    await bench.dodo.refunds.create({ payment_id, items: [{ item_id: FEE }] });
    await bench.advance('2s');
    await arrived(1);
    expect(receiver.received.map(({ body }) => body.type)).toEqual(['refund.succeeded']);
    expect(other.received).toEqual([]);
    await other.close();
  });

  it('go out side by side, but not without bound', async () => {
    receiver.slowness = 60;
    await Promise.all(Array.from({ length: 10 }, () => bench.buy()));
    await arrived(30);
    expect(receiver.mostAtOnce).toBeGreaterThan(1);
    expect(receiver.mostAtOnce).toBeLessThanOrEqual(10);
  });

  it('can be replayed, one or all, under their old ids', async () => {
    await bench.buy();
    await arrived(3);
    await until('all are on record', async () =>
      (await deliveries()).every(({ status }) => status === 'succeeded'),
    );
    const [first] = await deliveries();
    await bench.control('POST', `/deliveries/${first?.delivery_id}/resend`);
    await arrived(4);
    expect(await bench.control('POST', '/deliveries/resend', {})).toEqual({ resent: 3 });
    await arrived(7);
    const since = '2099-01-01T00:00:00Z';
    expect(await bench.control('POST', '/deliveries/resend', { since })).toEqual({ resent: 0 });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  });

  it('get lost, doubled and held back when that is ordered', async () => {
    await bench.behave({ webhooks: { dropRate: 1 } });
    await bench.buy();
    await until('all are lost', async () => (await deliveries()).every(({ status }) => status === 'dropped'));
    await bench.behave({ webhooks: { dropRate: 0, duplicateRate: 1, shuffle: true, maxDelayMs: 40 } });
    await bench.buy();
    await arrived(6);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  });

  it('survive a reset as endpoints, unless they are to go', async () => {
    await bench.control('POST', '/reset');
    expect((await bench.dodo.webhooks.list()).data).toHaveLength(1);
    await bench.control('POST', '/reset', { endpoints: false });
    expect((await bench.dodo.webhooks.list()).data).toEqual([]);
  });

  it('are made once for an idempotency key, and listed page by page', async () => {
    const { dodo } = bench;
    const make = (idempotency_key: string) => dodo.webhooks.create({ url: receiver.url, idempotency_key });
    expect((await make('a')).id).toBe((await make('a')).id);
    await make('b');
    const seen: string[] = [];
    for await (const { id } of bench.dodo.webhooks.list({ limit: 1 })) seen.push(id);
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
  });

  it('refuse an event type nobody sends', async () => {
    const call = bench.dodo.webhooks.create({
      url: receiver.url,
      filter_types: ['payment.imagined' as 'payment.failed'],
    });
    expect(await refusal(call)).toMatchObject({ status: 422, code: 'INVALID_REQUEST_BODY' });
  });
});
