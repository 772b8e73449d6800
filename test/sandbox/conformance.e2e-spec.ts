import DodoPayments, { NotFoundError } from 'dodopayments';
import { Bench, FEE, PRO, BUSINESS, STARTER, type Paid } from './support';

const MODELLED = [
  'products',
  'checkoutSessions',
  'payments',
  'refunds',
  'disputes',
  'subscriptions',
  'customers',
  'webhooks',
  'misc',
];

/** Methods that never leave the process. */
const LOCAL = new Set(['webhooks.unwrap', 'webhooks.unsafeUnwrap']);

const BILLING = { country: 'US' as const };
const RETURN_URL = 'https://merchant.example/back';

/** What the scenarios work on; every one starts from a sandbox of its own. */
interface World {
  dodo: DodoPayments;
  bench: Bench;
  customer: string;
  paid: Paid;
}

type Scenario = (world: World) => Promise<unknown>;

const oneTime = (price: number) => ({
  type: 'one_time_price' as const,
  currency: 'USD' as const,
  price,
  discount: 0,
  purchasing_power_parity: false,
});

const newProduct = (dodo: DodoPayments) =>
  dodo.products.create({
    name: 'Book',
    tax_category: 'e_book',
    price: oneTime(700),
    pricing_mode: 'by_currency',
  });

const newWebhook = (dodo: DodoPayments) => dodo.webhooks.create({ url: 'http://127.0.0.1:9/none' });

const planChange = (product_id: string) => ({
  product_id,
  quantity: 1,
  proration_billing_mode: 'full_immediately' as const,
});

async function localized({ dodo }: World) {
  const { product_id } = await newProduct(dodo);
  const price = await dodo.products.localizedPrices.create(product_id, { amount: 650, currency: 'EUR' });
  return { id: price.id, at: { product_id } };
}

async function onDemand({ bench, customer }: World): Promise<Paid> {
  return bench.buy(undefined, {
    product_cart: [{ product_id: PRO, quantity: 1 }],
    customer: { customer_id: customer },
    subscription_data: { on_demand: { mandate_only: true } },
  });
}

async function failedRenewal({ dodo, bench }: World): Promise<string> {
  const { subscription_id } = await bench.buy('4000000000000341');
  await bench.advance('4d');
  const { items } = await dodo.payments.list({ subscription_id, status: 'failed', page_number: 0 });
  return items[0]?.payment_id ?? '';
}

async function disputed({ bench, paid }: World): Promise<string> {
  const path = `/payments/${paid.payment_id}/dispute`;
  return (await bench.control<{ dispute_id: string }>('POST', path)).dispute_id;
}

