import { APIConnectionError, type DodoPayments } from 'dodopayments';
import { Bench, FEE, refusal, type Paid } from './support';

describe('POST /_sandbox/faults', () => {
  let bench: Bench;
  let paid: Paid;
  const refund = (options?: DodoPayments.RequestOptions) =>
    bench.dodo.refunds.create({ payment_id: paid.payment_id, items: [{ item_id: FEE }] }, options);
  const refundsMade = async () => (await bench.dodo.payments.retrieve(paid.payment_id)).refunds.length;
  const order = (kind: string, rest: object = {}) =>
    bench.fault({ method: 'POST', path: '/refunds', kind, ...rest });

  beforeAll(async () => {
    bench = await Bench.start();
  });
  beforeEach(async () => {
    await bench.control('POST', '/reset');
    paid = await bench.buy();
  });
  afterAll(() => bench.close());

  it('error_before: the answer is an error, and nothing happened', async () => {
    await order('error_before', { status: 503, code: 'BUSY', message: 'later' });
    expect(await refusal(refund())).toEqual({
      status: 503,
      code: 'BUSY',
      message: expect.stringContaining('later'),
    });
    expect(await refundsMade()).toBe(0);
    expect((await refund()).status).toBe('pending');
  });

  it('error_after: the answer is an error, and it happened', async () => {
    await order('error_after', { status: 500 });
    expect(await refusal(refund())).toMatchObject({ status: 500 });
    expect(await refundsMade()).toBe(1);
  });

  it.each([
    ['timeout_before', 0],
    ['timeout_after', 1],
  ])('%s: there is no answer, and %i refunds were made', async (kind, made) => {
    await order(kind);
    const started = Date.now();
    await expect(refund({ timeout: 150 })).rejects.toBeInstanceOf(APIConnectionError);
    expect(Date.now() - started).toBeGreaterThanOrEqual(145);
    expect(await refundsMade()).toBe(made);
  });

  it.each([
    ['drop_before', 0],
    ['drop_after', 1],
  ])('%s: the connection breaks, and %i refunds were made', async (kind, made) => {
    await order(kind);
    await expect(refund()).rejects.toBeInstanceOf(APIConnectionError);
    expect(await refundsMade()).toBe(made);
  });

  it('delay: the answer is late, but right', async () => {
    await order('delay', { delayMs: 120 });
    const started = Date.now();
    expect((await refund()).status).toBe('pending');
    expect(Date.now() - started).toBeGreaterThanOrEqual(115);
  });

  it('can answer in HTML, as a gateway does', async () => {
    await order('error_before', {
      status: 502,
      body: '<h1>Bad Gateway</h1>',
      headers: { 'retry-after': '1' },
    });
    await expect(refund()).rejects.toMatchObject({ status: 502, error: undefined });
  });

  it('lasts as often as ordered, and only on its route', async () => {
    await bench.fault({ method: 'GET', path: '/payments/*', kind: 'error_before', times: 2 });
    const read = () => bench.dodo.payments.retrieve(paid.payment_id);
    await bench.dodo.payments.list({ page_number: 0 });
    await bench.dodo.payments.retrieveLineItems(paid.payment_id);
    await expect(read()).rejects.toThrow();
    await expect(read()).rejects.toThrow();
    await read();
    expect(await bench.control('GET', '/faults')).toMatchObject({ items: [{ hits: 2, times: 2 }] });
  });

  it('is withdrawn by DELETE', async () => {
    await order('error_before');
    await bench.control('DELETE', '/faults');
    expect((await refund()).status).toBe('pending');
  });

  it('makes the SDK try a refund again unless told not to, and the second try is refused', async () => {
    await order('error_after', { status: 500 });
    expect(await refusal(refund({ maxRetries: 1 }))).toMatchObject({
      code: 'EXISTING_REFUND_REQUEST_PROCESSING',
    });
    expect(await refundsMade()).toBe(1);
  });

  it('are all taken back at once, and say how often they have struck', async () => {
    await order('error_before', { times: 3 });
    await refusal(refund());
    const { items } = await bench.control<{ items: object[] }>('DELETE', '/faults');
    expect(items).toMatchObject([{ kind: 'error_before', hits: 1 }]);
    expect((await refund()).status).toBe('pending');
  });
});

describe('PATCH /_sandbox/behaviour', () => {
  it('limits the rate as Dodo does', async () => {
    const bench = await Bench.start();
    await bench.behave({ rateLimit: { perSecond: 1000, perMinute: 3 } });
    const get = () => fetch(`${bench.url}/products`, { headers: { authorization: 'Bearer x' } });
    const answers = [await get(), await get(), await get(), await get()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    expect(await answers[3]?.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    await bench.close();
  });

  it('refuses a switch that does not exist', async () => {
    const bench = await Bench.start();
    await expect(bench.behave({ refundOutcom: 'failed' })).rejects.toThrow('422');
    await bench.close();
  });
});
