import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Clock } from '../../src/clock';
import { loadConfig } from '../../src/config';
import { RateLimiter } from '../../src/http/rate-limiter';
import { TestRedis, hasRedis } from '../support/redis';
import { TestService, type Answer } from '../support/test-service';
import { until } from '../support/until';

const LIMIT = 20;
/** Of an organization's keys together, to all routes that make Dodo work. */
const ORG_CALLS = 12;
const TOKEN = 'a token of the operator of these tests';

const limitsOf = ({ headers }: Answer) =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));

const keyedOperations = (document: Answer['body']) =>
  Object.entries<Record<string, any>>(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) =>
      operation.security === undefined ? [{ method, path, operation }] : [],
    ),
  );

function expectRateLimited(answer: Answer): void {
  expect([answer.status, answer.body]).toEqual([
    429,
    {
      success: false,
      error: 'rate_limited',
      code: 'rate_limited',
      message: expect.stringMatching(/^More than 20 calls in a minute\. Try again in \d+ seconds\.$/),
    },
  ]);
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(50);
  expect(seconds).toBeLessThanOrEqual(60);
}

describe('the rate limit', () => {
  const service = TestService.ofThisSuite({
    RATE_LIMIT_PER_MINUTE: String(LIMIT),
    DODO_REQUESTS_PER_MINUTE: String(ORG_CALLS),
    OPERATOR_TOKEN: TOKEN,
  });

  const profile = (key: string) => service.call('GET', '/auth/profile', { key });
  const exhausted = async (): Promise<string> => {
    const { key } = await service.newOrg();
    for (let i = 0; i < LIMIT; i += 1) await profile(key);
    return key;
  };

  it('says on every answer what is left, and refuses what is too much', async () => {
    const { key } = await service.newOrg();
    const answers: Answer[] = [];
    for (let i = 0; i < LIMIT + 2; i += 1) answers.push(await profile(key));
    const now = Math.floor(service.clock.now().getTime() / 1000);
    answers.forEach((answer, i) => {
      const [limit, remaining, reset] = limitsOf(answer);
      expect([limit, remaining]).toEqual([String(LIMIT), String(Math.max(0, LIMIT - 1 - i))]);
      expect(Number(reset) - now).toBeGreaterThan(50);
      expect(Number(reset) - now).toBeLessThanOrEqual(61);
    });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    answers.slice(LIMIT).forEach(expectRateLimited);
  });

  it('counts exactly, also when calls come all at once', async () => {
    const { key } = await service.newOrg();
    const answers = await Promise.all(Array.from({ length: LIMIT * 3 }, () => profile(key)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(LIMIT * 2);
  });

  it('counts calls that are refused for another reason, and tells what is left there as well', async () => {
    const { key } = await service.newOrg(['kb:read']);
    const answer = await service.call('GET', '/billing/status', { key });
    expect([answer.status, ...limitsOf(answer)].slice(0, 3)).toEqual([403, String(LIMIT), String(LIMIT - 1)]);
  });

  it('is each key’s own, not the organization’s', async () => {
    const { key } = await service.newOrg();
    const { body } = await service.call('POST', '/api-keys', {
      key,
      body: { name: 'x', scopes: ['kb:read'] },
    });
    for (let i = 0; i < LIMIT; i += 1) await profile(key);
    expectRateLimited(await profile(key));
    expect((await profile(body.data.key)).status).toBe(200);
  });

  it('counts a rotated key as the same one', async () => {
    const { key } = await service.newOrg();
    const { id } = (await profile(key)).body.data;
    const rotated = await service.call('POST', `/api-keys/${id}/rotate`, { key, body: { graceSeconds: 60 } });
    expect(limitsOf(await profile(rotated.body.data.key))[1]).toBe(String(LIMIT - 3));
  });

  it('holds on every route of the document that takes a key, as the document says', async () => {
    const key = await exhausted();
    const keyed = keyedOperations((await service.call('GET', '/openapi.json')).body);
    expect(keyed.length).toBeGreaterThan(7);
    for (const { method, path, operation } of keyed) {
      expect([path, operation.responses['429']?.content['application/json'].example.error]).toEqual([
        path,
        'rate_limited',
      ]);
      const answer = await service.call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), { key });
      expect([method, path, answer.status]).toEqual([method, path, 429]);
      expectRateLimited(answer);
    }
  });

  it('holds all keys of an organization together to what Dodo takes, on all routes that ask it', async () => {
    const asking = keyedOperations((await service.call('GET', '/openapi.json')).body).filter(
      ({ operation }) => operation.responses['502'] !== undefined,
    );
    expect(asking.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'delete /billing/change-plan',
      'post /billing/cancel',
      'post /billing/change-plan',
      'post /billing/checkout',
      'post /billing/credits/purchase',
      'post /billing/portal',
      'post /billing/reactivate',
      'post /billing/resume',
      'post /billing/verify-checkout',
    ]);
    const { key } = await service.newOrg();
    const made = await service.call('POST', '/api-keys', {
      key,
      body: { name: 'x', scopes: ['billing:write'] },
    });
    const keys = [key, made.body.data.key as string];
    const ask = (i: number) => {
      const { method, path } = asking[i % asking.length]!;
      return service.call(method.toUpperCase(), path, { key: keys[i % 2], body: {} });
    };
    for (let i = 0; i < ORG_CALLS; i += 1) expect((await ask(i)).status).not.toBe(429);
    for (let i = 0; i < asking.length; i += 1) {
      const refused = await ask(i);
      expect([refused.status, refused.body.message]).toEqual([
        429,
        expect.stringMatching(/^More than 12 calls in a minute by all keys of the organization together, on/),
      ]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(limitsOf(refused).slice(0, 2)).toEqual([String(ORG_CALLS), '0']);
    }
    expect((await profile(key)).status).toBe(200);
    const other = await service.newOrg();
    expect((await service.call('POST', '/billing/portal', { key: other.key, body: {} })).status).toBe(409);
  });

  it('takes nothing from an organization for calls that its scopes or the gate refuse', async () => {
    const org = await service.newOrg();
    const { body } = await service.call('POST', '/api-keys', {
      key: org.key,
      body: { name: 'x', scopes: ['kb:read'] },
    });
    const askForPlan = async (key: string) =>
      (await service.call('POST', '/billing/change-plan', { key, body: { planId: 'plan_pro' } })).body.error;
    for (let i = 0; i < LIMIT; i += 1) expect(await askForPlan(body.data.key)).toBe('insufficient_scope');
    await service.setStatus(org, 'past_due');
    for (let i = 0; i < LIMIT - 2; i += 1) expect(await askForPlan(org.key)).toBe('billing_suspended');
    await service.setStatus(org, 'active');
    expect(await askForPlan(org.key)).toBe('conflict');
  });

  it('does not hold for Dodo’s webhooks, health and the document', async () => {
    for (let i = 0; i < LIMIT * 2; i += 1) {
      expect((await service.call('GET', '/health')).status).toBe(200);
      expect((await service.call('POST', '/webhooks/dodo', { body: {} })).status).toBe(401);
      expect((await service.call('GET', '/openapi.json')).status).toBe(200);
    }
  });

  it('answers 401 to whoever has no valid key, however often, and takes nothing from those who have one', async () => {
    const { key } = await service.newOrg();
    for (let i = 0; i < LIMIT + 5; i += 1) {
      expect((await service.call('GET', '/auth/profile', { key: 'sk-social-nothing' })).status).toBe(401);
    }
    expect((await profile(key)).headers.get('x-ratelimit-remaining')).toBe(String(LIMIT - 1));
  });

  it('holds, by address, for whoever guesses at the operator token, and not for the operator', async () => {
    const list = (token: string) =>
      service.call('GET', '/organizations', { headers: { 'x-operator-token': token } });
    const answers: Answer[] = [];
    for (let i = 0; i < LIMIT + 5; i += 1) answers.push(await list('a guess'));
    expect(answers[0]!.status).toBe(401);
    expectRateLimited(answers.at(-1)!);
    for (const [method, path] of [
      ['POST', '/organizations'],
      ['GET', '/organizations/x'],
      ['GET', '/operator/dodo-events'],
      ['POST', '/operator/dodo-events/1/replay'],
    ] as const) {
      expectRateLimited(await service.call(method, path, { headers: { 'x-operator-token': 'a guess' } }));
    }
    expect((await list(TOKEN)).status).toBe(200);
  });
});

