import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ERROR_CODES } from '../../src/app-error';
import { CHECKOUT, TestService, type Answer } from '../support/test-service';
import { disagreements } from './agreement';
import { ValidAnswers } from './valid-answers';

const contract = parse(readFileSync(join(__dirname, 'billing-checkout.openapi.yaml'), 'utf8'));

const OPERATOR_TOKEN = 'a token of the operator of these tests';

describe('Law 9: the contract is the contract', () => {
  const service = TestService.ofThisSuite({ OPERATOR_TOKEN, RATE_LIMIT_PER_MINUTE: '100000' });
  let document: Record<string, any>;

  beforeAll(async () => {
    document = (await service.call('GET', '/openapi.json')).body;
  });

  it('emits a document that agrees with the contract in everything but wording', () => {
    expect(disagreements(contract, document)).toEqual([]);
  });

  it.each<[string, (document: any) => void]>([
    ['another title', (it) => (it.info.title = 'Autoposting')],
    [
      'another status',
      (it) =>
        (it.paths['/billing/checkout'].post.responses['201'] =
          it.paths['/billing/checkout'].post.responses['200']) &&
        delete it.paths['/billing/checkout'].post.responses['200'],
    ],
    ['one more required field', (it) => it.components.schemas.CheckoutSession.required.push('expiresAt')],
    [
      'one more field',
      (it) => (it.components.schemas.CheckoutSession.properties.expiresAt = { type: 'string' }),
    ],
    ['a lost format', (it) => delete it.components.schemas.CheckoutSession.properties.checkoutUrl.format],
    [
      'a nullable field',
      (it) => (it.components.schemas.ErrorResponse.properties.message.type = ['string', 'null']),
    ],
    ['another way to sign in', (it) => (it.components.securitySchemes.bearerAuth.bearerFormat = 'JWT')],
    ['one way to sign in less', (it) => it.security.pop()],
    ['the operator’s token for a checkout', (it) => it.security.push({ operatorToken: [] })],
    [
      'a lost example',
      (it) => delete it.paths['/billing/checkout'].post.requestBody.content['application/json'].example,
    ],
    [
      'a header beside an answer of the contract',
      (it) => (it.paths['/billing/checkout'].post.responses['200'].headers = {}),
    ],
    ['a route that is gone', (it) => delete it.paths['/billing/checkout']],
  ])('notices %s', (_, breakIt) => {
    const broken = structuredClone(document);
    breakIt(broken);
    expect(disagreements(contract, broken)).not.toEqual([]);
  });

  it('describes every operation, and every answer of it, with an example', () => {
    for (const [path, operations] of Object.entries<Record<string, any>>(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const name = `${method} ${path}`;
        expect([name, operation.operationId, operation.summary, operation.description]).not.toContain(
          undefined,
        );
        expect(operation.tags).toHaveLength(1);
        for (const [status, response] of Object.entries<any>(operation.responses)) {
          const { example, schema } = response.content['application/json'];
          if (!schema.properties || schema.properties.data)
            expect([name, status, example]).not.toContain(undefined);
          if (Number(status) >= 400) expect(ERROR_CODES).toContain(example.error);
        }
      }
    }
  });

  it('files every operation under a tag that it describes, and by the contract’s names', () => {
    const tagsOf = Object.entries<Record<string, any>>(document.paths).flatMap(([path, operations]) =>
      Object.values(operations).map(({ tags: [tag] }): [path: string, tag: string] => [path, tag]),
    );
    expect(new Set(tagsOf.map(([, tag]) => tag))).toEqual(
      new Set(document.tags.map(({ name }: { name: string }) => name)),
    );
    const tagsUnder = (start: string) =>
      new Set(tagsOf.filter(([path]) => path.startsWith(start)).map(([, tag]) => tag));
    expect(tagsUnder('/api-keys')).toEqual(new Set(['API Keys']));
    expect(tagsUnder('/auth/')).toEqual(new Set(['Auth']));
    expect(tagsUnder('/billing/')).toEqual(new Set(['Billing']));
    expect(tagsUnder('/organizations')).toEqual(new Set(['Organizations']));
    expect(tagsUnder('/webhooks')).toEqual(new Set(['Webhooks']));
  });

  it('says of every operation that it can fail, and of 415 where there is no type of body but JSON', () => {
    const operations = Object.entries<Record<string, any>>(document.paths).flatMap(([path, byMethod]) =>
      Object.entries<any>(byMethod).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    const lacking = (status: string) =>
      operations.filter(({ operation }) => !operation.responses[status]).map(({ name }) => name);
    expect(lacking('500')).toEqual([]);
    expect(lacking('415').filter((name) => !name.startsWith('get '))).toEqual(['post /webhooks/dodo']);
    expect(JSON.stringify(document)).not.toContain('x-raw-bytes');
  });

  it('declares Retry-After wherever a call may be worth repeating', () => {
    for (const [path, operations] of Object.entries<Record<string, any>>(document.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        for (const [status, { description, headers }] of Object.entries<any>(responses)) {
          if (!/Retry-After|Too many calls|Dodo is away/.test(description)) continue;
          expect([method, path, status, headers]).toMatchObject([
            method,
            path,
            status,
            { 'Retry-After': { $ref: '#/components/headers/Retry-After' } },
          ]);
        }
      }
    }
  });

  it('promises with 413 no count of calls: a body that is too large is refused before anybody has counted', async () => {
    const { key } = await service.newOrg();
    const tooLarge = await service.call('POST', '/billing/checkout', { key, body: 'x'.repeat(300_000) });
    expect([tooLarge.status, tooLarge.headers.get('x-ratelimit-limit')]).toEqual([413, null]);
    const declared = Object.values<Record<string, any>>(document.paths).flatMap((operations) =>
      Object.values(operations).flatMap(({ responses }) => Object.keys(responses['413']?.headers ?? {})),
    );
    expect([...new Set(declared)]).toEqual(['X-Request-Id']);
  });

  it('offers no value for a parameter that may be left out, since Swagger UI would send it', () => {
    const filledIn = Object.entries<Record<string, any>>(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { parameters = [] }]) =>
        parameters
          .filter(
            ({ required, example, schema }: any) => !required && (example ?? schema.example) !== undefined,
          )
          .map(({ name }: { name: string }) => `${method} ${path}: ${name}`),
      ),
    );
    expect(filledIn).toEqual([]);
  });

  it('says of every operation whether it takes a key', () => {
    expect(document.paths['/health'].get.security).toEqual([]);
    expect(document.paths['/webhooks/dodo'].post.security).toEqual([]);
    expect(document.paths['/billing/status'].get.security).toBeUndefined();
    expect(document.security).toEqual([{ bearerAuth: [] }, { apiKeyHeader: [] }]);
  });

  it('says of the operator’s routes that one token opens them all, so that no tool asks for it route by route', () => {
    const paths = Object.entries<Record<string, any>>(document.paths);
    const ofTheOperator = paths.filter(([path]) => /^\/(organizations|operator)\b/.test(path));
    const operations = ofTheOperator.flatMap(([, byMethod]) => Object.values(byMethod));
    expect(operations.length).toBeGreaterThan(5);
    for (const { security, parameters = [] } of operations) {
      expect(security).toEqual([{ operatorToken: [] }]);
      expect(parameters.map(({ name }: { name: string }) => name)).not.toContain('x-operator-token');
    }
    expect(document.components.securitySchemes.operatorToken).toMatchObject({
      type: 'apiKey',
      in: 'header',
      name: 'x-operator-token',
    });
  });

  describe('live answers are what the document says', () => {
    const expectValid = (path: string, method: string, answer: Answer) =>
      expect(new ValidAnswers(document).problemOf(path, method, answer)).toBeNull();

    const checkout = (answer: Answer) => expectValid('/billing/checkout', 'post', answer);

    it('POST /billing/checkout: 401, 403, 400, 404, 200, 502, 503, 409', async () => {
      const org = await service.newOrg();
      const call = (body: unknown, key?: string) => service.call('POST', '/billing/checkout', { key, body });
      checkout(await call(CHECKOUT));
      checkout(await call({}, org.key));
      checkout(await call({ ...CHECKOUT, planId: 'plan_gold' }, org.key));
      const suspended = await service.newOrg();
      await service.setStatus(suspended, 'expired');
      checkout(await call(CHECKOUT, suspended.key));
      for (const status of [422, 500]) {
        await service.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'error_before', status });
        checkout(await call(CHECKOUT, org.key));
      }
      const open = await call(CHECKOUT, org.key);
      expect(open.status).toBe(200);
      checkout(open);
      await service.sandbox.pay(open.body.data.checkoutUrl);
      await service.untilStatus(org, 'trialing');
      const conflict = await call(CHECKOUT, org.key);
      expect(conflict.status).toBe(409);
      checkout(conflict);
    });

    it('GET /billing/status: 401, 403, and 200 before and after the first subscription', async () => {
      const status = async (key?: string) =>
        expectValid('/billing/status', 'get', await service.call('GET', '/billing/status', { key }));
      const org = await service.newOrg();
      await status();
      await status((await service.newOrg(['billing:write'])).key);
      await status(org.key);
      await service.buy(org);
      await service.untilStatus(org, 'trialing');
      await status(org.key);
    });

    it('GET /billing/credits and /billing/credit-summary: 401, 403, and 200 without and with usage', async () => {
      const org = await service.newOrg();
      const writer = await service.newOrg(['billing:write']);
      const read = async (path: string, key?: string) => {
        const answer = await service.call('GET', path, { key });
        expectValid(path, 'get', answer);
        return answer.status;
      };
      const both = async (key?: string) => [
        await read('/billing/credits', key),
        await read('/billing/credit-summary', key),
      ];
      expect(await both()).toEqual([401, 401]);
      expect(await both(writer.key)).toEqual([403, 403]);
      expect(await both(org.key)).toEqual([200, 200]);
      await service.buy(org);
      await service.untilStatus(org, 'trialing');
      const body = { amount: 5, category: 'posts', description: 'Five' };
      await service.call('POST', '/billing/credits/consume', { key: org.key, body });
      expect(await both(org.key)).toEqual([200, 200]);
    });

    it('POST /billing/credits/consume: 401, 403, 400, 413, 415, 402, 200, 422', async () => {
      const path = '/billing/credits/consume';
      const org = await service.newOrg();
      await service.buy(org);
      await service.untilStatus(org, 'trialing');
      const consume = async (body: unknown, key?: string, headers?: Record<string, string>) => {
        const answer = await service.call('POST', path, { key, body, headers });
        expectValid(path, 'post', answer);
        return answer.status;
      };
      const some = { amount: 5, category: 'posts' };
      const reader = await service.newOrg(['billing:read']);
      const once = { 'idempotency-key': 'once' };
      expect(await consume(some)).toBe(401);
      expect(await consume(some, reader.key)).toBe(403);
      expect(await consume({}, org.key)).toBe(400);
      expect(await consume({ padding: 'x'.repeat(300_000) }, org.key)).toBe(413);
      expect(await consume(some, org.key, { 'content-type': 'text/plain' })).toBe(415);
      expect(await consume({ ...some, amount: 1_000_000 }, org.key)).toBe(402);
      expect(await consume(some, org.key, once)).toBe(200);
      expect(await consume({ ...some, amount: 6 }, org.key, once)).toBe(422);
    });

    it('POST /billing/credits/purchase: 401, 403, 400, 404, 413, 415, 502, 503, 200, 422', async () => {
      const path = '/billing/credits/purchase';
      const org = await service.newOrg();
      const purchase = async (body: unknown, key?: string, headers?: Record<string, string>) => {
        const answer = await service.call('POST', path, { key, body, headers });
        expectValid(path, 'post', answer);
        return answer.status;
      };
      const { successUrl, cancelUrl } = CHECKOUT;
      const pack = { packId: 'pack_1000', successUrl, cancelUrl };
      const reader = await service.newOrg(['billing:read']);
      const once = { 'idempotency-key': 'once' };
      expect(await purchase(pack)).toBe(401);
      expect(await purchase(pack, reader.key)).toBe(403);
      expect(await purchase({}, org.key)).toBe(400);
      expect(await purchase({ ...pack, packId: 'pack_7' }, org.key)).toBe(404);
      expect(await purchase({ padding: 'x'.repeat(300_000) }, org.key)).toBe(413);
      expect(await purchase(pack, org.key, { 'content-type': 'text/plain' })).toBe(415);
      for (const [atDodo, status] of [
        [422, 502],
        [500, 503],
      ]) {
        await service.sandbox.fault({
          method: 'POST',
          path: '/checkouts',
          kind: 'error_before',
          status: atDodo,
        });
        expect(await purchase(pack, org.key)).toBe(status);
      }
      expect(await purchase(pack, org.key, once)).toBe(200);
      expect(await purchase({ ...pack, packId: 'pack_5000' }, org.key, once)).toBe(422);
    });

    /** Checks the answers, and that they are all which the document names, but for those that are shown elsewhere. */
    function expectAll(path: string, method: string, answers: Answer[], elsewhere: number[] = [429]): void {
      for (const answer of answers) expectValid(path, method, answer);
      const documented = Object.keys(document.paths[path][method].responses).map(Number);
      const shown = [...new Set([...answers.map(({ status }) => status), ...elsewhere, 500, 503])];
      const ascending = (statuses: number[]) => statuses.toSorted((one, other) => one - other);
      expect([path, method, ascending(shown)]).toEqual([path, method, ascending(documented)]);
    }

    /** What every route with a body refuses, whoever else it refuses: 400, 413, 415. */
    const bodyRefusals = (
      method: string,
      path: string,
      options: { key?: string; headers?: Record<string, string> },
    ) =>
      Promise.all([
        service.call(method, path, { ...options, text: '[' }),
        service.call(method, path, { ...options, body: 'x'.repeat(300_000) }),
        service.call(method, path, {
          ...options,
          body: {},
          headers: { ...options.headers, 'content-type': 'text/plain' },
        }),
      ]);

    /** 422: one Idempotency-Key, two bodies. The first answer comes with it. */
    const twice = async (method: string, path: string, key: string, bodies: [unknown, unknown]) => {
      const headers = { 'idempotency-key': randomUUID() };
      const first = await service.call(method, path, { key, headers, body: bodies[0] });
      return [first, await service.call(method, path, { key, headers, body: bodies[1] })];
    };

    const KEY = { name: 'CI', scopes: ['billing:read'] };

    it('POST /api-keys: 200, 400, 401, 403, 409, 413, 415, 422', async () => {
      const { key } = await service.newOrg();
      const weak = await service.newOrg(['billing:read']);
      const answers = [
        await service.call('POST', '/api-keys', { body: KEY }),
        await service.call('POST', '/api-keys', { key: weak.key, body: KEY }),
        ...(await bodyRefusals('POST', '/api-keys', { key })),
        ...(await twice('POST', '/api-keys', key, [KEY, { ...KEY, name: 'other' }])),
      ];
      while (answers.at(-1)!.status !== 409) {
        answers.push(await service.call('POST', '/api-keys', { key, body: KEY }));
      }
      expectAll('/api-keys', 'post', answers);
    });

    it('GET /api-keys and /auth/profile: 200, 401, and 403', async () => {
      const { key } = await service.newOrg();
      const weak = await service.newOrg(['kb:read']);
      const ask = (path: string, sent?: string) => service.call('GET', path, { key: sent });
      const lists = [await ask('/api-keys'), await ask('/api-keys', weak.key), await ask('/api-keys', key)];
      expectAll('/api-keys', 'get', lists);
      expectAll('/auth/profile', 'get', [await ask('/auth/profile'), await ask('/auth/profile', weak.key)]);
    });

    it('PATCH and DELETE /api-keys/{id}, and its rotation: every status that they name', async () => {
      const { key } = await service.newOrg();
      const weak = await service.newOrg(['billing:read']);
      const { id: own } = (await service.call('GET', '/auth/profile', { key })).body.data;
      const { id } = (await service.call('POST', '/api-keys', { key, body: KEY })).body.data;
      const at = (method: string, path: string, body?: unknown, sent: string | undefined = key) =>
        service.call(method, `/api-keys/${path}`, { key: sent, body });
      const outsiders = async (method: string, path: string) => [
        await service.call(method, `/api-keys/${path}`),
        await at(method, path, undefined, weak.key),
      ];
      expectAll('/api-keys/{id}', 'patch', [
        ...(await outsiders('PATCH', id)),
        ...(await bodyRefusals('PATCH', `/api-keys/${id}`, { key })),
        ...(await twice('PATCH', `/api-keys/${id}`, key, [{ name: 'one' }, { name: 'two' }])),
        await at('PATCH', 'key_0', { name: 'x' }),
        await at('PATCH', own, { expiresAt: '2199-01-01T00:00:00Z' }),
      ]);
      const soon = {
        name: 'x',
        scopes: ['kb:read'],
        expiresAt: service.clock.secondsFromNow(2).toISOString(),
      };
      const late = (await service.call('POST', '/api-keys', { key, body: soon })).body.data.id;
      service.clock.advanceSeconds(3);
      expectAll('/api-keys/{id}/rotate', 'post', [
        ...(await outsiders('POST', `${id}/rotate`)),
        ...(await bodyRefusals('POST', `/api-keys/${id}/rotate`, { key })),
        ...(await twice('POST', `/api-keys/${id}/rotate`, key, [{ graceSeconds: 1 }, { graceSeconds: 2 }])),
        await at('POST', 'key_0/rotate', {}),
        await at('POST', `${late}/rotate`, {}),
      ]);
      expectAll('/api-keys/{id}', 'delete', [
        ...(await outsiders('DELETE', id)),
        ...(await bodyRefusals('DELETE', `/api-keys/${id}`, { key })),
        await at('DELETE', 'key_0'),
        await at('DELETE', own),
        await at('DELETE', id),
      ]);
    });

    it('the operator plane: every status that its routes name', async () => {
      const headers = { 'x-operator-token': OPERATOR_TOKEN };
      const call = (method: string, path: string, body?: unknown) =>
        service.call(method, path, { headers, body });
      const off = [404, 429];
      const made = await call('POST', '/organizations', { name: 'Acme', email: 'a@acme.com' });
      expectAll(
        '/organizations',
        'post',
        [
          made,
          await service.call('POST', '/organizations'),
          ...(await bodyRefusals('POST', '/organizations', { headers })),
        ],
        off,
      );
      const events = '/operator/dodo-events';
      for (const path of ['/organizations', events]) {
        const answers = [path, `${path}?limit=0`].map((address) => call('GET', address));
        expectAll(path, 'get', [await service.call('GET', path), ...(await Promise.all(answers))], off);
      }
      expectAll('/organizations/{id}', 'get', [
        await service.call('GET', '/organizations/x'),
        await call('GET', '/organizations/%zz'),
        await call('GET', '/organizations/x'),
        await call('GET', `/organizations/${made.body.data.id}`),
      ]);
      const add = async (type: string): Promise<string> => {
        const [{ id }] = await service.query(
          `INSERT INTO dodo_events (webhook_id, type, body, status, received_at)
           VALUES (gen_random_uuid(), $1, '{}', 'dead', now()) RETURNING id`,
          [type],
        );
        return id;
      };
      expectAll(`${events}/{id}/replay`, 'post', [
        await service.call('POST', `${events}/1/replay`),
        ...(await bodyRefusals('POST', `${events}/1/replay`, { headers })),
        await call('POST', `${events}/x/replay`),
        await call('POST', `${events}/${await add('payment.succeeded')}/replay`),
        await call('POST', `${events}/${await add('license_key.created')}/replay`),
      ]);
    });

    it('GET /health: 200', async () => {
      expectValid('/health', 'get', await service.call('GET', '/health'));
    });

    it('POST /webhooks/dodo: 401', async () => {
      expectValid('/webhooks/dodo', 'post', await service.call('POST', '/webhooks/dodo', { body: {} }));
    });
  });

  describe('GET /docs', () => {
    it('serves Swagger UI and everything it needs from here', async () => {
      const page = await (await fetch(`${service.url}/docs`)).text();
      expect(page).toContain('swagger-ui');
      const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
      expect(assets.length).toBeGreaterThan(3);
      for (const asset of assets) {
        expect(asset).toMatch(/^\.\//);
        const response = await fetch(new URL(asset, `${service.url}/docs`));
        expect([asset, response.status]).toEqual([asset, 200]);
        await response.arrayBuffer();
      }
    });

    it('tries things on this instance first', async () => {
      const script = await (await fetch(`${service.url}/docs/swagger-ui-init.js`)).text();
      expect(script).toMatch(/"servers": \[\s*\{\s*"url": "\/"/);
    });

    it('leads to the document, which is also where Nest has it', async () => {
      const script = await (await fetch(`${service.url}/docs/swagger-ui-init.js`)).text();
      expect(script).toContain('[openapi.json](/openapi.json)');
      const { status, headers, body } = await service.call('GET', '/docs-json');
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(body.paths).toEqual(document.paths);
    });
  });
});
