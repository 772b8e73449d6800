import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from '../../src/database/migrations/migrations';
import { createEmptyDatabase } from '../support/database';
import { Deployment } from '../support/deployment';
import { cli } from '../support/service-process';
import { until } from '../support/until';

/**
 * What the release of 23 November had after four organizations had lived on it, its job queue included: one that pays,
 * one that could not, one that left, and one whose refund is pending. Their keys are hashed with the pepper of these
 * tests. Made by `pg_dump --inserts --no-owner`.
 */
const DUMP = join(__dirname, '..', 'fixtures', 'release-2026-11-23.sql');
const LIVES = JSON.parse(readFileSync(DUMP.replace(/sql$/, 'json'), 'utf8')) as Record<
  'Acme' | 'Bravo' | 'Delta' | 'Echo',
  { org: string; key: string; payment: string; subscription: string }
>;

type Rows = Record<string, unknown>[];

/** Two starts of the built service and a dump to load, on a machine that is busy. */
const SETUP_MS = 120_000;
const OPERATOR_TOKEN = 'a token of the operator of these tests';

describe('the upgrade of the previous release’s data', () => {
  let deployment: Deployment;
  let columns: Map<string, string[]>;
  let before: Map<string, Rows>;
  let after: Map<string, Rows>;

  beforeAll(async () => {
    deployment = await Deployment.create(createEmptyDatabase);
    await deployment.sql.query(readFileSync(DUMP, 'utf8'));
    // A dump leaves the session that loads it without a search path.
    await deployment.sql.query('RESET search_path');
    await deployment.sql.query(
      `INSERT INTO plan_changes (org_id, dodo_subscription_id, subscription_version, changed_at)
       SELECT $1, $2, version, now() FROM generate_series(8, 9) version`,
      [LIVES.Acme.org, LIVES.Acme.subscription],
    );
    // The plan was sold under another product once.
    await deployment.sql.query(
      `UPDATE subscriptions SET dodo_product_id = 'pdt_pro_2025' WHERE dodo_subscription_id = $1`,
      [LIVES.Delta.subscription],
    );
    columns = await readColumns();
    before = await readTables();
    await cli(deployment.environment, 'org', 'list');
    after = await readTables();
    await deployment.start('main', { RECONCILE_EVERY_MINUTES: '0', OPERATOR_TOKEN });
  }, SETUP_MS);
  afterAll(() => deployment.dispose());

  async function readColumns(): Promise<Map<string, string[]>> {
    const { rows } = await deployment.sql.query(
      `SELECT table_name AS name, array_agg(column_name::text) AS columns FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'migrations' GROUP BY 1`,
    );
    return new Map(rows.map(({ name, columns: names }) => [name, names]));
  }

  /** In the columns that there were before, in the order of their text. */
  async function readTables(): Promise<Map<string, Rows>> {
    const tables = new Map<string, Rows>();
    for (const [name, names] of columns) {
      const list = names.map((column) => `"${column}"`).join(', ');
      const { rows } = await deployment.sql.query(
        `SELECT ${list} FROM "${name}" AS t ORDER BY (${list})::text`,
      );
      tables.set(name, rows);
    }
    return tables;
  }

  const get = async (key: string, path: string): Promise<{ status: number; body: any }> => {
    const response = await fetch(`http://127.0.0.1:${deployment.environment.PORT}${path}`, {
      headers: { 'x-api-key': key },
    });
    return { status: response.status, body: await response.json() };
  };

  const post = async (
    key: string,
    path: string,
    body: object,
    credential = 'x-api-key',
  ): Promise<{ status: number; body: any }> => {
    const response = await fetch(`http://127.0.0.1:${deployment.environment.PORT}${path}`, {
      method: 'POST',
      headers: { [credential]: key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };

  it('brings the schema up to date', async () => {
    const { rows } = await deployment.sql.query('SELECT count(*)::int AS count FROM migrations');
    expect(rows).toEqual([{ count: MIGRATIONS.length }]);
  });

  it('leaves every row as it was', async () => {
    expect([...before.keys()]).toEqual(expect.arrayContaining(['subscriptions', 'payments', 'refunds']));
    expect(before.get('refunds')).toHaveLength(4);
    expect(Object.fromEntries(after)).toEqual(Object.fromEntries(before));
  });

  it('knows what each product has stood for', async () => {
    const { rows } = await deployment.sql.query(
      `SELECT dodo_product_id || ' ' || coalesce(plan_id, credit_pack_id, stands_for) AS said
         FROM sold_products ORDER BY 1`,
    );
    expect(rows.map(({ said }) => said)).toEqual([
      'pdt_business plan_business',
      'pdt_pack_1000 pack_1000',
      'pdt_pack_5000 pack_5000',
      'pdt_pro plan_pro',
      'pdt_pro_2025 plan_pro',
      'pdt_setup_fee setup_fee',
      'pdt_starter plan_starter',
    ]);
  });

  it.each<[keyof typeof LIVES, string, string]>([
    ['Acme', 'active', 'succeeded'],
    ['Bravo', 'on_hold', 'succeeded'],
    ['Delta', 'cancelled', 'succeeded'],
  ])('serves %s: %s, its fee %s', async (name, status, refund) => {
    const { key } = LIVES[name];
    expect((await get(key, '/billing/status')).body.data).toMatchObject({ status });
    const history = (await get(key, '/billing/history')).body.data.items as Rows;
    expect(history.filter(({ type }) => type === 'refund')).toMatchObject([{ status: refund }]);
    expect((await get(key, '/billing/credits')).status).toBe(200);
    expect((await get(key, '/api-keys')).status).toBe(200);
  });

  it('gives the plan changes of before ids that count nothing', async () => {
    const { items } = (await get(LIVES.Acme.key, '/billing/history?type=plan_change')).body.data;
    const ids = (items as { id: string }[]).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([2, 2]);
    for (const id of ids) expect(id).toMatch(/^chg_[0-9a-f]{32}$/);
  });

  it('keeps the gate shut for those who were suspended, and open for the others', async () => {
    const statuses = await Promise.all(
      Object.values(LIVES).map(async ({ key }) => (await post(key, '/billing/checkout', {})).status),
    );
    expect(Object.fromEntries(Object.keys(LIVES).map((name, i) => [name, statuses[i]]))).toEqual({
      Acme: 400,
      Bravo: 403,
      Delta: 403,
      Echo: 400,
    });
  });

  it('goes on: a checkout is paid, and its fee comes back', async () => {
    const org = { name: 'Foxtrot', email: 'foxtrot@example.com' };
    const made = await post(OPERATOR_TOKEN, '/organizations', org, 'x-operator-token');
    const { body } = await post(made.body.data.apiKey.key, '/billing/checkout', {
      planId: 'plan_pro',
      successUrl: 'https://app.acme.com/billing/success',
      cancelUrl: 'https://app.acme.com/billing/cancel',
    });
    const { payment_id } = await deployment.sandbox.pay(body.data.checkoutUrl);
    await until('the refund has succeeded', async () => {
      const sql = `SELECT 1 FROM refunds WHERE dodo_payment_id = $1 AND state = 'succeeded'`;
      return (await deployment.sql.query(sql, [payment_id])).rowCount;
    });
  });
});
