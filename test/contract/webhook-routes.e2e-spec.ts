import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { verifyWebhook } from '../../client/src/webhooks';
import { ALL_SCOPES } from '../../src/auth/scopes';
import { TestService, type Answer, type Caller } from '../support/test-service';
import { until } from '../support/until';
import { WebhookReceiver } from '../support/webhook-receiver';
import { ValidAnswers } from './valid-answers';

interface Route {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  scope: 'webhooks:read' | 'webhooks:write';
  body?: object;
  /** Something wrong with the body, or with the query where there is no body. */
  bad?: object | string;
}

const read = 'webhooks:read';
const write = 'webhooks:write';
const ROUTES: Route[] = [
  {
    method: 'post',
    path: '/webhooks',
    scope: write,
    body: {},
    bad: { url: 'http://acme.com', events: ['*'] },
  },
  { method: 'get', path: '/webhooks', scope: read },
  { method: 'get', path: '/webhooks/{id}', scope: read },
  { method: 'patch', path: '/webhooks/{id}', scope: write, body: { name: 'Another' }, bad: {} },
  { method: 'post', path: '/webhooks/{id}/test', scope: write },
  { method: 'get', path: '/webhooks/{id}/deliveries', scope: read, bad: 'status=lost' },
  { method: 'post', path: '/webhooks/{id}/deliveries/{deliveryId}/redeliver', scope: write },
  { method: 'post', path: '/webhooks/{id}/rotate-secret', scope: write },
  { method: 'delete', path: '/webhooks/{id}', scope: write },
];

