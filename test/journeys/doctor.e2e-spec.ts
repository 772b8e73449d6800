import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createEmptyDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { setForDatabase } from '../support/database-setting';
import { SandboxControl } from '../support/sandbox-control';
import { cli, type Environment } from '../support/service-process';

jest.setTimeout(120_000);

interface Finding {
  check: string;
  state: string;
  message: string;
}

const WEBHOOK_URL = 'https://api.acme.com/webhooks/dodo';

const SOLO = {
  id: 'solo',
  name: 'Solo',
  dodoProductId: 'pdt_starter',
  price: { amount: 1900, currency: 'USD' },
  interval: 'month',
};

describe('doctor', () => {
  let sandbox: SandboxControl;
  let database: TestDatabase;
  let environment: Environment;
  let folder: string;

  beforeEach(async () => {
    [sandbox, database] = await Promise.all([SandboxControl.start(), createEmptyDatabase()]);
    folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    environment = {
      DATABASE_URL: database.url,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: sandbox.url,
      DODO_PAYMENTS_WEBHOOK_KEY: await sandbox.addEndpoint(WEBHOOK_URL),
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee',
      API_KEY_PEPPER: 'a pepper that nobody could guess at all',
      SECRETS_KEY: 'a key of secrets that nobody could guess',
      PLANS_FILE: plansFile([SOLO]),
    };
  });
  afterEach(async () => {
    await Promise.all([sandbox.close(), database.drop()]);
    rmSync(folder, { recursive: true });
  });

  /** The one line that a command ends with. */
  async function startFailure(DATABASE_URL: string): Promise<string> {
    const failed = cli({ ...environment, DATABASE_URL }, 'org', 'list');
    const { stderr } = await failed.then(
      () => ({ stderr: 'It started.' }),
      (error: { stderr: string }) => error,
    );
    return /^Cannot start: the .*\n$/.exec(stderr)?.[0] ?? `more than one line: ${stderr}`;
  }

  function plansFile(content: unknown): string {
    const file = join(folder, 'plans.json');
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  /** What the command prints, and whether it ends with 0. */
  async function doctor(changes: Environment = {}): Promise<{ isWell: boolean; checks: Finding[] }> {
    const settings = { ...environment, ...changes };
    const answer = await cli(settings, 'doctor').then(
      (printed) => ({ code: 0, printed }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, printed: JSON.parse(stdout) }),
    );
    expect(answer.code).toBe(answer.printed.isWell ? 0 : 1);
    return answer.printed;
  }

  async function query(text: string): Promise<unknown[]> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  const wrongIn = async (changes: Environment = {}) =>
    (await doctor(changes)).checks
      .filter(({ state }) => state !== 'ok')
      .map(({ check, state, message }) => [state, check, message]);

  it('finds all well where all is as the settings say, and changes nothing', async () => {
    expect(await doctor()).toEqual({
      isWell: true,
      checks: [
        {
          check: 'database',
          state: 'ok',
          message: expect.stringMatching(/^PostgreSQL \d+\S* .*a start makes \d+ migration/),
        },
        { check: 'dodo account', state: 'ok', message: `Dodo (${sandbox.url}) takes the API key.` },
        { check: 'setup_fee', state: 'ok', message: 'pdt_setup_fee is as it should be.' },
        { check: 'plan:solo', state: 'ok', message: 'pdt_starter is as it should be.' },
        {
          check: 'webhook',
          state: 'ok',
          message: `Dodo sends its events to ${WEBHOOK_URL}, signed with our key.`,
        },
      ],
    });
    expect(await query(`SELECT to_regclass('migrations') AS migrations`)).toEqual([{ migrations: null }]);
  });

  it('says that the schema is up to date once a command has run', async () => {
    await cli(environment, 'org', 'list');
    const { checks } = await doctor();
    expect(checks[0]!.message).toMatch(/its schema is up to date\.$/);
  });

  it('lists wrong settings as a start does', async () => {
    await expect(cli({ ...environment, PORT: 'x', REDIS_URL: 'y' }, 'doctor')).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/2 wrong setting\(s\)[^]*PORT[^]*REDIS_URL/),
    });
  });

  it('warns of what is well known, and ends well all the same', async () => {
    const { isWell, checks } = await doctor({ API_KEY_PEPPER: '' });
    expect(isWell).toBe(true);
    expect(checks[0]).toEqual({
      check: 'settings',
      state: 'warning',
      message: expect.stringMatching(/^API_KEY_PEPPER is not set/),
    });
  });

  it('looks at everything else when the database is not there', async () => {
    const { isWell, checks } = await doctor({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/billing' });
    expect(isWell).toBe(false);
    expect(checks.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'database problem',
      'dodo account ok',
      'setup_fee ok',
      'plan:solo ok',
      'webhook ok',
    ]);
    expect(checks[0]!.message).toMatch(/^the database of DATABASE_URL does not answer/);
  });

  it('names a database that a newer version has migrated', async () => {
    await cli(environment, 'org', 'list');
    await query(`INSERT INTO migrations (timestamp, name) VALUES (9, 'OfTheFuture9')`);
    expect(await wrongIn()).toEqual([
      ['problem', 'database', expect.stringMatching(/newer than this version.*OfTheFuture9/)],
    ]);
  });

  it('says when Redis does not answer', async () => {
    expect(await wrongIn({ REDIS_URL: 'redis://127.0.0.1:9' })).toEqual([
      ['problem', 'redis', expect.stringMatching(/^Redis can't be used \(.*ECONNREFUSED/)],
    ]);
  });

  it('says when the database takes no writes', async () => {
    await cli(environment, 'org', 'list');
    await setForDatabase(query, 'default_transaction_read_only = on');
    expect(await wrongIn()).toEqual([
      ['problem', 'database', expect.stringMatching(/^PostgreSQL .* takes no writes/)],
    ]);
    await expect(cli(environment, 'org', 'list')).rejects.toMatchObject({
      stderr: expect.stringMatching(/^Cannot start: the database of DATABASE_URL takes no writes.*\n$/),
    });
  });

  it.each([
    ['has no TLS', { sslmode: 'verify-full' }, /can't be used \(.*does not support SSL/],
    ['has a certificate that is not there', { sslrootcert: '/none.pem' }, /can't be used \(ENOENT.*none.pem/],
  ])('ends a start in one sentence where the database %s', async (_, parameters, reason) => {
    const url = new URL(database.url);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    expect(await startFailure(url.href)).toMatch(reason);
  });

  it('ends a start in one sentence where something else than Postgres answers', async () => {
    const { host } = new URL(sandbox.url);
    expect(await startFailure(`postgres://me@${host}/billing`)).toMatch(/can't be used \(/);
  });

  it('ends a start in one sentence where the user may not make tables, and says so before', async () => {
    const url = new URL(database.url);
    const role = `reader_of_${url.pathname.slice(1)}`;
    await query(`CREATE ROLE ${role} LOGIN PASSWORD 'reads'`);
    [url.username, url.password] = [role, 'reads'];
    expect(await startFailure(url.href)).toMatch(
      /user of DATABASE_URL may not .*permission denied for schema/,
    );
    expect(await wrongIn({ DATABASE_URL: url.href })).toEqual([
      ['problem', 'database', expect.stringMatching(/migration\(s\) to make and may not.*needs CREATE/)],
    ]);
    await query(`DROP ROLE ${role}`);
  });

  it('asks for no right on the database where the schema of the queue is there already', async () => {
    await cli(environment, 'org', 'list');
    await query('DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)');
    const url = new URL(database.url);
    const role = `owner_of_${url.pathname.slice(1)}`;
    await query(`CREATE ROLE ${role} LOGIN PASSWORD 'owns'; GRANT CREATE ON SCHEMA public TO ${role};
                 GRANT SELECT ON migrations TO ${role}`);
    [url.username, url.password] = [role, 'owns'];
    expect(await wrongIn({ DATABASE_URL: url.href })).toEqual([]);
    await query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it('asks no further where Dodo does not take the key', async () => {
    await sandbox.fault({ method: 'GET', path: '/products', kind: 'error_before', status: 401 });
    expect(await wrongIn()).toEqual([
      ['problem', 'dodo account', expect.stringMatching(/^Dodo does not take DODO_PAYMENTS_API_KEY \(401\)/)],
    ]);
  });

  it('says when Dodo does not answer', async () => {
    expect(await wrongIn({ DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:9' })).toEqual([
      ['problem', 'dodo account', expect.stringMatching(/^Dodo is unavailable/)],
    ]);
  });

  it('warns of a plan in another currency than the fee, and of none when the fee is in it too', async () => {
    const dodoProductId = await sandbox.sellRecurring('Solo', 1900, { currency: 'EUR' });
    const euros = { ...SOLO, dodoProductId, price: { amount: 1900, currency: 'EUR' } };
    const PLANS_FILE = plansFile([euros]);
    expect(await wrongIn({ PLANS_FILE })).toEqual([
      ['warning', 'currencies', expect.stringMatching(/^plan:solo is in EUR and the setup fee in USD/)],
    ]);
    const fee = await sandbox.call<{ product_id: string }>('POST', '/products', {
      name: 'Fee',
      tax_category: 'saas',
      price: {
        type: 'one_time_price',
        price: 100,
        currency: 'EUR',
        discount: 0,
        purchasing_power_parity: false,
      },
    });
    expect(await wrongIn({ PLANS_FILE, DODO_SETUP_FEE_PRODUCT_ID: fee.product_id })).toEqual([]);
  });

  it('names each product that is not for sale, or is not what the catalogue says', async () => {
    await sandbox.call('DELETE', '/products/pdt_setup_fee');
    const plans = [
      SOLO,
      { ...SOLO, id: 'dear', dodoProductId: 'pdt_pro' },
      {
        ...SOLO,
        id: 'yearly',
        dodoProductId: 'pdt_business',
        price: { amount: 9900, currency: 'USD' },
        interval: 'year',
      },
      { ...SOLO, id: 'once', dodoProductId: 'pdt_pack_1000' },
    ];
    const creditPacks = [
      {
        id: 'pack',
        name: 'Pack',
        dodoProductId: 'pdt_gone',
        price: { amount: 1000, currency: 'USD' },
        credits: 1,
      },
    ];
    expect(await wrongIn({ PLANS_FILE: plansFile({ plans, creditPacks }) })).toEqual([
      ['problem', 'setup_fee', expect.stringMatching(/^There is no product pdt_setup_fee for sale at Dodo/)],
      [
        'problem',
        'plan:dear',
        expect.stringMatching(/^plan:dear is \d+ USD every month .*and 1900 USD every month/),
      ],
      ['problem', 'plan:yearly', expect.stringMatching(/every month at Dodo .*and 9900 USD every year/)],
      ['problem', 'plan:once', expect.stringMatching(/USD once at Dodo .*and 1900 USD every month/)],
      ['problem', 'pack:pack', expect.stringMatching(/^There is no product pdt_gone/)],
    ]);
  });

  it.each<[string, object, RegExp]>([
    [
      'whose trial costs something: a checkout sells a free one',
      { trial_period_days: 7, trial_amount: 500 },
      /^plan:solo costs 500 for its trial at Dodo/,
    ],
    [
      'that ends with its first period, as nobody would be billed again',
      { subscription_period_count: 1, subscription_period_interval: 'Month' },
      /^plan:solo ends at Dodo with its first period/,
    ],
  ])('names a plan %s', async (_, changes, message) => {
    const dodoProductId = await sandbox.sellRecurring('Solo', 1900);
    const { price } = await sandbox.call<{ price: object }>('GET', `/products/${dodoProductId}`);
    await sandbox.call('PATCH', `/products/${dodoProductId}`, { price: { ...price, ...changes } });
    expect(await wrongIn({ PLANS_FILE: plansFile([{ ...SOLO, dodoProductId }]) })).toEqual([
      ['problem', 'plan:solo', expect.stringMatching(message)],
    ]);
  });

  it('says when no endpoint signs with our key, and which one may be meant', async () => {
    const other = `whsec_${Buffer.from('another secret of 24 byte').toString('base64')}`;
    expect(await wrongIn({ DODO_PAYMENTS_WEBHOOK_KEY: other })).toEqual([
      [
        'problem',
        'webhook',
        expect.stringMatching(/^No endpoint .*secret of https:\/\/api\.acme\.com\S* is another/),
      ],
    ]);
    const [{ id }] = (await sandbox.call<{ data: { id: string }[] }>('GET', '/webhooks')).data as [
      { id: string },
    ];
    await sandbox.call('DELETE', `/webhooks/${id}`);
    expect(await wrongIn()).toEqual([
      ['problem', 'webhook', expect.stringMatching(/`dodo provision` makes one/)],
    ]);
  });

  it('knows the secret by its bytes, as the service does: without prefix or padding it is the same', async () => {
    const bare = environment.DODO_PAYMENTS_WEBHOOK_KEY!.replace(/^whsec_|=+$/g, '');
    expect(await wrongIn({ DODO_PAYMENTS_WEBHOOK_KEY: bare })).toEqual([]);
  });

  it('says when the endpoint is disabled, does not hear of what is needed, or is elsewhere', async () => {
    const { data } = await sandbox.call<{ data: { id: string }[] }>('GET', '/webhooks');
    const change = (body: object) => sandbox.call('PATCH', `/webhooks/${data[0]!.id}`, body);
    await change({ filter_types: ['payment.succeeded'] });
    expect(await wrongIn()).toEqual([
      ['problem', 'webhook', expect.stringMatching(/does not hear of refund\.succeeded, refund\.failed/)],
    ]);
    await change({ filter_types: [], disabled: true });
    expect(await wrongIn()).toEqual([
      ['problem', 'webhook', `The endpoint ${WEBHOOK_URL} is disabled at Dodo.`],
    ]);
    await change({ disabled: false, url: 'https://api.acme.com/hook' });
    expect(await wrongIn()).toEqual([
      ['warning', 'webhook', expect.stringMatching(/not the end of https:\/\/api\.acme\.com\/hook\.$/)],
    ]);
  });

  it('warns when Dodo shows no disputes', async () => {
    await sandbox.fault({ method: 'GET', path: '/disputes', kind: 'error_before', status: 403 });
    expect(await wrongIn()).toEqual([
      ['warning', 'disputes', expect.stringMatching(/^Dodo shows no disputes/)],
    ]);
  });

  it.each([
    ['ok', 5],
    ['warning', 120],
    ['problem', 600],
  ])('tells the clocks apart: %s for %i seconds', async (state, seconds) => {
    const server = createServer((_request, response) => {
      const date = new Date(Date.now() + seconds * 1000).toUTCString();
      response.writeHead(200, { 'content-type': 'application/json', date }).end('{"items":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { checks } = await doctor({ DODO_PAYMENTS_BASE_URL: `http://127.0.0.1:${port}` });
    await new Promise((resolve) => server.close(resolve));
    const clock = checks.find(({ check }) => check === 'clock');
    expect(clock?.state ?? 'ok').toBe(state);
  });
});