describe('RATE_LIMIT_PER_MINUTE=0', () => {
  it('limits nothing, and says nothing of limits', async () => {
    const service = await TestService.start({ RATE_LIMIT_PER_MINUTE: '0' });
    try {
      const { key } = await service.newOrg();
      const answers = await Promise.all(
        Array.from({ length: 700 }, () => service.call('GET', '/auth/profile', { key })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(limitsOf(answers[0]!)).toEqual([null, null, null]);
    } finally {
      await service.stop();
    }
  });
});

const describeWithRedis = hasRedis ? describe : describe.skip;
if (!hasRedis) console.warn('No redis-server here: the tests of the shared rate limit are skipped.');

describeWithRedis('the rate limit with REDIS_URL', () => {
  let redis: TestRedis;
  const limiters: RateLimiter[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    redis = await TestRedis.start();
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void said.push(message));
    jest.spyOn(Logger.prototype, 'log').mockImplementation((message: string) => void said.push(message));
  });
  beforeEach(async () => {
    await redis.start();
    said.splice(0);
  });
  afterEach(() => limiters.splice(0).forEach((limiter) => limiter.onApplicationShutdown()));
  afterAll(async () => {
    jest.restoreAllMocks();
    await redis.stop();
  });

  /** A replica, as far as counting goes. */
  function replica(url = redis.url): RateLimiter {
    const config = loadConfig({
      DATABASE_URL: 'postgres://nowhere/billing',
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:1',
      DODO_PAYMENTS_WEBHOOK_KEY: Buffer.alloc(32, 1).toString('base64'),
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_fee',
      RATE_LIMIT_PER_MINUTE: String(LIMIT),
      REDIS_URL: url,
    });
    const limiter = new RateLimiter(config, new Clock());
    limiters.push(limiter);
    return limiter;
  }

  const remaining = async (limiter: RateLimiter, key: string) => (await limiter.take(key))!.remaining;

  it('is one for all replicas', async () => {
    const replicas = [replica(), replica(), replica()];
    for (const each of replicas) await each.take('warm-up');
    const allowances = await Promise.all(
      Array.from({ length: LIMIT * 3 }, async (_, i) => replicas[i % 3]!.take('shared')),
    );
    expect(allowances.filter((allowance) => !allowance!.isExceeded)).toHaveLength(LIMIT);
    // So is what an organization may ask of Dodo, which is counted apart.
    const costly: number[] = [];
    for (const each of replicas) costly.push((await each.takeCostly('shared', 'POST /x'))!.remaining);
    expect(costly).toEqual([239, 238, 237]);
  });

  it('begins anew when the minute is over', async () => {
    const limiter = replica();
    expect([await remaining(limiter, 'anew'), await remaining(limiter, 'anew')]).toEqual([
      LIMIT - 1,
      LIMIT - 2,
    ]);
    const admin = new Redis(redis.url);
    const [name] = await admin.keys('*anew');
    expect(await admin.pttl(name!)).toBeGreaterThan(50_000);
    await admin.pexpire(name!, 1);
    await until('the minute is over', async () => (await admin.exists(name!)) === 0);
    admin.disconnect();
    expect(await remaining(limiter, 'anew')).toBe(LIMIT - 1);
  });

  it('is each process’s own while Redis is gone, which is said once, and shared again when it is back', async () => {
    const [one, two] = [replica(), replica()];
    expect([await remaining(one, 'gone'), await remaining(two, 'gone')]).toEqual([LIMIT - 1, LIMIT - 2]);
    await redis.stop();
    for (let i = 1; i <= LIMIT; i += 1) {
      expect(await remaining(one, 'gone')).toBe(LIMIT - i);
      expect(await remaining(two, 'gone')).toBe(LIMIT - i);
    }
    expect((await one.take('gone'))!.isExceeded).toBe(true);
    await until('both have said it', async () => said.length >= 2);
    expect(said).toEqual([
      expect.stringMatching(/^Redis does not answer/),
      expect.stringMatching(/^Redis does not/),
    ]);
    await redis.start();
    await until('both count there again', async () => {
      await Promise.all([one.take('back'), two.take('back')]);
      return said.filter((text) => text.startsWith('Redis answers again')).length === 2;
    });
    const left = await remaining(one, 'again');
    expect(await remaining(two, 'again')).toBe(left - 1);
    expect(said).toHaveLength(4);
  });

  it('keeps nobody waiting for a Redis that hangs', async () => {
    const limiter = replica();
    await limiter.take('hangs');
    redis.signal('SIGSTOP');
    try {
      const startedAt = Date.now();
      await Promise.all(Array.from({ length: 10 }, async () => limiter.take('hangs')));
      expect(Date.now() - startedAt).toBeLessThan(1_000);
      expect(said).toHaveLength(1);
    } finally {
      redis.signal('SIGCONT');
    }
  });

  it('needs no Redis to start', async () => {
    const limiter = replica('redis://127.0.0.1:1');
    expect(await remaining(limiter, 'never')).toBe(LIMIT - 1);
    expect(await remaining(limiter, 'never')).toBe(LIMIT - 2);
  });

  it('holds for the service over HTTP', async () => {
    const service = await TestService.start({ RATE_LIMIT_PER_MINUTE: String(LIMIT), REDIS_URL: redis.url });
    try {
      const { key } = await service.newOrg();
      const answers: Answer[] = [];
      for (let i = 0; i <= LIMIT; i += 1) answers.push(await service.call('GET', '/auth/profile', { key }));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
      expectRateLimited(answers.at(-1)!);
      await redis.stop();
      expect((await service.call('GET', '/auth/profile', { key })).status).toBe(200);
    } finally {
      await service.stop();
    }
  });
});