describe('every status that a webhook route documents', () => {
  let service: TestService;
  let answers: ValidAnswers;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    service = await TestService.start({ RATE_LIMIT_PER_MINUTE: '100000' });
    receiver = await WebhookReceiver.start();
    answers = new ValidAnswers((await service.call('GET', '/openapi.json')).body);
  });
  afterAll(async () => {
    await receiver.close();
    await service.stop();
  });

  interface Own extends Caller {
    id: string;
    deliveryId: string;
  }

  async function withEndpoint(scopes?: string[]): Promise<Own> {
    const org = await service.newOrg();
    const { body } = await create(org);
    const { id } = body.data;
    await service.call('POST', `/webhooks/${id}/test`, { key: org.key });
    const log = await service.call('GET', `/webhooks/${id}/deliveries`, { key: org.key });
    const lesser = scopes && (await keyOf(org, scopes));
    return { ...org, key: lesser ?? org.key, id, deliveryId: log.body.data.items[0].id };
  }

  const create = ({ key }: Caller) =>
    service.call('POST', '/webhooks', { key, body: { url: receiver.url, events: ['*'] } });

  async function keyOf({ key }: Caller, scopes: string[]): Promise<string> {
    const { body } = await service.call('POST', '/api-keys', { key, body: { name: 'other', scopes } });
    return body.data.key;
  }

  interface Options {
    key?: string;
    body?: unknown;
    /** A body that is sent as it stands. */
    text?: string;
    headers?: Record<string, string>;
    query?: string;
  }

  async function ask({ method, path }: Route, org: Partial<Own>, options: Options = {}): Promise<Answer> {
    const address = path.replace('{id}', org.id ?? 'we_0').replace('{deliveryId}', org.deliveryId ?? 'dlv_0');
    const { query = '', ...rest } = options;
    const answer = await service.call(method.toUpperCase(), `${address}${query}`, { key: org.key, ...rest });
    expect(answers.problemOf(path, method, answer)).toBeNull();
    return answer;
  }

  const bodyOf = ({ path, body }: Route) =>
    path === '/webhooks' && body ? { url: receiver.url, events: ['credits.low', 'credits.low'] } : body;
  const isKeyed = ({ method }: Route) => method === 'post' || method === 'patch';

  describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s',
    (_, route) => {
      it('401, 403 by scope, and no gate for suspended orgs', async () => {
        const org = await withEndpoint();
        expect((await ask(route, { ...org, key: undefined }, { body: bodyOf(route) })).status).toBe(401);
        const lacking = await keyOf(
          org,
          ALL_SCOPES.filter((scope) => scope !== route.scope),
        );
        const refused = await ask(route, { ...org, key: lacking }, { body: bodyOf(route) });
        expect(refused.body.error).toBe('insufficient_scope');
        await service.setStatus(org, 'on_hold');
        const enough = await keyOf(org, [route.scope]);
        expect((await ask(route, { ...org, key: enough }, { body: bodyOf(route) })).status).toBe(200);
      });

      it('400, 413, 415', async () => {
        const org = await withEndpoint();
        if (typeof route.bad === 'string') {
          expect((await ask(route, org, { query: `?${route.bad}` })).status).toBe(400);
        } else if (route.method === 'get') {
          if (route.path.includes('{id}')) {
            expect((await ask(route, { ...org, id: '%zz' })).status).toBe(400);
          }
        } else {
          // Where no body is wanted, one that can't be read is refused all the same.
          const bad = route.bad ? { body: route.bad } : { text: '{broken' };
          expect((await ask(route, org, bad)).status).toBe(400);
          expect((await ask(route, org, { body: { padding: 'x'.repeat(300_000) } })).status).toBe(413);
          const text = { 'content-type': 'text/plain' };
          expect((await ask(route, org, { body: {}, headers: text })).status).toBe(415);
        }
      });

      it('404 for what is not there, is another org’s, or could not be', async () => {
        if (!route.path.includes('{')) return;
        const [org, other] = [await service.newOrg(), await withEndpoint()];
        const body = bodyOf(route);
        for (const id of ['we_0', other.id, '%00', 'dodo', 'x'.repeat(90)])
          expect((await ask(route, { ...other, key: org.key, id }, { body })).status).toBe(404);
        if (!route.path.includes('{deliveryId}')) return;
        const mine = await withEndpoint();
        for (const deliveryId of ['dlv_0', other.deliveryId, '%00'])
          expect((await ask(route, { ...mine, deliveryId })).status).toBe(404);
      });

      it('409 and 422 of a repeated call, and the same answer for the same', async () => {
        if (!isKeyed(route)) return;
        const org = await withEndpoint();
        const headers = { 'idempotency-key': randomUUID() };
        const first = await ask(route, org, { headers, body: bodyOf(route) ?? {} });
        expect(first.status).toBe(200);
        const again = await ask(route, org, { headers, body: bodyOf(route) ?? {} });
        expect(again.body).toEqual(first.body);
        expect(again.headers.get('idempotency-replayed')).toBe('true');
        const other = { ...bodyOf(route), andMore: true };
        expect((await ask(route, org, { headers, body: other })).status).toBe(422);
        await expectInFlight(route, org);
      });
    },
  );

  /** While nobody can lock org or endpoint, the first call waits, and the second one meets it. */
  async function expectInFlight(route: Route, org: Own): Promise<void> {
    const headers = { 'idempotency-key': randomUUID() };
    const body = bodyOf(route) ?? {};
    let first: Promise<Answer> | undefined;
    await service.app.get(DataSource).transaction(async (tx) => {
      await tx.query('SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE', [org.orgId]);
      await tx.query('SELECT FROM webhook_endpoints WHERE org_id = $1 FOR NO KEY UPDATE', [org.orgId]);
      first = ask(route, org, { headers, body });
      await until('the second call meets the first', async () => {
        const [{ claims }] = await service.query(
          'SELECT count(*) AS claims FROM idempotency_records WHERE key = $1',
          [headers['idempotency-key']],
        );
        return claims === '1';
      });
      expect((await ask(route, org, { headers, body })).status).toBe(409);
    });
    expect((await first!).status).toBe(200);
  }

  it('409 of each route’s own: too many endpoints, and redelivery to one that is off', async () => {
    const [createRoute] = ROUTES;
    const org = await service.newOrg();
    const body = { url: receiver.url, events: ['*'] };
    const all = await Promise.all(Array.from({ length: 12 }, () => ask(createRoute!, org, { body })));
    expect(all.map(({ status }) => status).toSorted()).toEqual([...Array(10).fill(200), 409, 409]);
    const own = await withEndpoint();
    await service.call('PATCH', `/webhooks/${own.id}`, { key: own.key, body: { active: false } });
    const redeliver = ROUTES.find(({ path }) => path.endsWith('redeliver'))!;
    expect((await ask(redeliver, own)).status).toBe(409);
  });

  it.each<[string, object]>([
    ['no address', { url: undefined }],
    ['an address that is no text', { url: 7 }],
    ['no https', { url: 'http://app.acme.com/' }],
    ['a private address', { url: 'https://10.0.0.1/' }],
    ['a private address in disguise', { url: 'https://0xa9fea9fe/' }],
    ['a user in the address', { url: 'https://user:pass@app.acme.com/' }],
    ['an address that is no URI, and could not be answered as one', { url: 'https://bücher.example/' }],
    ['an address without end', { url: `https://acme.com/${'a'.repeat(3000)}` }],
    ['no events', { events: undefined }],
    ['an empty list of events', { events: [] }],
    ['events as text', { events: '*' }],
    ['an unknown event', { events: ['payment.succeeded', 'payment.exploded'] }],
    ['too many events', { events: Array(51).fill('credits.low') }],
    ['a short secret', { secret: 'short' }],
    ['a broken secret', { secret: 'whsec_!' }],
    ['a secret that no library decodes', { secret: 'whsec_abc-def_ghijklmnop' }],
    ['a secret that encodes three bytes', { secret: 'whsec_AAAA' }],
    ['a secret with NUL', { secret: `${'x'.repeat(20)}\0` }],
    ['a flag that contradicts itself', { enabled: true, active: false }],
    ['a flag that is none', { enabled: 'yes' }],
    ['a name with NUL', { name: 'a\0b' }],
    ['a name without end', { name: 'x'.repeat(101) }],
  ])('POST and PATCH refuse %s', async (_, wrong) => {
    const own = await withEndpoint();
    const [createRoute] = ROUTES;
    const patch = ROUTES.find(({ method }) => method === 'patch')!;
    const good = { url: receiver.url, events: ['*'] };
    expect((await ask(createRoute!, own, { body: { ...good, ...wrong } })).status).toBe(400);
    if (Object.values(wrong).some((value) => value !== undefined))
      expect((await ask(patch, own, { body: wrong })).status).toBe(400);
  });

  it('names the event that there is none of', async () => {
    const { key } = await service.newOrg();
    const body = { url: receiver.url, events: ['payment.succeeded', 'payment.exploded'] };
    expect((await service.call('POST', '/webhooks', { key, body })).body.message).toMatch(
      /^events\.1 is "payment\.exploded", which is no event/,
    );
  });

  it.each(['eight-ch', `whsec_${Buffer.alloc(10, 7).toString('base64')}`])(
    'takes the secret %s, and signs with it',
    async (secret) => {
      const org = await service.newOrg();
      const own = await WebhookReceiver.start();
      try {
        const body = { url: own.url, events: ['*'], secret };
        const { body: made } = await service.call('POST', '/webhooks', { key: org.key, body });
        expect(made.data.secret).toBe(secret);
        await service.call('POST', `/webhooks/${made.data.id}/test`, { key: org.key });
        const [{ text, headers }] = own.received as [(typeof own.received)[number]];
        expect(verifyWebhook(secret, text, headers)).toMatchObject({ event: 'webhook.test' });
      } finally {
        await own.close();
      }
    },
  );

  it('answers enabled and active alike, takes either, and gives a secret away only once', async () => {
    const org = await service.newOrg();
    const secret = 'a-secret-of-our-own-choice';
    const body = { url: receiver.url, events: ['*', 'credits.low'], secret, active: false, name: ' Ours ' };
    const made = await service.call('POST', '/webhooks', { key: org.key, body });
    expect(made.body.data).toMatchObject({
      enabled: false,
      active: false,
      events: ['*'],
      secret,
      name: 'Ours',
    });
    const on = await service.call('PATCH', `/webhooks/${made.body.data.id}`, {
      key: org.key,
      body: { enabled: true },
    });
    expect(on.body.data).toMatchObject({ enabled: true, active: true });
    const list = await service.call('GET', '/webhooks', { key: org.key });
    expect(list.body.data).toEqual([on.body.data]);
    expect(JSON.stringify([on.body, list.body])).not.toContain(secret);
    const gone = await service.call('DELETE', `/webhooks/${made.body.data.id}`, { key: org.key });
    expect(gone.body.data).toEqual({ deleted: true });
  });

  it('leaves out none, but for the rate limit, which has tests of its own', () => {
    const left = ROUTES.flatMap(({ path, method }) =>
      answers.notSeen(path, method).map((status) => `${method} ${path} → ${status}`),
    );
    expect(left.filter((status) => !status.endsWith('429'))).toEqual([]);
  });
});
