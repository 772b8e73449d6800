import { randomBytes } from 'node:crypto';
import { Database } from '../../src/database/database';
import { IdempotencyService } from '../../src/http/idempotency/idempotency.service';
import { KeyedCall } from '../../src/http/idempotency/keyed-call';
import { CHECKOUT, TestService } from '../support/test-service';
import type { Answer, Caller } from '../support/test-service';
import { until } from '../support/until';

const DAY_SECONDS = 24 * 3600;

/** Names whatever stands in for a checkout at Dodo and here. */
interface Traces {
  sessions: number;
  checkouts: number;
}

describe('Law: a call with an Idempotency-Key happens once', () => {
  const service = TestService.ofThisSuite();
  let org: Caller;

  beforeEach(async () => {
    org = await service.newOrg();
  });

  const checkout = (key: string, body: unknown = CHECKOUT, caller: Caller = org): Promise<Answer> =>
    service.call('POST', '/billing/checkout', {
      key: caller.key,
      body,
      headers: { 'idempotency-key': key },
    });

  async function traces({ orgId }: Caller = org): Promise<Traces> {
    const rows = await service.query('SELECT FROM checkouts WHERE org_id = $1', [orgId]);
    const { checkouts } = (await service.sandbox.books()) as unknown as {
      checkouts: { metadata: Record<string, string> }[];
    };
    return {
      checkouts: rows.length,
      sessions: checkouts.filter(({ metadata }) => metadata.org_id === orgId).length,
    };
  }

  const records = ({ orgId }: Caller = org): Promise<Record<string, any>[]> =>
    service.query('SELECT * FROM idempotency_records WHERE org_id = $1', [orgId]);

  const delayDodo = (delayMs: number) =>
    service.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'delay', delayMs });

  it('holds for every route of billing: a replay, 422 for another body, 409 while in flight', async () => {
    const { body } = await checkout('buy');
    await service.sandbox.pay(body.data.checkoutUrl);
    await service.untilStatus(org, 'trialing');
    const pack = { successUrl: CHECKOUT.successUrl, cancelUrl: CHECKOUT.cancelUrl };
    const routes: [path: string, request: unknown, other: unknown][] = [
      ['/billing/verify-checkout', { sessionId: body.data.sessionId }, { sessionId: 'cs_other' }],
      ['/billing/portal', {}, { returnUrl: CHECKOUT.successUrl }],
      ['/billing/change-plan', { planId: 'plan_business' }, { planId: 'plan_starter' }],
      ['/billing/cancel', { when: 'period_end' }, { when: 'now' }],
      ['/billing/resume', undefined, { at: 'once' }],
      ['/billing/credits/purchase', { ...pack, packId: 'pack_1000' }, { ...pack, packId: 'pack_5000' }],
    ];
    for (const [path, request, other] of routes) {
      const post = (sent: unknown) =>
        service.call('POST', path, { key: org.key, body: sent, headers: { 'idempotency-key': 'same' } });
      const [first, second, reused] = [await post(request), await post(request), await post(other)];
      expect([path, first.status, first.headers.get('idempotency-replayed')]).toEqual([path, 200, null]);
      expect([path, second.status, second.headers.get('idempotency-replayed')]).toEqual([path, 200, 'true']);
      expect(second.body).toEqual(first.body);
      expect([path, reused.status, reused.body.error]).toEqual([path, 422, 'idempotency_key_reused']);
      await service.query(`UPDATE idempotency_records SET answer = NULL WHERE operation = $1`, [
        `POST ${path}`,
      ]);
      const inFlight = await post(request);
      expect([path, inFlight.status, inFlight.body.error]).toEqual([path, 409, 'conflict']);
    }
  });

  it('tells what was done after a failure of our own that came when Dodo had done it', async () => {
    await service.buy(org);
    await service.untilStatus(org, 'trialing');
    await service.untilQuiet();
    await service.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''The disk is full.''; END';
      CREATE TRIGGER fail BEFORE UPDATE ON subscription_orders FOR EACH ROW EXECUTE FUNCTION fail()`);
    const change = () =>
      service.call('POST', '/billing/change-plan', {
        key: org.key,
        body: { planId: 'plan_business' },
        headers: { 'idempotency-key': 'change' },
      });
    expect((await change()).status).toBe(500);
    await service.query(`DROP FUNCTION fail CASCADE`);
    const again = await change();
    expect([again.status, again.body.data?.currentPlanId]).toEqual([200, 'plan_business']);
    // What was left of it is in nobody's way.
    const cancelled = await service.call('POST', '/billing/cancel', {
      key: org.key,
      body: { when: 'period_end' },
    });
    expect(cancelled.status).toBe(200);
  });

  describe('the same key and body', () => {
    it('replays the stored answer, and says so', async () => {
      const first = await checkout('once');
      const second = await checkout('once');
      expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([200, null]);
      expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
      expect(second.body).toEqual(first.body);
      expect(await traces()).toEqual({ sessions: 1, checkouts: 1 });
    });

    it('replays it also when the call would be refused by now', async () => {
      const first = await checkout('bought');
      await service.sandbox.pay(first.body.data.checkoutUrl);
      await service.untilStatus(org, 'trialing');
      expect((await checkout('another')).status).toBe(409);
      expect((await checkout('bought')).body).toEqual(first.body);
    });

    it('does not care for the order of keys, space or a slash at the end of the path', async () => {
      const first = await checkout('order', { ...CHECKOUT, more: { a: [1, { x: 1, y: 2 }], b: 2 } });
      const reversed = { more: { b: 2, a: [1, { y: 2, x: 1 }] }, ...reverse(CHECKOUT) };
      const response = await fetch(`${service.url}/billing/checkout/`, {
        method: 'POST',
        headers: {
          'x-api-key': org.key,
          'content-type': 'application/json',
          'idempotency-key': 'order',
        },
        body: JSON.stringify(reversed, null, 4),
      });
      expect(response.headers.get('idempotency-replayed')).toBe('true');
      expect(await response.json()).toEqual(first.body);
    });

    it('takes no body for an empty one, where it may be left out', async () => {
      await service.buy(org);
      await service.untilStatus(org, 'trialing');
      const portal = (key: string, body?: unknown) =>
        service.call('POST', '/billing/portal', { key: org.key, body, headers: { 'idempotency-key': key } });
      for (const [key, first, second] of [
        ['full', {}, undefined],
        ['bare', undefined, {}],
      ] as const) {
        const opened = await portal(key, first);
        const again = await portal(key, second);
        expect([opened.status, again.status]).toEqual([200, 200]);
        expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', opened.body]);
        expect((await portal(key, { returnUrl: CHECKOUT.successUrl })).status).toBe(422);
      }
    });

    it('takes a key in quotes for the same key, as the draft writes it', async () => {
      const first = await checkout('8e03978e-40d5');
      expect((await checkout('"8e03978e-40d5"')).body).toEqual(first.body);
    });

    it('opens one session at Dodo for 100 concurrent calls', async () => {
      await delayDodo(300);
      const answers = await Promise.all(Array.from({ length: 100 }, () => checkout('hundred')));
      const opened = answers.filter(({ status }) => status === 200);
      const refused = answers.filter(({ status }) => status === 409);
      expect([opened.length > 0, opened.length + refused.length]).toEqual([true, 100]);
      expect(new Set(opened.map(({ body }) => body.data.sessionId)).size).toBe(1);
      expect(opened.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
      expect(await traces()).toEqual({ sessions: 1, checkouts: 1 });
    });

    it('keeps the answer for 24 hours', async () => {
      const first = await checkout('day');
      service.clock.advanceSeconds(DAY_SECONDS - 60);
      expect((await checkout('day')).body).toEqual(first.body);
      service.clock.advanceSeconds(61);
      const later = await checkout('day', { ...CHECKOUT, planId: 'plan_starter' });
      expect([later.status, later.headers.get('idempotency-replayed')]).toEqual([200, null]);
      expect(later.body).not.toEqual(first.body);
      expect(await traces()).toEqual({ sessions: 2, checkouts: 2 });
    });
  });

  describe('422', () => {
    it('refuses another body, done or in flight', async () => {
      await checkout('reused');
      const done = await checkout('reused', { ...CHECKOUT, planId: 'plan_starter' });
      expect([done.status, done.body.error]).toEqual([422, 'idempotency_key_reused']);
      await delayDodo(600);
      const running = checkout('running');
      await until('the call is claimed', async () => (await records()).length === 2);
      expect((await checkout('running', { ...CHECKOUT, planId: 'plan_starter' })).status).toBe(422);
      expect((await running).status).toBe(200);
    });

    it('refuses another body also when the first call may be overtaken', async () => {
      await delayDodo(900);
      const running = checkout('overdue');
      await until('the checkout is begun', async () => (await traces()).checkouts === 1);
      service.clock.advanceSeconds(61);
      expect((await checkout('overdue', { ...CHECKOUT, planId: 'plan_starter' })).status).toBe(422);
      expect((await running).status).toBe(200);
    });
  });

  describe('409', () => {
    it('refuses a repetition while the first is in flight, and says when to ask again', async () => {
      await delayDodo(600);
      const first = checkout('busy');
      await until('the call is claimed', async () => (await records()).length === 1);
      const second = await checkout('busy');
      expect([second.status, second.body.error]).toEqual([409, 'conflict']);
      expect(second.headers.get('retry-after')).toBe('1');
      expect((await checkout('busy')).status).toBe(409);
      const answer = await first;
      expect((await checkout('busy')).body).toEqual(answer.body);
    });

    it('takes back the effect of a call that was overtaken, and answers the one that overtook it', async () => {
      await delayDodo(900);
      const slow = checkout('overtaken');
      await until('the checkout is begun', async () => (await traces()).checkouts === 1);
      service.clock.advanceSeconds(61);
      const second = await checkout('overtaken');
      expect(second.status).toBe(200);
      expect([(await slow).status, (await slow).body.error]).toEqual([409, 'conflict']);
      expect((await checkout('overtaken')).body).toEqual(second.body);
      expect((await traces()).checkouts).toBe(1);
    });

    it('takes it back also while the one that overtook it is still in flight', async () => {
      await delayDodo(600);
      const slow = checkout('overtaken');
      await until('the checkout is begun', async () => (await traces()).checkouts === 1);
      service.clock.advanceSeconds(61);
      await delayDodo(1_500);
      const second = checkout('overtaken');
      expect([(await slow).status, (await slow).body.error]).toEqual([409, 'conflict']);
      expect([(await second).status, (await traces()).checkouts]).toEqual([200, 1]);
    });

    it('goes on with nothing that a call of the day before has begun', async () => {
      await delayDodo(900);
      const slow = checkout('overtaken');
      await until('the checkout is begun', async () => (await traces()).checkouts === 1);
      service.clock.advanceSeconds(DAY_SECONDS + 1);
      const second = await checkout('overtaken', { ...CHECKOUT, planId: 'plan_starter' });
      expect([second.status, (await slow).status]).toEqual([200, 409]);
      const [{ plan_id: planId }] = await service.query('SELECT plan_id FROM checkouts WHERE id = $1', [
        second.body.data.sessionId,
      ]);
      expect(planId).toBe('plan_starter');
    });

    it('leaves the checkout open that the one that overtook it has opened, when it fails at last', async () => {
      await service.sandbox.clearFaults();
      await service.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'timeout_before' });
      const slow = checkout('overtaken');
      await until('the checkout is begun', async () => (await traces()).checkouts === 1);
      await until('Dodo is asked', () => service.sandbox.hasHit('/checkouts'));
      service.clock.advanceSeconds(61);
      expect((await checkout('overtaken')).status).toBe(200);
      expect((await slow).status).toBe(503);
      const rows = await service.query('SELECT status FROM checkouts WHERE org_id = $1', [org.orgId]);
      expect(rows).toEqual([{ status: 'open' }]);
    });
  });

  describe('400', () => {
    it.each([
      ['empty', ''],
      ['with a space', 'a b'],
      ['beyond ASCII', 'schlüssel'],
      ['of 256 characters', 'k'.repeat(256)],
      ['that is an empty string in quotes', '""'],
    ])('refuses a key %s, and stores nothing', async (_, key) => {
      const { status, body } = await checkout(key);
      expect([status, body.error]).toEqual([400, 'bad_request']);
      expect(body.message).toMatch(/^Idempotency-Key must have 1 to 255 visible ASCII characters/);
      expect([await records(), await traces()]).toEqual([[], { sessions: 0, checkouts: 0 }]);
    });

    it('takes a key of 255 characters', async () => {
      expect((await checkout('k'.repeat(255))).status).toBe(200);
    });

    it('lets an invalid body claim nothing', async () => {
      expect((await checkout('invalid', { planId: 'plan_pro' })).status).toBe(400);
      expect(await records()).toEqual([]);
      expect((await checkout('invalid')).status).toBe(200);
    });

    it('refuses a body of brackets alone', async () => {
      const response = await fetch(`${service.url}/billing/checkout`, {
        method: 'POST',
        headers: { 'x-api-key': org.key, 'content-type': 'application/json', 'idempotency-key': 'deep' },
        body: `{"x":${'['.repeat(60_000)}${']'.repeat(60_000)},${JSON.stringify(CHECKOUT).slice(1)}`,
      });
      expect(response.status).toBe(400);
    });
  });

  describe('who is not let in', () => {
    it('gets the refusal, and claims nothing', async () => {
      const reader = await service.newOrg(['billing:read']);
      expect((await checkout('x', CHECKOUT, { ...org, key: 'nonsense' })).status).toBe(401);
      expect((await checkout('x', CHECKOUT, reader)).status).toBe(403);
      expect([await records(), await records(reader)]).toEqual([[], []]);
    });

    it('gets no replay once it is suspended', async () => {
      await checkout('suspended');
      await service.setStatus(org, 'expired');
      expect((await checkout('suspended')).status).toBe(403);
    });
  });

  describe('that is cut off or overtaken between two of its commits', () => {
    const newCall = () => {
      const address = { orgId: org.orgId, operation: 'POST /anything', key: 'cut' };
      const description = { ...address, body: {}, caller: 'key' };
      return new KeyedCall(service.app.get(IdempotencyService), description, () => {});
    };

    it('keeps the answer of which nobody heard that it was committed', async () => {
      const cut = newCall();
      const work = async (): Promise<string> => {
        await service.app.get(Database).transaction((tx) => cut.complete(tx, 'done'));
        throw new Error('The connection has ended.');
      };
      await expect(cut.once(work)).rejects.toThrow('The connection has ended.');
      expect(await newCall().once(() => Promise.resolve('done twice'))).toBe('done');
    });

    it('begins nothing any more', async () => {
      const slow = newCall();
      let hasBegun = false;
      const work = async (): Promise<void> => {
        service.clock.advanceSeconds(61);
        await newCall().once(() => Promise.resolve('done'));
        await service.app.get(Database).transaction((tx) => slow.begin(tx, 'row'));
        hasBegun = true;
      };
      await expect(slow.once(work)).rejects.toMatchObject({ status: 409 });
      expect(hasBegun).toBe(false);
    });
  });

  it('gives one API key no answer that another was given, least of all a secret', async () => {
    const owner = await service.newOrg();
    const create = (key: string, body: object, idempotencyKey?: string) =>
      service.call('POST', '/api-keys', {
        key,
        body,
        headers: idempotencyKey ? { 'idempotency-key': idempotencyKey } : {},
      });
    const lesser = (await create(owner.key, { name: 'lesser', scopes: ['keys:write'] })).body.data.key;
    const wanted = { name: 'ci', scopes: ['billing:write'] };
    expect((await create(owner.key, wanted, 'create-ci')).status).toBe(200);
    const { status, body } = await create(lesser, wanted, 'create-ci');
    expect([status, body.error]).toEqual([422, 'idempotency_key_reused']);
    expect(body.message).toContain('or by another API key');
    expect(JSON.stringify(body)).not.toContain('sk-social-');
  });

  it('keeps the keys of two organizations apart', async () => {
    const other = await service.newOrg();
    const [ours, theirs] = [
      await checkout('shared'),
      await checkout('shared', { ...CHECKOUT, planId: 'plan_starter' }, other),
    ];
    expect([ours.status, theirs.status]).toEqual([200, 200]);
    expect(theirs.headers.get('idempotency-replayed')).toBeNull();
    expect(theirs.body.data.sessionId).not.toBe(ours.body.data.sessionId);
  });

  it.each<[string, number, () => Promise<unknown>, unknown]>([
    ['with 404', 404, () => Promise.resolve(), { ...CHECKOUT, planId: 'plan_gold' }],
    [
      'with 502',
      502,
      () => service.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'error_before', status: 422 }),
      CHECKOUT,
    ],
    [
      'with 503',
      503,
      () => service.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'error_before', status: 500 }),
      CHECKOUT,
    ],
  ])('frees the key of a call that failed %s', async (_, status, breakIt, body) => {
    await breakIt();
    expect((await checkout('fails', body)).status).toBe(status);
    expect(await records()).toEqual([]);
    expect((await checkout('fails')).status).toBe(200);
  });

  it('stores answers so that nobody can read them, and only where they belong', async () => {
    const { body } = await checkout('secret');
    const [record] = await records();
    const bytes = (record!.answer as Buffer).toString('latin1');
    for (const part of [body.data.checkoutUrl, body.data.sessionId, 'checkoutUrl'])
      expect(bytes).not.toContain(part);
    await checkout('elsewhere');
    await service.query(
      `UPDATE idempotency_records SET answer = $2 WHERE org_id = $1 AND key = 'elsewhere'`,
      [org.orgId, record!.answer],
    );
    const moved = await checkout('elsewhere');
    expect([moved.status, moved.body.error]).toEqual([500, 'internal_error']);
  });

  it('clears away what has expired, a little with every claim', async () => {
    await service.query(
      `INSERT INTO idempotency_records
              (org_id, operation, key, fingerprint, claim_id, claimed_at, leased_until, expires_at)
       SELECT $1, 'POST /x', n::text, decode(repeat('00', 32), 'hex'), 'c', $2, $2, $2 FROM generate_series(1, 15) n`,
      [org.orgId, service.clock.secondsFromNow(-1)],
    );
    await checkout('one');
    expect(await records()).toHaveLength(6);
    await checkout('two');
    expect(await records()).toHaveLength(2);
  });

  /** Every operation of the document that takes an API key and changes something. */
  async function keyedOperations(): Promise<[name: string, operation: Record<string, any>][]> {
    const { body: document } = await service.call('GET', '/openapi.json');
    return Object.entries<Record<string, any>>(document.paths).flatMap(([path, methods]) =>
      ['post', 'patch', 'put']
        .filter((method) => methods[method] && methods[method].security === undefined)
        .map((method): [string, any] => [`${method} ${path}`, methods[method]]),
    );
  }

  it('answers what it would without a key, whatever the length of the address', async () => {
    const withIds = (await keyedOperations()).filter(([name]) => name.includes('{'));
    expect(withIds.map(([name]) => name)).toEqual(
      expect.arrayContaining(['patch /api-keys/{id}', 'post /webhooks/{id}/test']),
    );
    for (const [name, operation] of withIds) {
      const [method, path] = name.split(' ') as [string, string];
      const address = path.replaceAll(/\{\w+\}/g, () => randomBytes(4000).toString('base64url'));
      const answer = await service.call(method.toUpperCase(), address, {
        key: org.key,
        body: operation.requestBody?.content['application/json'].example,
        headers: { 'idempotency-key': 'long' },
      });
      expect([name, answer.status]).toEqual([name, 404]);
    }
    expect(await records()).toEqual([]);
  });

  it('is honoured and documented by every POST and PATCH that takes an API key', async () => {
    const operations = await keyedOperations();
    const silent = operations.filter(
      ([, { responses, description }]) =>
        responses['422']?.content['application/json'].example.error !== 'idempotency_key_reused' ||
        !description.includes('`Idempotency-Key`'),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
    expect(operations.length).toBeGreaterThan(0);
  });
});

function reverse(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).toReversed());
}
