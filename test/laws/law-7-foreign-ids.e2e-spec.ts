import { OWN_SCOPES } from '../../src/auth/scopes';
import { TestService, type Answer, type Caller } from '../support/test-service';
import { WebhookReceiver } from '../support/webhook-receiver';

interface Route {
  method: string;
  path: string;
  operation: Record<string, any>;
}

/** Columns by which something is named, here or at Dodo. */
const NAMES = /^(id|dodo_.*_id|hint)$/;
/** What a call of the owner itself changes without meaning to. */
const RESTLESS = ['last_used_at'];

/** What is the operator's or Dodo's: the catalogue, the inbox, and the organizations themselves. */
const OF_NOBODY = [
  'console_sessions',
  'credit_packs',
  'dodo_events',
  'migrations',
  'organizations',
  'plans',
  'reconciliations',
  'sold_products',
];

/**
 * Every route of the document, with every id that another org's rows have, in
 * every place where a caller can name something. A route that comes later is
 * walked as well, since nothing here names routes.
 */
describe('Law 7: tenants never meet, on any route', () => {
  let service: TestService;
  let receiver: WebhookReceiver;
  let owner: Caller;
  let ids: string[];
  let routes: Route[];
  let ownersRows: unknown;

  beforeAll(async () => {
    service = await TestService.start({ OPERATOR_TOKEN: 'a token of the operator of these tests' });
    receiver = await WebhookReceiver.start();
    owner = await service.newOrg();
    await enrich(owner);
    ids = await idsOf(owner.orgId);
    ownersRows = await rowsOf(owner.orgId);
    const { body: document } = await service.call('GET', '/openapi.json');
    routes = Object.entries<Record<string, any>>(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    );
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    await service.stop();
  });

  /** Something of everything that an org can have. */
  async function enrich(org: Caller): Promise<void> {
    const paid = await service.buy(org);
    await service.untilStatus(org, 'trialing');
    await service.untilRefund(paid.payment_id, 'succeeded');
    const post = (path: string, body: object) => service.call('POST', path, { key: org.key, body });
    await post('/api-keys', { name: 'second', scopes: ['keys:write'] });
    await post('/billing/credits/consume', { amount: 1, category: 'posts' });
    await post('/webhooks', { url: receiver.url, events: ['credits.low', 'webhook.test'] });
    await post(`/webhooks/${(await service.query('SELECT id FROM webhook_endpoints'))[0].id}/test`, {});
    await service.untilQuiet();
  }

  async function tables(): Promise<string[]> {
    const rows = await service.query(
      `SELECT table_name FROM information_schema.columns
        WHERE column_name = 'org_id' AND table_schema = 'public' ORDER BY 1`,
    );
    return rows.map((row) => row.table_name);
  }

  async function rowsOf(orgId: string): Promise<Record<string, any[]>> {
    const found: Record<string, any[]> = {
      organizations: await service.query('SELECT to_jsonb(o) AS row FROM organizations o WHERE id = $1', [
        orgId,
      ]),
    };
    for (const table of await tables()) {
      found[table] = await service.query(
        `SELECT to_jsonb(t) - $2::text[] AS row FROM ${table} t WHERE org_id = $1 ORDER BY t::text`,
        [orgId, RESTLESS],
      );
    }
    return found;
  }

  async function idsOf(orgId: string): Promise<string[]> {
    const rows = Object.values(await rowsOf(orgId)).flat();
    const named = rows.flatMap(({ row }) =>
      Object.entries<unknown>(row).flatMap(([column, value]) =>
        NAMES.test(column) && typeof value === 'string' ? [value] : [],
      ),
    );
    return [...new Set(named)];
  }

  /** The places of a body where something is named. */
  function idFieldsOf({ operation }: Route): string[] {
    const { properties = {} } = operation.requestBody?.content['application/json'].schema ?? {};
    return Object.keys(properties).filter((name) => /id$/i.test(name));
  }

  function call(
    { method, path, operation }: Route,
    key: string,
    id: string,
    field?: string,
    below = id,
  ): Promise<Answer> {
    const address = path
      .replace(/\{\w+\}/, encodeURIComponent(id))
      .replaceAll(/\{\w+\}/g, encodeURIComponent(below));
    const example = operation.requestBody?.content['application/json'].example;
    const body = example && { ...example, orgId: id, org_id: id, ...(field && { [field]: id }) };
    return service.call(method, `${address}?orgId=${encodeURIComponent(id)}`, { key, body });
  }

  /** What is sent may be told back; nothing else of the other org may. */
  function expectNoLeak(route: Route, sent: string, { status, body }: Answer): void {
    const told = JSON.stringify(body).replaceAll(sent, '');
    const leaked = ids.filter((id) => told.includes(id));
    expect({ route: `${route.method} ${route.path}`, sent, status, leaked }).toEqual({
      route: expect.any(String),
      sent,
      status: expect.any(Number),
      leaked: [],
    });
    expect([route.path, status < 500]).toEqual([route.path, true]);
  }

  const hasIdBelowId = ({ path }: Route) => path.split('{').length > 2;
  const hasIdInPath = ({ path }: Route) => path.includes('{');
  const isKeyed = ({ operation }: Route) => operation.security === undefined;
  const isOperators = ({ operation }: Route) =>
    operation.security?.some((way: object) => 'operatorToken' in way) ?? false;

  it('knows what to look for', () => {
    expect(ids.length).toBeGreaterThan(8);
    expect(ids).toContain(owner.orgId);
    for (const prefix of ['key_', 'cs_', 'rfd_', 'cus_', 'pay_', 'sub_', 'we_', 'evt_', 'dlv_']) {
      expect(ids.filter((id) => id.startsWith(prefix))).not.toEqual([]);
    }
    expect(routes.filter(isKeyed).length).toBeGreaterThan(15);
    expect(routes.filter(hasIdInPath).length).toBeGreaterThan(4);
    expect(routes.filter(hasIdBelowId)).not.toEqual([]);
    expect(routes.flatMap(idFieldsOf)).toContain('planId');
  });

  it('finds whatever belongs to an organization by its id: no other table is without one', async () => {
    const rows = await service.query(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    const owned = await tables();
    expect(rows.map((row) => row.table_name).filter((name) => !owned.includes(name))).toEqual(OF_NOBODY);
  });

  it('answers 404 to every foreign id in an address', async () => {
    const { key } = await service.newOrg();
    for (const route of routes.filter((each) => hasIdInPath(each) && isKeyed(each))) {
      for (const id of ids) {
        const answer = await call(route, key, id);
        expect([route.method, route.path, id, answer.status]).toEqual([route.method, route.path, id, 404]);
        expectNoLeak(route, id, answer);
      }
    }
  });

  it('answers 404 also when a row is named below the one that it belongs to', async () => {
    const { key } = await service.newOrg();
    for (const route of routes.filter((each) => hasIdBelowId(each) && isKeyed(each))) {
      for (const id of ids) {
        for (const below of ids) {
          const answer = await call(route, key, id, undefined, below);
          expect([route.path, id, below, answer.status]).toEqual([route.path, id, below, 404]);
          expectNoLeak(route, id, answer);
        }
      }
    }
  });

  it('refuses every foreign id in a body', async () => {
    const { key } = await service.newOrg();
    for (const route of routes.filter(isKeyed)) {
      for (const field of idFieldsOf(route)) {
        for (const id of ids) {
          const answer = await call(route, key, id, field);
          expect([400, 404, 409]).toContain(answer.status);
          expectNoLeak(route, id, answer);
        }
      }
    }
  });

  it('takes no notice of an org that the request names, whatever the key may do', async () => {
    for (const scopes of [[...OWN_SCOPES], ...OWN_SCOPES.map((scope) => [scope]), ['kb:read']]) {
      const { key } = await service.newOrg(scopes);
      for (const route of routes) expectNoLeak(route, owner.orgId, await call(route, key, owner.orgId));
    }
  });

  it('opens the operator plane to no API key', async () => {
    expect(routes.filter(isOperators).length).toBeGreaterThan(8);
    for (const route of routes.filter(isOperators)) {
      for (const id of ids) expect((await call(route, owner.key, id)).status).toBe(401);
    }
  });

  it('has left everything of the owner as it was', async () => {
    await service.untilQuiet();
    expect(await rowsOf(owner.orgId)).toEqual(ownersRows);
    expect((await service.status(owner.key)).status).toBe('trialing');
    expect(receiver.events).toEqual(['webhook.test']);
  });
});
