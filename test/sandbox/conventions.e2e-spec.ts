import { Bench, FEE, PRO, refusal } from './support';

const MONTHLY = {
  type: 'recurring_price',
  currency: 'USD',
  price: 900,
  subscription_period_count: 10,
  subscription_period_interval: 'Year',
};

describe('what holds for every route', () => {
  let bench: Bench;
  const call = async (
    method: string,
    path: string,
    init: { body?: string; headers?: Record<string, string> } = {},
  ) => {
    const response = await fetch(`${bench.url}${path}`, {
      method,
      headers: { authorization: 'Bearer x', 'content-type': 'application/json', ...init.headers },
      body: init.body,
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text ? (JSON.parse(text) as Record<string, unknown>) : null,
    };
  };

  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.close());

  it.each(['', 'Bearer', 'Bearer ', 'Basic abc'])('401 without a key: "%s"', async (authorization) => {
    expect(await call('GET', '/products', { headers: { authorization } })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED' },
    });
  });

  it('404 for an id nobody has, and for a path nobody knows', async () => {
    for (const path of [
      '/payments/payment_id',
      '/customers/customer_id',
      '/webhooks/id',
      '/_stainless_unknown_path',
    ]) {
      expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
  });

  it('405 for the wrong method, with the right ones named', async () => {
    const answer = await call('DELETE', '/payments/pay_1');
    expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.get('allow')).toBe('GET');
  });

  it('501 for a resource that is not played, which the SDK does not try again', async () => {
    const answer = await call('GET', '/license_keys');
    expect(answer).toMatchObject({ status: 501, body: { code: 'NOT_IMPLEMENTED' } });
    expect(answer.headers.get('x-should-retry')).toBe('false');
  });

  it('400 for broken JSON', async () => {
    expect(await call('POST', '/refunds', { body: '{"payment_id":' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST_BODY' },
    });
  });

  it('400 for a path that is no address, and 404 for an id of any length', async () => {
    const answer = await call('GET', '/payments/%E0%A4%A');
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST_PARAMETERS' } });
    expect(Object.keys(answer.body ?? {})).toEqual(['code', 'message']);
    expect(await call('GET', `/payments/${'x'.repeat(8000)}`)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
  });

  it('413 for a body beyond measure', async () => {
    const body = JSON.stringify({ payment_id: 'x'.repeat(2_000_000) });
    expect(await call('POST', '/refunds', { body })).toMatchObject({ status: 413 });
  });

  it('422 names the field', async () => {
    const answer = await call('POST', '/refunds', { body: '{"payment_id":7}' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'INVALID_REQUEST_BODY' } });
    expect(answer.body?.message).toContain('payment_id');
  });

  it('422 for what no date and no address can be made of', async () => {
    const endless = { payment_frequency_count: 2_000_000_000, payment_frequency_interval: 'Year' };
    const price = { ...MONTHLY, ...endless };
    const { subscription_id } = await bench.buy();
    for (const [method, path, body] of [
      ['POST', '/products', { name: 'Endless', tax_category: 'saas', price }],
      ['PATCH', `/subscriptions/${subscription_id}`, { subscription_period_count: 2_000_000_000 }],
      ['POST', `/products/${PRO}/short_links`, { slug: '\ud800' }],
    ] as const) {
      const answer = await call(method, path, { body: JSON.stringify(body) });
      expect([path, answer.status, answer.body?.code]).toEqual([path, 422, 'INVALID_REQUEST_BODY']);
    }
  });

  it('lets fields through that it does not know', async () => {
    const body = JSON.stringify({ email: 'a@b.example', name: 'A', shoe_size: 43 });
    expect((await call('POST', '/customers', { body })).status).toBe(200);
  });

  it('counts pages from 0, and ends with an empty one', async () => {
    for (let index = 0; index < 25; index += 1) {
      await bench.dodo.customers.create({ email: `p${index}@example.com`, name: 'Page' });
    }
    const sizes = [];
    for (const page_number of [0, 1, 2, 3]) {
      sizes.push(
        (await bench.dodo.customers.list({ name: 'page', page_number, page_size: 10 })).items.length,
      );
    }
    expect(sizes).toEqual([10, 10, 5, 0]);
    expect(await refusal(bench.dodo.customers.list({ page_size: 101 }))).toMatchObject({ status: 422 });
  });

  it('lists the newest first, within a range of time', async () => {
    const { customer_id, created_at } = await bench.dodo.customers.create({
      email: 'z@example.com',
      name: 'Z',
    });
    const { items } = await bench.dodo.customers.list({ created_at_gte: created_at, page_number: 0 });
    expect(items[0]?.customer_id).toBe(customer_id);
    const none = await bench.dodo.customers.list({ created_at_lte: '2020-01-01T00:00:00Z', page_number: 0 });
    expect(none.items).toEqual([]);
  });
});

