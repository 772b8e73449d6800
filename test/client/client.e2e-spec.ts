import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { UNKEYED } from '../../client/src/client.ts';
import {
  BillingApiError,
  BillingUnreachable,
  InvalidWebhook,
  createClient,
  verifyWebhook,
} from '../../client/src/index.ts';
import type { ClientOptions } from '../../client/src/index.ts';
import { ScriptedServer, type Scripted } from '../support/scripted-server';
import { TestService } from '../support/test-service';

const ROOT = join(__dirname, '..', '..');
const ok = (data: unknown): Scripted => ({ status: 200, body: { success: true, data } });
const refusal = (status: number, error: string, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers,
  body: { success: false, error, code: error, message: `It is ${error}.` },
});
const PURCHASE = {
  packId: 'pack_1000',
  successUrl: 'https://app.acme.com/',
  cancelUrl: 'https://app.acme.com/',
};

describe('the client and the document', () => {
  const service = TestService.ofThisSuite();
  let document: Record<string, any>;

  beforeAll(async () => {
    document = (await service.call('GET', '/openapi.json')).body;
  });

  it('has the types that come out of it: npm run client:types', () => {
    const types = execFileSync(process.execPath, [join(ROOT, 'scripts', 'client-types.mjs')], {
      cwd: ROOT,
      input: JSON.stringify(document),
      encoding: 'utf8',
    });
    expect(readFileSync(join(ROOT, 'client', 'src', 'schema.ts'), 'utf8')).toBe(types);
  });

  it('sends Idempotency-Key to every operation that takes one, and to no other', () => {
    const posts = Object.entries<any>(document.paths).flatMap(([path, { post, patch }]) =>
      [post, patch]
        .filter(Boolean)
        .map((operation) => ({ path, keyed: /Idempotency-Key/.test(operation.description) })),
    );
    const unkeyed = posts.filter(({ keyed }) => !keyed).map(({ path }) => path);
    expect(unkeyed.toSorted()).toEqual(UNKEYED.toSorted());
  });

  it('needs what the tests run it with', () => {
    const versions = (file: string, group: string) =>
      JSON.parse(readFileSync(join(ROOT, file), 'utf8'))[group];
    expect(versions('package.json', 'devDependencies')).toMatchObject(
      versions('client/package.json', 'dependencies'),
    );
  });

  it('knows the service by its prefix too, and says what it refuses', async () => {
    const { key } = await service.newOrg();
    expect((await createClient({ baseUrl: `${service.url}/`, apiKey: key }).GET('/auth/profile')).name).toBe(
      'Acme',
    );
    const refused = createClient({ baseUrl: service.url }).GET('/auth/profile');
    await expect(refused).rejects.toMatchObject({
      name: 'BillingApiError',
      code: 'unauthorized',
      status: 401,
      message: expect.stringContaining('API key'),
      requestId: expect.any(String),
      retryAfter: null,
    });
  });
});

