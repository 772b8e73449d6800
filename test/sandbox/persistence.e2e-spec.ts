import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import { Bench, FEE, Receiver } from './support';

describe('what is kept between two starts', () => {
  let dataDir: string;
  const journal = () => join(dataDir, 'journal.jsonl');
  const start = () => Bench.start({ dataDir });

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('is everything: objects, clock, switches, faults, endpoints', async () => {
    const first = await start();
    const paid = await first.buy();
    await first.control('POST', `/payments/${paid.payment_id}/dispute`);
    await first.dodo.webhooks.create({ url: 'http://127.0.0.1:9/none', disabled: true });
    await first.behave({ refundOutcome: 'review' });
    await first.fault({ method: 'GET', path: '/refunds', kind: 'error_before' });
    await first.advance('4d');
    const { clock: _clock, ...before } = await first.control<Record<string, unknown>>('GET', '/state');
    await first.close();

    const second = await start();
    const { clock, ...books } = await second.control<Record<string, unknown>>('GET', '/state');
    // An invoice is where the sandbox is now.
    expect(books).toEqual(JSON.parse(JSON.stringify(before).replaceAll(first.url, second.url)));
    expect(clock).toMatchObject({ offsetSeconds: 345_600 });
    expect((await second.dodo.subscriptions.retrieve(paid.subscription_id)).status).toBe('active');
    await second.close();
  });

  it('is kept although the process was killed in the middle of a line', async () => {
    const first = await start();
    const { payment_id } = await first.buy();
    await first.close();
    appendFileSync(journal(), '[{"c":"payments","id":"pay_torn","v":{"payment_id":"pay_to');

    const second = await start();
    expect((await second.dodo.payments.list({ page_number: 0 })).items.map((one) => one.payment_id)).toEqual([
      payment_id,
    ]);
    await second.close();
    const third = await start();
    expect((await third.dodo.payments.retrieve(payment_id)).status).toBe('succeeded');
    await third.close();
  });

  it('writes a payment and its subscription in one line, so that both are kept or neither', async () => {
    const bench = await start();
    await bench.buy();
    await bench.close();
    const line = readFileSync(journal(), 'utf8')
      .split('\n')
      .find((one) => one.includes('"c":"payments"'));
    const changed = (JSON.parse(line ?? '[]') as { c: string }[]).map(({ c }) => c);
    expect(changed).toEqual(expect.arrayContaining(['payments', 'subscriptions', 'checkouts', 'events']));
  });

  it('is compacted at the start', async () => {
    const first = await start();
    await first.buy();
    for (const days of ['1d', '1d', '1d', '1d']) await first.advance(days);
    await first.close();
    const grown = readFileSync(journal(), 'utf8').length;
    await (await start()).close();
    expect(readFileSync(journal(), 'utf8').length).toBeLessThan(grown);
  });

  it('is refused, not half read, when a line in the middle is broken', async () => {
    await (await start()).close();
    const lines = readFileSync(journal(), 'utf8').split('\n');
    writeFileSync(journal(), ['{broken', ...lines].join('\n'));
    await expect(start()).rejects.toThrow('line 1 is not readable');
  });

  it('makes up for what fell due in between, and delivers what was not delivered', async () => {
    const first = await start();
    const receiver = await Receiver.start();
    receiver.answers.push(503);
    await first.dodo.webhooks.create({
      url: receiver.url,
      filter_types: ['refund.succeeded', 'payment.succeeded'],
    });
    const { payment_id } = await first.buy();
    await until('the first attempt failed', () => Promise.resolve(receiver.received.length === 1));
    await first.dodo.refunds.create({ payment_id, items: [{ item_id: FEE }] });
    await first.close();

    const second = await start();
    await second.advance('1h');
    await until('both arrived', () =>
      Promise.resolve(
        receiver.ofType('refund.succeeded').length > 0 && receiver.ofType('payment.succeeded').length > 1,
      ),
    );
    const ids = receiver.ofType('payment.succeeded').map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    await second.close();
    await receiver.close();
  });

  it('keeps no card number', async () => {
    const bench = await start();
    await bench.buy();
    await bench.close();
    expect(readFileSync(journal(), 'utf8')).not.toContain('4242424242424242');
  });

  it('leaves the port’s owner and its data alone', async () => {
    const bench = await start();
    await expect(Bench.start({ dataDir, port: bench.sandbox.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await bench.close();
  });
});