const item = (product_id: string, quantity = 1) => ({ product_id, quantity });

describe('POST /checkouts refuses', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.close());

  it.each([
    ['an unknown product', { product_cart: [item('pdt_none')] }, 404, 'NOT_FOUND'],
    ['an unknown customer', { customer: { customer_id: 'cus_none' } }, 404, 'NOT_FOUND'],
    ['an empty cart', { product_cart: [] }, 422, 'PRODUCT_CART_EMTPY'],
    ['a quantity of none', { product_cart: [item(PRO, 0)] }, 422, 'INVALID_REQUEST_BODY'],
    ['21 items', { product_cart: Array.from({ length: 21 }, () => item(FEE)) }, 422, 'INVALID_REQUEST_BODY'],
    [
      'a trial longer than 10000 days',
      { subscription_data: { trial_period_days: 10_001 } },
      422,
      'INVALID_REQUEST_BODY',
    ],
    [
      'one-time products beside an on-demand subscription',
      { subscription_data: { on_demand: { mandate_only: true } } },
      422,
      'ONE_TIME_PRODUCTS_NOT_ALLOWED_FOR_ON_DEMAND',
    ],
    ['a discount nobody made', { discount_codes: ['HALF'] }, 422, 'INVALID_DISCOUNT_CODE'],
    ['a confirmation without an address', { confirm: true }, 422, 'INVALID_REQUEST_BODY'],
    [
      'too much metadata',
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) },
      422,
      'MAXIMUM_KEYS_REACHED',
    ],
  ])('%s', async (_what, params, status, code) => {
    expect(await refusal(bench.session(params))).toMatchObject({ status, code });
  });

  it('a sum no card network carries', async () => {
    const { product_id } = await bench.dodo.products.create({
      name: 'Penny',
      tax_category: 'saas',
      price: {
        type: 'one_time_price',
        currency: 'USD',
        price: 1,
        discount: 0,
        purchasing_power_parity: false,
      },
    });
    expect(await refusal(bench.session({ product_cart: [item(product_id)] }))).toMatchObject({
      code: 'TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT',
    });
  });

  it('a first charge on demand that no card network carries, here and at POST /subscriptions', async () => {
    const on_demand = { mandate_only: false, product_price: 10 };
    const { customer_id } = await bench.dodo.customers.create({ email: 'o@example.com', name: 'O' });
    const customer = { customer_id };
    const older = { billing: { country: 'US' as const }, customer, product_id: PRO, quantity: 1, on_demand };
    for (const request of [
      bench.session({ product_cart: [item(PRO)], subscription_data: { on_demand } }),
      bench.dodo.subscriptions.create(older),
    ]) {
      expect(await refusal(request)).toMatchObject({
        status: 422,
        code: 'TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT',
      });
    }
  });

  it('an archived product', async () => {
    await bench.dodo.products.archive('pdt_starter');
    expect(await refusal(bench.session({ product_cart: [item('pdt_starter')] }))).toMatchObject({
      code: 'PRODUCT_IS_DELETED',
    });
  });
});