const SCENARIOS: Record<string, Scenario> = {
  'products.create': ({ dodo }) => newProduct(dodo),
  'products.retrieve': ({ dodo }) => dodo.products.retrieve(PRO),
  'products.list': ({ dodo }) => dodo.products.list({ recurring: true, page_number: 0 }),
  'products.update': ({ dodo }) => dodo.products.update(PRO, { name: 'Pro II' }),
  'products.archive': ({ dodo }) => dodo.products.archive(PRO),
  'products.unarchive': ({ dodo }) => dodo.products.unarchive(PRO),
  'products.updateFiles': ({ dodo }) => dodo.products.updateFiles(PRO, { file_name: 'guide.pdf' }),
  'products.images.update': ({ dodo }) => dodo.products.images.update(PRO, { force_update: true }),
  'products.shortLinks.create': ({ dodo }) => dodo.products.shortLinks.create(PRO, { slug: 'go-pro' }),
  'products.shortLinks.list': ({ dodo }) =>
    dodo.products.shortLinks.list({ product_id: PRO, page_number: 0 }),
  'products.localizedPrices.create': localized,
  'products.localizedPrices.list': ({ dodo }) => dodo.products.localizedPrices.list(PRO),
  'products.localizedPrices.retrieve': async (world) => {
    const { id, at } = await localized(world);
    return world.dodo.products.localizedPrices.retrieve(id, at);
  },
  'products.localizedPrices.update': async (world) => {
    const { id, at } = await localized(world);
    return world.dodo.products.localizedPrices.update(id, { ...at, amount: 600 });
  },
  'products.localizedPrices.archive': async (world) => {
    const { id, at } = await localized(world);
    return world.dodo.products.localizedPrices.archive(id, at);
  },

  'checkoutSessions.create': ({ bench }) => bench.session(),
  'checkoutSessions.retrieve': async ({ dodo, bench }) =>
    dodo.checkoutSessions.retrieve((await bench.session()).session_id),
  'checkoutSessions.preview': ({ dodo }) =>
    dodo.checkoutSessions.preview({ product_cart: [{ product_id: PRO, quantity: 1 }] }),

  'payments.create': ({ dodo, customer }) =>
    dodo.payments.create({
      billing: BILLING,
      customer: { customer_id: customer },
      product_cart: [{ product_id: FEE, quantity: 1 }],
      payment_link: true,
    }),
  'payments.retrieve': ({ dodo, paid }) => dodo.payments.retrieve(paid.payment_id),
  'payments.list': ({ dodo, customer }) => dodo.payments.list({ customer_id: customer, page_number: 0 }),
  'payments.retrieveLineItems': ({ dodo, paid }) => dodo.payments.retrieveLineItems(paid.payment_id),
  'payments.retry': async (world) => world.dodo.payments.retry(await failedRenewal(world)),
  'payments.retrieveRetryState': ({ dodo, paid }) => dodo.payments.retrieveRetryState(paid.payment_id),

  'refunds.create': ({ dodo, paid }) =>
    dodo.refunds.create({ payment_id: paid.payment_id, items: [{ item_id: FEE }], metadata: { org: 'o1' } }),
  'refunds.retrieve': async ({ dodo, paid }) => {
    const { refund_id } = await dodo.refunds.create({ payment_id: paid.payment_id });
    return dodo.refunds.retrieve(refund_id);
  },
  'refunds.list': ({ dodo }) => dodo.refunds.list({ status: 'pending', page_number: 0 }),

  'disputes.retrieve': async (world) => world.dodo.disputes.retrieve(await disputed(world)),
  'disputes.list': async (world) => {
    await disputed(world);
    return world.dodo.disputes.list({ dispute_status: 'dispute_opened', page_number: 0 });
  },

  'subscriptions.create': ({ dodo, customer }) =>
    dodo.subscriptions.create({
      billing: BILLING,
      customer: { customer_id: customer },
      product_id: PRO,
      quantity: 1,
      one_time_product_cart: [{ product_id: FEE, quantity: 1 }],
      payment_link: true,
      trial_period_days: 3,
    }),
  'subscriptions.retrieve': ({ dodo, paid }) => dodo.subscriptions.retrieve(paid.subscription_id),
  'subscriptions.update': ({ dodo, paid }) =>
    dodo.subscriptions.update(paid.subscription_id, { cancel_at_next_billing_date: true }),
  'subscriptions.list': ({ dodo }) => dodo.subscriptions.list({ status: 'active', page_number: 0 }),
  'subscriptions.charge': async (world) =>
    world.dodo.subscriptions.charge((await onDemand(world)).subscription_id, { product_price: 900 }),
  'subscriptions.changePlan': ({ dodo, paid }) =>
    dodo.subscriptions.changePlan(paid.subscription_id, planChange(BUSINESS)),
  'subscriptions.previewChangePlan': ({ dodo, paid }) =>
    dodo.subscriptions.previewChangePlan(paid.subscription_id, planChange(BUSINESS)),
  'subscriptions.cancelChangePlan': async ({ dodo, paid }) => {
    const change = { ...planChange(STARTER), effective_at: 'next_billing_date' as const };
    await dodo.subscriptions.changePlan(paid.subscription_id, change);
    return dodo.subscriptions.cancelChangePlan(paid.subscription_id);
  },
  'subscriptions.updatePaymentMethod': ({ dodo, paid }) =>
    dodo.subscriptions.updatePaymentMethod(paid.subscription_id, {
      payment_method: { type: 'new', return_url: RETURN_URL },
    }),
  'subscriptions.retrieveUsageHistory': ({ dodo, paid }) =>
    dodo.subscriptions.retrieveUsageHistory(paid.subscription_id),
  'subscriptions.retrieveCreditUsage': ({ dodo, paid }) =>
    dodo.subscriptions.retrieveCreditUsage(paid.subscription_id),

  'customers.create': ({ dodo }) => dodo.customers.create({ email: 'new@example.com', name: 'New' }),
  'customers.retrieve': ({ dodo, customer }) => dodo.customers.retrieve(customer),
  'customers.update': ({ dodo, customer }) => dodo.customers.update(customer, { name: 'Renamed' }),
  'customers.list': ({ dodo }) => dodo.customers.list({ email: 'ada@example.com', page_number: 0 }),
  'customers.retrievePaymentMethods': ({ dodo, customer }) => dodo.customers.retrievePaymentMethods(customer),
  'customers.deletePaymentMethod': async ({ dodo, customer, paid }) => {
    await dodo.subscriptions.update(paid.subscription_id, { status: 'cancelled' });
    const { items } = await dodo.customers.retrievePaymentMethods(customer);
    return dodo.customers.deletePaymentMethod(items[0]?.payment_method_id ?? '', { customer_id: customer });
  },
  'customers.listCreditEntitlements': ({ dodo, customer }) => dodo.customers.listCreditEntitlements(customer),
  'customers.listEntitlements': ({ dodo, customer }) => dodo.customers.listEntitlements(customer),
  'customers.listEntitlementGrants': ({ dodo, customer }) => dodo.customers.listEntitlementGrants(customer),
  'customers.customerPortal.create': ({ dodo, customer }) =>
    dodo.customers.customerPortal.create(customer, { return_url: RETURN_URL }),
  'customers.wallets.list': ({ dodo, customer }) => dodo.customers.wallets.list(customer),
  'customers.wallets.ledgerEntries.create': ({ dodo, customer }) =>
    dodo.customers.wallets.ledgerEntries.create(customer, {
      amount: 500,
      currency: 'USD',
      entry_type: 'credit',
    }),
  'customers.wallets.ledgerEntries.list': ({ dodo, customer }) =>
    dodo.customers.wallets.ledgerEntries.list(customer),
  'customers.emails.list': ({ dodo, customer }) => dodo.customers.emails.list(customer),
  'customers.emails.retrieveBody': ({ dodo, customer }) =>
    dodo.customers.emails.retrieveBody('eml_none', { customer_id: customer }),

  'webhooks.create': ({ dodo }) => newWebhook(dodo),
  'webhooks.retrieve': async ({ dodo }) => dodo.webhooks.retrieve((await newWebhook(dodo)).id),
  'webhooks.update': async ({ dodo }) =>
    dodo.webhooks.update((await newWebhook(dodo)).id, { disabled: true }),
  'webhooks.list': ({ dodo }) => dodo.webhooks.list({ limit: 10 }),
  'webhooks.delete': async ({ dodo }) => dodo.webhooks.delete((await newWebhook(dodo)).id),
  'webhooks.retrieveSecret': async ({ dodo }) => dodo.webhooks.retrieveSecret((await newWebhook(dodo)).id),
  'webhooks.headers.retrieve': async ({ dodo }) =>
    dodo.webhooks.headers.retrieve((await newWebhook(dodo)).id),
  'webhooks.headers.update': async ({ dodo }) =>
    dodo.webhooks.headers.update((await newWebhook(dodo)).id, { headers: { 'x-shard': '1' } }),

  'misc.listSupportedCountries': ({ dodo }) => dodo.misc.listSupportedCountries(),
};

