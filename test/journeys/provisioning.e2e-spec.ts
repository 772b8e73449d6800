import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../support/database';
import { freeLastingPort } from '../../scripts/local/ports';
import { SandboxControl } from '../support/sandbox-control';
import { ServiceProcess, cli, type Environment } from '../support/service-process';
import { CHECKOUT } from '../support/test-service';
import { until } from '../support/until';

jest.setTimeout(180_000);

interface Product {
  product_id: string;
  name: string;
  metadata: Record<string, string>;
  tax_category: string;
  price: Record<string, unknown>;
}

const WEBHOOK_URL = 'https://api.acme.com/webhooks/dodo';

const ARTICLES = {
  plans: [
    {
      id: 'solo',
      name: 'Solo',
      price: { amount: 900, currency: 'USD' },
      interval: 'month',
      monthlyCredits: 10,
    },
    { id: 'team', name: 'Team', price: { amount: 90_000, currency: 'EUR' }, interval: 'year', note: 'kept' },
  ],
  creditPacks: [{ id: 'hundred', name: 'Hundred', price: { amount: 500, currency: 'USD' }, credits: 100 }],
};

describe('dodo provision', () => {
  let sandbox: SandboxControl;
  let environment: Environment;
  let folder: string;

  beforeEach(async () => {
    sandbox = await SandboxControl.start();
    folder = mkdtempSync(join(tmpdir(), 'provision-'));
    // Neither a database nor what the command is there to make.
    environment = { DODO_PAYMENTS_API_KEY: 'sandbox', DODO_PAYMENTS_BASE_URL: sandbox.url };
  });
  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  const provision = (...words: string[]): Promise<Record<string, any>> =>
    cli(environment, 'dodo', 'provision', '--webhook-url', WEBHOOK_URL, ...words);

  function usePlansFile(content: unknown): string {
    const file = join(folder, 'plans.json');
    writeFileSync(file, JSON.stringify(content));
    environment.PLANS_FILE = file;
    return file;
  }

  async function account() {
    const { items } = await sandbox.call<{ items: Product[] }>('GET', '/products?page_size=100');
    const { data } = await sandbox.call<{ data: { id: string; url: string }[] }>('GET', '/webhooks');
    return { products: items, endpoints: data };
  }

  const productOf = async (id: string): Promise<Product> => sandbox.call('GET', `/products/${id}`);

  it('makes the fee in the currency that all plans share', async () => {
    usePlansFile({ plans: ARTICLES.plans.filter(({ id }) => id === 'team') });
    const { DODO_SETUP_FEE_PRODUCT_ID: fee, warnings } = await provision();
    expect(await productOf(fee)).toMatchObject({ price: { price: 100, currency: 'EUR' } });
    expect(warnings).toEqual([expect.stringContaining('nothing is known by the name of')]);
  });

  it('makes fee, plans, packs and endpoint, and prints the settings', async () => {
    usePlansFile(ARTICLES);
    const printed = await provision();
    expect(printed).toEqual({
      DODO_SETUP_FEE_PRODUCT_ID: expect.stringMatching(/^pdt_/),
      DODO_PAYMENTS_WEBHOOK_KEY: expect.stringMatching(/^whsec_/),
      plansFile: {
        plans: ARTICLES.plans.map((plan) => ({ ...plan, dodoProductId: expect.stringMatching(/^pdt_/) })),
        creditPacks: [{ ...ARTICLES.creditPacks[0], dodoProductId: expect.stringMatching(/^pdt_/) }],
      },
      account: sandbox.url,
      isDryRun: false,
      created: ['setup_fee', 'plan:solo', 'plan:team', 'pack:hundred', `webhook ${WEBHOOK_URL}`],
      found: [],
      warnings: [
        expect.stringContaining('nothing is known by the name of plans.1.note'),
        expect.stringMatching(/^plan:team is in EUR and the setup fee in USD: Dodo may not sell both/),
      ],
    });
    expect(await productOf(printed.DODO_SETUP_FEE_PRODUCT_ID)).toMatchObject({
      metadata: { autoposting_id: 'setup_fee' },
      tax_category: 'saas',
      price: { type: 'one_time_price', price: 100, currency: 'USD', purchasing_power_parity: false },
    });
    expect(await productOf(printed.plansFile.plans[1].dodoProductId)).toMatchObject({
      name: 'Team',
      price: {
        type: 'recurring_price',
        price: 90_000,
        currency: 'EUR',
        payment_frequency_count: 1,
        payment_frequency_interval: 'Year',
        subscription_period_count: 10,
        subscription_period_interval: 'Year',
        trial_period_days: 0,
      },
    });
    expect(await productOf(printed.plansFile.creditPacks[0].dodoProductId)).toMatchObject({
      name: 'Hundred',
      price: { type: 'one_time_price', price: 500 },
    });
  });

  it('makes nothing twice, and leaves what it does not know alone', async () => {
    const before = await account();
    const first = await provision();
    const between = await account();
    const second = await provision();
    expect(second).toEqual({ ...first, created: [], found: first.created });
    expect(await account()).toEqual(between);
    expect(between.products).toEqual(expect.arrayContaining(before.products));
    expect(between.endpoints).toHaveLength(1);
  });

  it('finds its products among hundreds of others, and its endpoint among dozens', async () => {
    const first = await provision();
    const price = {
      type: 'one_time_price',
      price: 700,
      currency: 'USD',
      discount: 0,
      purchasing_power_parity: false,
    };
    for (let n = 0; n < 210; n += 1)
      await sandbox.call('POST', '/products', { name: `Book ${n}`, tax_category: 'e_book', price });
    for (let n = 0; n < 60; n += 1) await sandbox.addEndpoint(`http://127.0.0.1:9/${n}`);
    expect((await provision()).created).toEqual([]);
    const elsewhere = 'https://elsewhere.acme.com/webhooks/dodo';
    const last = await cli(environment, 'dodo', 'provision', '--webhook-url', elsewhere);
    expect(last).toMatchObject({ created: [`webhook ${elsewhere}`], found: first.created.slice(0, -1) });
    expect((await cli(environment, 'dodo', 'provision', '--webhook-url', elsewhere)).created).toEqual([]);
  });

  it('goes on where a run was cut off', async () => {
    await sandbox.fault({ method: 'POST', path: '/webhooks', kind: 'error_before', status: 500 });
    await expect(provision()).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/creating the webhook endpoint[^]*run the command again/),
    });
    const { products } = await account();
    expect((await provision()).created).toEqual([`webhook ${WEBHOOK_URL}`]);
    expect((await account()).products).toEqual(products);
  });

  it('finds what was made though the answer was lost', async () => {
    await sandbox.fault({ method: 'POST', path: '/products', kind: 'drop_after' });
    await expect(provision()).rejects.toMatchObject({ code: 1 });
    expect((await provision()).found).toContain('setup_fee');
  });

  it('makes nothing when what came is no list of products', async () => {
    usePlansFile(ARTICLES);
    await provision();
    const before = await account();
    const page = { kind: 'error_before', status: 200, body: '<html>Back soon</html>' } as const;
    await sandbox.fault({ method: 'GET', path: '/products', ...page });
    await expect(provision()).rejects.toMatchObject({ code: 1 });
    expect(await account()).toEqual(before);
  });

  it('says when the plans can not be written, and has all made', async () => {
    await expect(provision('--plans-out', join(folder, 'nowhere', 'plans.json'))).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^--plans-out can't be written \(ENOENT/),
    });
    expect((await provision()).created).toEqual([]);
  });

  it('shows with --dry-run what it would make, and makes nothing', async () => {
    const before = await account();
    const planned = await provision('--dry-run', '--plans-out', join(folder, 'none.json'));
    expect(planned).toMatchObject({
      isDryRun: true,
      DODO_SETUP_FEE_PRODUCT_ID: null,
      DODO_PAYMENTS_WEBHOOK_KEY: null,
      created: expect.arrayContaining(['setup_fee', 'plan:plan_pro', `webhook ${WEBHOOK_URL}`]),
    });
    expect(await account()).toEqual(before);
    expect(() => readFileSync(join(folder, 'none.json'))).toThrow(/ENOENT/);
  });

  it('takes a product that PLANS_FILE names, and says where it differs', async () => {
    const [solo] = ARTICLES.plans;
    usePlansFile([{ ...solo, dodoProductId: 'pdt_starter' }]);
    const printed = await provision();
    expect(printed.found).toEqual(['plan:solo']);
    expect(printed.plansFile.plans[0].dodoProductId).toBe('pdt_starter');
    expect(printed.warnings).toEqual([
      'plan:solo is 1900 USD every month at Dodo (pdt_starter), and 900 USD every month in the catalogue.',
    ]);
  });

  it('keeps the fee that is set, and says when it or a plan is replaced', async () => {
    const [solo] = ARTICLES.plans;
    usePlansFile([{ ...solo, price: { amount: 1900, currency: 'USD' }, dodoProductId: 'pdt_starter' }]);
    environment.DODO_SETUP_FEE_PRODUCT_ID = 'pdt_setup_fee';
    const kept = await provision();
    expect(kept).toMatchObject({ DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee', warnings: [] });
    expect(kept.found).toEqual(['setup_fee', 'plan:solo']);
    for (const id of ['pdt_setup_fee', 'pdt_starter']) await sandbox.call('DELETE', `/products/${id}`);
    const replaced = await provision();
    expect(replaced.created).toEqual(['setup_fee', 'plan:solo']);
    expect(replaced.DODO_SETUP_FEE_PRODUCT_ID).not.toBe('pdt_setup_fee');
    expect(replaced.warnings).toEqual([
      expect.stringMatching(/^setup_fee: pdt_setup_fee is not for sale at Dodo/),
      expect.stringMatching(/^plan:solo: pdt_starter is not for sale at Dodo/),
    ]);
  });

  it('warns of an address at which the service does not listen', async () => {
    const printed = await cli(environment, 'dodo', 'provision', '--webhook-url', 'https://api.acme.com/hook');
    expect(printed.warnings).toEqual([
      expect.stringMatching(/not the end of https:\/\/api\.acme\.com\/hook/),
    ]);
  });

  it.each<[string, Environment, string[], RegExp]>([
    ['no address', {}, [], /needs --webhook-url/],
    [
      'an address that is none',
      {},
      ['--webhook-url', 'api.acme.com'],
      /--webhook-url must be .* "api\.acme\.com"/,
    ],
    [
      'an address that Dodo does not call',
      { DODO_PAYMENTS_BASE_URL: '', DODO_PAYMENTS_ENVIRONMENT: 'test_mode' },
      ['--webhook-url', 'http://api.acme.com/webhooks/dodo'],
      /must be a public https address/,
    ],
    [
      'no Dodo',
      { DODO_PAYMENTS_API_KEY: '', DODO_PAYMENTS_BASE_URL: '' },
      ['--webhook-url', WEBHOOK_URL],
      /DODO_PAYMENTS_API_KEY is required[^]*set DODO_PAYMENTS_ENVIRONMENT/,
    ],
    [
      'a broken plan',
      { PLANS_FILE: '/nowhere.json' },
      ['--webhook-url', WEBHOOK_URL],
      /\/nowhere\.json can't be read/,
    ],
  ])('refuses %s', async (_, changes, words, problem) => {
    const before = await account();
    await expect(cli({ ...environment, ...changes }, 'dodo', 'provision', ...words)).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(problem),
    });
    expect(await account()).toEqual(before);
  });

  it('says what is wrong with a plan, ids that are not there yet aside', async () => {
    usePlansFile([
      { id: 'solo', name: '', price: { amount: 1.5, currency: 'USD' }, interval: 'constructor' },
    ]);
    const problems = expect.stringMatching(/plans\.0\.name[^]*plans\.0\.price\.amount[^]*plans\.0\.interval/);
    await expect(provision()).rejects.toMatchObject({ stderr: problems });
  });

  it('makes an account that sells: by the printed settings a checkout is paid, and its fee comes back', async () => {
    const [database, port] = await Promise.all([createTestDatabase(), freeLastingPort()]);
    const url = `http://127.0.0.1:${port}`;
    usePlansFile(ARTICLES);
    const words = ['--webhook-url', `${url}/webhooks/dodo`, '--plans-out', join(folder, 'ready.json')];
    const printed = await cli(environment, 'dodo', 'provision', ...words);
    const { DODO_SETUP_FEE_PRODUCT_ID, DODO_PAYMENTS_WEBHOOK_KEY, PLANS_FILE } = printed;
    const settings: Environment = {
      ...environment,
      DODO_SETUP_FEE_PRODUCT_ID: DODO_SETUP_FEE_PRODUCT_ID!,
      DODO_PAYMENTS_WEBHOOK_KEY: DODO_PAYMENTS_WEBHOOK_KEY!,
      PLANS_FILE: PLANS_FILE!,
      PORT: String(port),
      DATABASE_URL: database.url,
    };
    const service = new ServiceProcess('main', settings);
    try {
      await service.says('Listening');
      const paid = await buy(url, settings);
      await until('the fee has come back', async () => {
        const [refund] = await sandbox.refundsOf(paid.payment_id);
        return refund?.status === 'succeeded';
      });
      const refunds = await sandbox.refundsOf(paid.payment_id);
      expect(refunds).toMatchObject([{ amount: 100, items: [{ item_id: DODO_SETUP_FEE_PRODUCT_ID }] }]);
    } finally {
      await service.end('SIGKILL');
      await database.drop();
    }
  });

  async function buy(url: string, settings: Environment) {
    const org = await cli(settings, 'org', 'create', '--name', 'Acme', '--email', 'acme@example.com');
    const { key } = await cli(settings, 'key', 'create', '--org', org.id!, '--name', 'test');
    const response = await fetch(`${url}/billing/checkout`, {
      method: 'POST',
      headers: { 'x-api-key': key!, 'content-type': 'application/json' },
      body: JSON.stringify({ ...CHECKOUT, planId: 'solo' }),
    });
    const { data } = (await response.json()) as { data: { checkoutUrl: string } };
    return sandbox.pay(data.checkoutUrl);
  }
});