describe('a call that fails for now', () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.close());

  const client = (options: Partial<ClientOptions> = {}) =>
    createClient({ baseUrl: `${server.url}/billing-api`, apiKey: 'sk-social-test', ...options });
  const keys = () => server.seen.map(({ headers }) => headers['idempotency-key']);

  it('is repeated under the same Idempotency-Key, another call has another', async () => {
    const away = refusal(503, 'payment_provider_unavailable', { 'retry-after': '0' });
    server.script.push(away, 'nothing', ok({ sessionId: 'cs_1' }), ok({ sessionId: 'cs_2' }));
    const { POST } = client();
    expect(await POST('/billing/credits/purchase', { body: PURCHASE })).toEqual({ sessionId: 'cs_1' });
    expect(await POST('/billing/credits/purchase', { body: PURCHASE })).toEqual({ sessionId: 'cs_2' });
    const [first, second, third, other] = keys();
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
    expect(server.seen[2]).toMatchObject({
      path: '/billing-api/billing/credits/purchase',
      text: JSON.stringify(PURCHASE),
      headers: { 'x-api-key': 'sk-social-test' },
    });
  });

  it('keeps a key of the caller’s own', async () => {
    server.script.push(ok({}));
    const key = randomUUID();
    await client().POST('/billing/credits/consume', {
      body: { amount: 1, category: 'posts' },
      params: { header: { 'Idempotency-Key': key } },
    });
    expect(keys()).toEqual([key]);
  });

  it('waits as long as it is told', async () => {
    server.script.push(refusal(429, 'rate_limited', { 'retry-after': '1' }), ok([]));
    const startedAt = performance.now();
    expect(await client().GET('/billing/plans')).toEqual([]);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });

  it('is given up when the wait is too long, and says how long it is', async () => {
    server.script.push(refusal(429, 'rate_limited', { 'retry-after': '31' }));
    await expect(client().GET('/billing/plans')).rejects.toMatchObject({ status: 429, retryAfter: 31 });
    expect(server.seen).toHaveLength(1);
  });

  it('is given up after so many tries', async () => {
    server.script.push(...Array(5).fill(refusal(503, 'service_unavailable', { 'retry-after': '0' })));
    await expect(client({ maxRetries: 2 }).GET('/billing/plans')).rejects.toBeInstanceOf(BillingApiError);
    expect(server.seen).toHaveLength(3);
  });

  it('is repeated when its answer breaks off, as when none came', async () => {
    server.script.push('half', ok({ sessionId: 'cs_1' }), 'half');
    const { POST } = client({ maxRetries: 1 });
    expect(await POST('/billing/credits/purchase', { body: PURCHASE })).toEqual({ sessionId: 'cs_1' });
    expect(new Set(keys()).size).toBe(1);
    server.script.unshift('half');
    const failure = await POST('/billing/credits/purchase', { body: PURCHASE }).catch((error) => error);
    expect(failure).toBeInstanceOf(BillingUnreachable);
    expect(failure.cause).toMatchObject({ message: expect.any(String) });
  });

  it('is repeated while its first try is under way, and not after any other conflict', async () => {
    const { PATCH } = client();
    const rename = () =>
      PATCH('/api-keys/{id}', { params: { path: { id: 'key_1' } }, body: { name: 'mine' } });
    const underWay = refusal(409, 'conflict', { 'retry-after': '0' });
    server.script.push(underWay, ok({ id: 'key_1' }), refusal(409, 'conflict'), ok({ id: 'key_1' }));
    expect(await rename()).toEqual({ id: 'key_1' });
    await expect(rename()).rejects.toMatchObject({ code: 'conflict', status: 409 });
    const [first, second, other] = keys();
    expect([typeof first, second, server.seen.length]).toEqual(['string', first, 3]);
    expect(other).not.toBe(first);
  });

  it('is not waited for any longer once it is aborted', async () => {
    server.script.push(refusal(429, 'rate_limited', { 'retry-after': '30' }), ok([]));
    const abort = new AbortController();
    const call = client().GET('/billing/plans', { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('The page was left.')), 200);
    await expect(call).rejects.toThrow('The page was left.');
    expect(server.seen).toHaveLength(1);
  });

  it.each<[string, Scripted]>([
    ['a lost answer', 'nothing'],
    ['an answer that breaks off', 'half'],
    ['a service that is away', refusal(503, 'service_unavailable', { 'retry-after': '0' })],
  ])('is not repeated after %s where it could happen twice', async (_, answer) => {
    server.script.push(answer, ok({}));
    const call = client().POST('/operator/reconcile');
    await expect(call).rejects.toBeInstanceOf(
      typeof answer === 'string' ? BillingUnreachable : BillingApiError,
    );
    expect(keys()).toEqual([undefined]);
  });

  it('is always repeated after the rate limit has turned it away: nothing was done', async () => {
    server.script.push(refusal(429, 'rate_limited', { 'retry-after': '0' }), ok({}));
    expect(await client({ operatorToken: 'a token' }).POST('/operator/reconcile')).toEqual({});
    expect(keys()).toEqual([undefined, undefined]);
    expect(server.seen.map(({ headers }) => headers['x-operator-token'])).toEqual(['a token', 'a token']);
  });

  it('is not repeated when it was refused for good', async () => {
    server.script.push(refusal(402, 'insufficient_credits'));
    const call = client().POST('/billing/credits/consume', { body: { amount: 9, category: 'posts' } });
    await expect(call).rejects.toMatchObject({ code: 'insufficient_credits', status: 402 });
    expect(server.seen).toHaveLength(1);
  });

  it('follows no redirect, which would take the key elsewhere', async () => {
    const elsewhere = await ScriptedServer.start();
    server.script.push({ status: 307, headers: { location: `${elsewhere.url}/billing/plans` } });
    try {
      await expect(client().GET('/billing/plans')).rejects.toMatchObject({ status: 307 });
      expect(elsewhere.seen).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('says something, too, of an answer that is not the service’s', async () => {
    server.script.push({ status: 502, body: '<html>Bad gateway</html>' });
    await expect(client().GET('/billing/plans')).rejects.toMatchObject({
      code: 'request_failed',
      status: 502,
      message: '502 Bad Gateway',
    });
  });

  it.each(['<html>Sign in</html>', '', 'null'])('takes no success for one that says %j', async (body) => {
    server.script.push({ status: 200, body });
    await expect(client().GET('/billing/plans')).rejects.toMatchObject({
      code: 'request_failed',
      status: 200,
      message: '200 OK',
    });
  });
});

describe('a webhook', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = JSON.stringify({ id: 'evt_1', event: 'webhook.test', data: { message: 'Grüße' } });
  const signed = (key: string, at = new Date(), options?: { format: 'raw' }) => ({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(key, options).sign('evt_1', at, body),
  });

  it('is what was signed, whatever the headers and the bytes come in', () => {
    const event = JSON.parse(body);
    expect(verifyWebhook(secret, body, signed(secret))).toEqual(event);
    expect(verifyWebhook(secret, Buffer.from(body), new Headers(signed(secret)))).toEqual(event);
    const bare = `whsec_${Buffer.alloc(25, 7).toString('base64').replaceAll('=', '')}`;
    expect(verifyWebhook(bare, body, signed(bare))).toEqual(event);
    for (const own of ['a secret of our own choice', 'whsec_my-own', 'whsec_abcde', 'whsec_abc=d']) {
      expect(verifyWebhook(own, body, signed(own, new Date(), { format: 'raw' }))).toEqual(event);
    }
  });

  it.each<[string, string, Record<string, string>]>([
    ['another body', `${body} `, signed(secret)],
    ['no signature', body, {}],
    ['another secret', body, signed(`whsec_${Buffer.alloc(32, 8).toString('base64')}`)],
    ['six minutes ago', body, signed(secret, new Date(Date.now() - 360_000))],
  ])('is refused: %s', (_, text, headers) => {
    expect(() => verifyWebhook(secret, text, headers)).toThrow(InvalidWebhook);
  });
});
