import { Bench, FEE, PRO } from './support';

const open = async (url: string) => {
  const response = await fetch(url, { redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('the hosted checkout page', () => {
  let bench: Bench;
  const RETURN = 'https://merchant.example/back?org=o%201&x=%2F';

  const good = {
    email: 'ada@example.com',
    card_number: '4242 4242 4242 4242',
    expiry: '12 / 34',
    cvc: '123',
    name: 'Ada',
    country: 'US',
    zip: '94107',
  };

  const submit = async (url: string, form: Record<string, string> = good) => {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(form),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const sessionUrl = async (params = {}) =>
    (await bench.session({ return_url: RETURN, ...params })).checkout_url ?? '';
  const paymentCount = async () => (await bench.dodo.payments.list({ page_number: 0 })).items.length;

  beforeAll(async () => {
    bench = await Bench.start();
  });
  beforeEach(() => bench.control('POST', '/reset'));
  afterAll(() => bench.close());

  it('says what is charged today, what comes back, and what comes after', async () => {
    const { status, text } = await open(await sessionUrl({ cancel_url: 'https://merchant.example/plans' }));
    expect(status).toBe(200);
    for (const phrase of [
      '$1.00',
      'refunded automatically',
      '3-day free trial, then $49.00/month',
      'Setup fee',
      'Pro',
    ]) {
      expect(text).toContain(phrase);
    }
    expect(text).toContain('href="https://merchant.example/plans"');
    for (const id of ['email', 'card-number', 'expiry', 'cvc', 'zip', 'country', 'name', 'pay']) {
      expect(text).toContain(`id="${id}"`);
    }
    expect(text.match(/data-card="/g)?.length).toBeGreaterThanOrEqual(8);
  });

  it.each([
    ['HUF', 490_000, 'HUF 4,900.00'],
    ['JPY', 4_900, '¥4,900'],
    ['KWD', 4_900, 'KWD 4.900'],
  ] as const)('shows a price in %s in its minor units: %i', async (currency, price, shown) => {
    const { product_id } = await bench.dodo.products.create({
      name: 'Pack',
      tax_category: 'saas',
      price: { type: 'one_time_price', currency, price, discount: 0, purchasing_power_parity: false },
    });
    const cart = { product_cart: [{ product_id, quantity: 1 }], subscription_data: undefined };
    expect((await open(await sessionUrl(cart))).text.replaceAll('\u00a0', ' ')).toContain(shown);
  });

  it('takes the payment and sends the buyer back, query and all', async () => {
    const { status, headers } = await submit(await sessionUrl());
    expect(status).toBe(303);
    expect(headers.get('location')).toMatch(
      /^https:\/\/merchant\.example\/back\?org=o%201&x=%2F&subscription_id=sub_\w+&status=active&email=ada%40example\.com$/,
    );
  });

  it('thanks the buyer itself where there is no address to go back to', async () => {
    const url = await sessionUrl({ return_url: null });
    const { headers } = await submit(url);
    const done = await open(new URL(headers.get('location') ?? '', url).href);
    expect(done).toMatchObject({ status: 200, text: expect.stringContaining('Payment received') });
  });

  it('shows why the bank refused, keeps what was typed, and lets the buyer try again', async () => {
    const url = await sessionUrl();
    const refused = await submit(url, { ...good, card_number: '4000 0000 0000 9995', name: 'Ada L' });
    expect(refused.status).toBe(402);
    expect(refused.text).toMatch(/role="alert">Your card has insufficient funds/);
    expect(refused.text).toContain('value="Ada L"');
    expect(refused.text).toContain('value="4000 0000 0000 9995"');
    expect((await submit(url)).status).toBe(303);
  });

  it.each([
    ['card_number', '4242 4242 4242 4241', 'The card number is not valid.'],
    ['expiry', '01 / 20', 'The card has expired.'],
    ['expiry', '13 / 34', 'Enter the expiry date'],
    ['cvc', '1', 'security code'],
    ['email', 'ada', 'Enter an email address.'],
    ['zip', '', 'Enter the ZIP'],
  ])('asks again for a wrong %s: "%s"', async (name, value, message) => {
    const { status, text } = await submit(await sessionUrl(), { ...good, [name]: value });
    expect(status).toBe(422);
    expect(text).toContain(message);
    expect(text).toContain('aria-invalid="true"');
    expect(await paymentCount()).toBe(0);
  });

  it('fills in a test card without script, and does not pay yet', async () => {
    const { status, text } = await submit(await sessionUrl(), {
      ...good,
      card_number: '',
      test_card: '5555555555554444',
    });
    expect(status).toBe(200);
    expect(text).toContain('value="5555 5555 5555 4444"');
    expect(await paymentCount()).toBe(0);
  });

  it('pays once, however often the button is pressed', async () => {
    const url = await sessionUrl();
    const answers = await Promise.all(Array.from({ length: 5 }, () => submit(url)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect(await paymentCount()).toBe(1);
  });

  it('keeps the address a merchant has fixed', async () => {
    const url = await sessionUrl({ feature_flags: { allow_customer_editing_email: false } });
    expect((await open(url)).text).toMatch(/id="email"[^>]*readonly/);
    await submit(url, { ...good, email: 'mallory@example.com' });
    const { items } = await bench.dodo.customers.list({ page_number: 0 });
    expect(items.map(({ email }) => email)).toEqual(['ada@example.com']);
  });

  it('410 once it is paid or has expired, 404 when there never was one', async () => {
    const paid = await sessionUrl();
    await submit(paid);
    expect(await open(paid)).toMatchObject({ status: 410, text: expect.stringContaining('is complete') });
    const old = await sessionUrl();
    await bench.advance('25h');
    expect(await open(old)).toMatchObject({ status: 410, text: expect.stringContaining('has expired') });
    expect((await submit(old)).status).toBe(410);
    expect(await open(`${bench.url}/session/cks_none`)).toMatchObject({ status: 404 });
  });

  it('escapes everything, and lets nothing run that is not its own', async () => {
    const { product_id } = await bench.dodo.products.create({
      name: '<script>alert(1)</script>',
      description: '"><img src=x onerror=alert(2)>',
      tax_category: 'saas',
      price: {
        type: 'one_time_price',
        currency: 'USD',
        price: 500,
        discount: 0,
        purchasing_power_parity: false,
      },
    });
    const url = await sessionUrl({
      product_cart: [{ product_id, quantity: 1 }],
      customer: { email: '"><script>alert(3)</script>', name: "' onfocus='alert(4)" },
      cancel_url: 'javascript:alert(5)',
    });
    const { text, headers } = await open(url);
    expect(text).not.toMatch(/<script>alert|<img|javascript:/);
    expect(text).not.toContain("' onfocus='");
    const csp = headers.get('content-security-policy') ?? '';
    expect(csp).toMatch(/^default-src 'none'/);
    expect(csp).not.toContain('unsafe-inline');
    expect(csp).toContain('https://merchant.example');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

const post = (url: string, form: Record<string, string>) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });

describe('the other pages', () => {
  let bench: Bench;
  const good = {
    card_number: '4242424242424242',
    expiry: '12/34',
    cvc: '123',
    name: 'Ada',
    country: 'US',
    zip: '94107',
  };
  beforeAll(async () => {
    bench = await Bench.start();
  });
  beforeEach(() => bench.control('POST', '/reset'));
  afterAll(() => bench.close());

  it('a payment link takes what is owed and revives the subscription', async () => {
    const { subscription_id } = await bench.buy('4000000000000341');
    await bench.advance('4d');
    const { payment_link, payment_id } = await bench.dodo.subscriptions.updatePaymentMethod(subscription_id, {
      payment_method: { type: 'new', return_url: 'https://merchant.example/ok' },
    });
    const url = payment_link ?? '';
    expect(await (await fetch(url)).text()).toContain('Pay $49.00');
    expect((await post(url, { ...good, card_number: '4000000000000002' })).status).toBe(402);
    const paid = await post(url, good);
    expect(paid.headers.get('location')).toBe(
      `https://merchant.example/ok?subscription_id=${subscription_id}&status=active`,
    );
    expect((await bench.dodo.subscriptions.retrieve(subscription_id)).status).toBe('active');
    expect((await bench.dodo.payments.retrieve(payment_id ?? '')).status).toBe('failed');
    expect((await fetch(url)).status).toBe(410);
  });

  it('a plan change can wait for its payment', async () => {
    const { subscription_id } = await bench.buy();
    const change = {
      product_id: 'pdt_business',
      quantity: 1,
      proration_billing_mode: 'full_immediately' as const,
    };
    const { payment_link, payment_id } = await bench.dodo.subscriptions.changePlan(subscription_id, {
      ...change,
      collect_via_payment_link: true,
      on_payment_failure: 'prevent_change',
    });
    await expect(bench.dodo.subscriptions.changePlan(subscription_id, change)).rejects.toMatchObject({
      status: 409,
    });
    expect((await bench.dodo.subscriptions.retrieve(subscription_id)).product_id).toBe(PRO);
    expect((await post(payment_link ?? '', good)).status).toBe(303);
    expect((await bench.dodo.subscriptions.retrieve(subscription_id)).product_id).toBe('pdt_business');
    expect(await bench.dodo.payments.retrieve(payment_id ?? '')).toMatchObject({
      status: 'succeeded',
      total_amount: 14900,
    });
  });

  it('a payment made by POST /payments is paid behind its link', async () => {
    const { payment_link, payment_id } = await bench.dodo.payments.create({
      billing: { country: 'US' },
      customer: { email: 'ada@example.com', name: 'Ada' },
      product_cart: [{ product_id: FEE, quantity: 1 }],
      payment_link: true,
    });
    expect((await post(payment_link ?? '', { ...good, email: 'ada@example.com' })).status).toBe(303);
    expect((await bench.dodo.payments.retrieve(payment_id)).status).toBe('succeeded');
  });

  it('the portal cancels, thinks again, and leads to a new card', async () => {
    const { subscription_id } = await bench.buy();
    const { customer } = await bench.dodo.subscriptions.retrieve(subscription_id);
    const { link } = await bench.dodo.customers.customerPortal.create(customer.customer_id);
    expect(await (await fetch(link)).text()).toContain('Cancel at period end');
    await post(link, { action: 'cancel', subscription_id });
    expect((await bench.dodo.subscriptions.retrieve(subscription_id)).cancel_at_next_billing_date).toBe(true);
    await post(link, { action: 'keep', subscription_id });
    expect((await bench.dodo.subscriptions.retrieve(subscription_id)).cancel_at_next_billing_date).toBe(
      false,
    );
    expect((await post(link, { action: 'card', subscription_id })).headers.get('location')).toContain(
      '/payment-method/',
    );
    await bench.advance('25h');
    expect((await fetch(link)).status).toBe(404);
  });

  it('the portal ends at once what is on hold', async () => {
    const { subscription_id } = await bench.buy('4000000000000341');
    await bench.advance('4d');
    const { customer } = await bench.dodo.subscriptions.retrieve(subscription_id);
    const { link } = await bench.dodo.customers.customerPortal.create(customer.customer_id);
    expect(await (await fetch(link)).text()).toContain('Cancel now');
    await post(link, { action: 'cancel_now', subscription_id });
    expect((await bench.dodo.subscriptions.retrieve(subscription_id)).status).toBe('cancelled');
  });

  it('the front page shows sessions and moves the clock', async () => {
    const { session_id } = await bench.session();
    expect(await (await fetch(bench.url)).text()).toContain(`/session/${session_id}`);
    await post(`${bench.url}/_sandbox/overview/clock`, { by: '1d' });
    expect(await bench.control('GET', '/clock')).toMatchObject({ offsetSeconds: 86_400 });
  });
});