/** Things the sandbox truthfully has none of: the only routes that may say "not found". */
const HAS_NONE = new Set(['customers.emails.retrieveBody']);

const isResource = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && '_client' in value && !(value instanceof DodoPayments);

function methodsOf(resource: object, path: string): string[] {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(resource)).filter(
    (name) => name !== 'constructor',
  );
  const nested = Object.entries(resource).filter(([name, value]) => name !== '_client' && isResource(value));
  return [
    ...own.map((name) => `${path}.${name}`),
    ...nested.flatMap(([name, value]) => methodsOf(value as object, `${path}.${name}`)),
  ];
}

const METHODS = (() => {
  const client = new DodoPayments({ bearerToken: 'x' }) as unknown as Record<string, object>;
  return MODELLED.flatMap((name) => methodsOf(client[name] as object, name)).filter(
    (name) => !LOCAL.has(name),
  );
})();

describe('the official SDK, method by method', () => {
  let bench: Bench;
  const answers: { status: number; type: string | null; text: string }[] = [];

  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.close());

  it('finds the methods it looks for', () => {
    expect(METHODS.length).toBeGreaterThan(55);
    expect(METHODS).toContain('customers.wallets.ledgerEntries.create');
  });

  it('has no scenario for a method that does not exist', () => {
    expect(Object.keys(SCENARIOS).filter((name) => !METHODS.includes(name))).toEqual([]);
  });

  it.each(METHODS)('%s', async (name) => {
    const scenario = SCENARIOS[name];
    if (!scenario) throw new Error(`${name} has no scenario`);
    await bench.control('POST', '/reset', { endpoints: false });
    answers.length = 0;
    const dodo = new DodoPayments({
      bearerToken: 'test',
      baseURL: bench.url,
      maxRetries: 0,
      fetch: async (url, init) => {
        const response = await fetch(url as string, init as RequestInit);
        const text = await response.clone().text();
        answers.push({ status: response.status, type: response.headers.get('content-type'), text });
        return response;
      },
    });
    const { customer_id: customer } = await dodo.customers.create({ email: 'ada@example.com', name: 'Ada' });
    const paid = await bench.buy(undefined, { customer: { customer_id: customer } });
    const call = scenario({ dodo, bench, customer, paid });
    if (HAS_NONE.has(name)) await expect(call).rejects.toBeInstanceOf(NotFoundError);
    else expect(typeof (await call)).not.toBe('string');
    for (const answer of answers) {
      expect([200, 204, ...(HAS_NONE.has(name) ? [404] : [])]).toContain(answer.status);
      if (answer.status === 204) expect(answer.text).toBe('');
      else expect(answer.type).toMatch(/^application\/json/);
    }
  });
});
