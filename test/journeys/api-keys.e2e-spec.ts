import { DataSource } from 'typeorm';
import { KeyCache } from '../../src/auth/key-cache';
import { ALL_SCOPES, FOREIGN_SCOPES, OWN_SCOPES } from '../../src/auth/scopes';
import { TestService, type Answer, type Caller } from '../support/test-service';
import { until } from '../support/until';

const KEY = /^sk-social-[0-9A-Za-z]{36}$/;
const NEVER_MET = 'key_0000000000000000000000';

describe('API keys', () => {
  const service = TestService.ofThisSuite();

  const call = (method: string, path: string, key?: string, body?: unknown) =>
    service.call(method, `/api-keys${path}`, { key, body });
  const create = (key: string, changes: Record<string, unknown> = {}) =>
    call('POST', '', key, { name: 'CI', scopes: ['billing:read'], ...changes });
  const works = async (key: string) => (await service.call('GET', '/auth/profile', { key })).status === 200;
  const inSeconds = (seconds: number) => service.clock.secondsFromNow(seconds).toISOString();
  const list = async (key: string): Promise<any[]> => (await call('GET', '', key)).body.data;
  const idOf = async ({ key }: Caller): Promise<string> =>
    (await service.call('GET', '/auth/profile', { key })).body.data.id;

  function expectRefusal(answer: Answer, status: number, code: string, message?: RegExp): void {
    expect([answer.status, answer.body]).toEqual([
      status,
      {
        success: false,
        error: code,
        code,
        message: message ? expect.stringMatching(message) : expect.any(String),
      },
    ]);
  }

  it.each([
    ['POST', ''],
    ['GET', ''],
    ['PATCH', `/${NEVER_MET}`],
    ['DELETE', `/${NEVER_MET}`],
    ['POST', `/${NEVER_MET}/rotate`],
  ])('%s /api-keys%s wants a key with keys:write', async (method, path) => {
    const { key } = await service.newOrg(OWN_SCOPES.filter((scope) => scope !== 'keys:write'));
    expectRefusal(await call(method, path), 401, 'unauthorized');
    expectRefusal(await call(method, path, key), 403, 'insufficient_scope', /keys:write/);
  });

  it.each([
    ['PATCH', '', { name: 'x' }],
    ['DELETE', '', undefined],
    ['POST', '/rotate', {}],
  ])('%s /api-keys/{id}%s knows no id that is not the own org’s', async (method, tail, body) => {
    const [one, two] = [await service.newOrg(), await service.newOrg()];
    for (const id of [await idOf(two), NEVER_MET, '%00', "'", 'x'.repeat(90)]) {
      expectRefusal(await call(method, `/${id}${tail}`, one.key, body), 404, 'not_found');
    }
    expect(await works(two.key)).toBe(true);
  });

  describe('POST /api-keys', () => {
    it.each<[string, unknown, RegExp]>([
      ['no body', undefined, /JSON object/],
      ['an array', [], /JSON object/],
      ['no name', { scopes: ['billing:read'] }, /^name is required/],
      ['an empty name', { name: '', scopes: ['billing:read'] }, /^name must not be empty/],
      ['a name of spaces', { name: '   ', scopes: ['billing:read'] }, /^name must not be empty/],
      ['a name of no width', { name: '\u200b', scopes: ['billing:read'] }, /^name must not be empty\.$/],
      ['a long name', { name: 'x'.repeat(101), scopes: ['billing:read'] }, /^name may have at most 100/],
      ['control characters', { name: 'a\u0000b', scopes: ['billing:read'] }, /^name .*control characters/],
      ['half a character', { name: 'a\ud800', scopes: ['billing:read'] }, /^name .*lone surrogates/],
      ['a name that is no text', { name: 1, scopes: ['billing:read'] }, /^name must be a string/],
      ['no scopes', { name: 'x' }, /^scopes is required/],
      ['empty scopes', { name: 'x', scopes: [] }, /^scopes must name at least one of billing:read/],
      ['scopes that are no list', { name: 'x', scopes: 'billing:read' }, /^scopes must be an array/],
      ['scopes of numbers', { name: 'x', scopes: [1] }, /^scopes\.0 must be a string/],
      [
        'an unknown scope',
        { name: 'x', scopes: ['billing:all'] },
        /Unknown scope "billing:all"\. Known: billing:read,/,
      ],
      [
        'a hundred long unknown scopes, naming five',
        { name: 'x', scopes: Array.from({ length: 100 }, (_, i) => `${i}:${'x'.repeat(2000)}`) },
        /^Unknown scope ("\d:x{77}…", ){4}"4:x{77}…" … and 95 more\. Known: billing:read,/,
      ],
      [
        'an expiry that is no instant',
        { name: 'x', scopes: ['kb:read'], expiresAt: 'soon' },
        /^expiresAt must be an instant/,
      ],
      [
        'a date alone',
        { name: 'x', scopes: ['kb:read'], expiresAt: '2099-01-01' },
        /^expiresAt must be an instant/,
      ],
      [
        'a day that is not',
        { name: 'x', scopes: ['kb:read'], expiresAt: '2099-02-30T00:00:00Z' },
        /^expiresAt must be/,
      ],
      [
        'a number',
        { name: 'x', scopes: ['kb:read'], expiresAt: 4_102_444_800 },
        /^expiresAt must be an instant/,
      ],
      [
        'an expiry in the past',
        { name: 'x', scopes: ['kb:read'], expiresAt: '2020-01-01T00:00:00Z' },
        /^expiresAt must be in the future/,
      ],
      [
        'an expiry that is in the year 10000 at Greenwich',
        { name: 'x', scopes: ['kb:read'], expiresAt: '9999-12-31T23:59:59-23:00' },
        /^expiresAt must be an instant .*, in the year 9999 at the latest/,
      ],
    ])('refuses %s, and makes nothing', async (_, body, message) => {
      const { key } = await service.newOrg();
      expectRefusal(await call('POST', '', key, body), 400, 'bad_request', message);
      expect(await list(key)).toHaveLength(1);
    });

    it('makes a key that works, and shows it this once', async () => {
      const { key } = await service.newOrg();
      const expiresAt = inSeconds(3600);
      const scopes = ['billing:read', ...FOREIGN_SCOPES, 'billing:read'];
      const { status, body } = await create(key, { name: ' Server ', scopes, expiresAt });
      expect(status).toBe(200);
      expect(body.data).toEqual({
        id: expect.stringMatching(/^key_/),
        name: 'Server',
        key: expect.stringMatching(KEY),
        scopes: ['billing:read', ...FOREIGN_SCOPES],
        expiresAt,
        createdAt: expect.stringMatching(/Z$/),
      });
      expect(await works(body.data.key)).toBe(true);
      expect(JSON.stringify(await list(key))).not.toContain(body.data.key);
      const stored = await service.query('SELECT * FROM api_keys WHERE id = $1', [body.data.id]);
      expect(JSON.stringify(stored)).not.toContain(body.data.key);
    });

    it('takes an expiry with an offset, and null for never', async () => {
      const { key } = await service.newOrg();
      const offset = await create(key, { expiresAt: '2199-01-01T02:00:00+02:00' });
      expect(offset.body.data.expiresAt).toBe('2199-01-01T00:00:00.000Z');
      expect((await create(key, { expiresAt: null })).body.data.expiresAt).toBeNull();
    });

    it('stops working when it expires', async () => {
      const { key } = await service.newOrg();
      const made = (await create(key, { expiresAt: inSeconds(60) })).body.data.key;
      service.clock.advanceSeconds(59);
      expect(await works(made)).toBe(true);
      service.clock.advanceSeconds(2);
      expectRefusal(await service.call('GET', '/auth/profile', { key: made }), 401, 'unauthorized');
    });

    it('hands out no scope that the caller lacks, but those that gate nothing here', async () => {
      const { key } = await service.newOrg(['keys:write', 'billing:read']);
      for (const scope of ['billing:write', 'webhooks:read', 'webhooks:write']) {
        const answer = await create(key, { scopes: ['billing:read', scope] });
        expectRefusal(answer, 403, 'insufficient_scope', new RegExp(`lacks ${scope}`));
      }
      expect((await create(key, { scopes: ['keys:write', 'posts:write'] })).status).toBe(200);
      expect(await list(key)).toHaveLength(2);
    });

    it('makes no key that outlasts the caller', async () => {
      const { key } = await service.newOrg();
      const expiresAt = inSeconds(60);
      const made = (await create(key, { scopes: ['keys:write', 'kb:read'], expiresAt })).body.data;
      for (const later of [inSeconds(61), null]) {
        const answer = await create(made.key, { scopes: ['kb:read'], expiresAt: later });
        expectRefusal(answer, 403, 'insufficient_scope', /stops working at .*outlasts it/);
      }
      expect((await create(made.key, { scopes: ['kb:read'], expiresAt })).status).toBe(200);
    });

    it('lets an org have fifty, also when it asks for them all at once', async () => {
      const { key } = await service.newOrg();
      const answers = await Promise.all(Array.from({ length: 55 }, () => create(key)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(49);
      expectRefusal(
        answers.find(({ status }) => status !== 200)!,
        409,
        'conflict',
        /50 keys/,
      );
      const [{ id }] = await list(key);
      expect((await call('DELETE', `/${id}`, key)).status).toBe(200);
      expect((await create(key)).status).toBe(200);
    });

    it('is open to suspended orgs, as all of this is', async () => {
      const org = await service.newOrg();
      await service.setStatus(org, 'expired');
      const { body } = await create(org.key);
      expect((await call('PATCH', `/${body.data.id}`, org.key, { name: 'x' })).status).toBe(200);
      expect((await call('POST', `/${body.data.id}/rotate`, org.key)).status).toBe(200);
      expect((await call('DELETE', `/${body.data.id}`, org.key)).status).toBe(200);
      expect(await list(org.key)).toHaveLength(1);
    });
  });

  describe('GET /api-keys', () => {
    it('lists the org’s keys, newest first, by hint', async () => {
      const org = await service.newOrg();
      service.clock.advanceSeconds(1);
      const { data: made } = (await create(org.key, { expiresAt: inSeconds(10) })).body;
      service.clock.advanceSeconds(11);
      expect(await list(org.key)).toEqual([
        {
          id: made.id,
          name: 'CI',
          keyHint: `${made.key.slice(0, 14)}…${made.key.slice(-4)}`,
          scopes: ['billing:read'],
          lastUsedAt: null,
          expiresAt: made.expiresAt,
          createdAt: made.createdAt,
        },
        expect.objectContaining({
          id: await idOf(org),
          lastUsedAt: expect.any(String),
          scopes: [...OWN_SCOPES],
        }),
      ]);
    });
  });

  describe('PATCH /api-keys/{id}', () => {
    it.each<[string, unknown, RegExp]>([
      ['no body', undefined, /JSON object/],
      ['nothing to change', {}, /^Nothing to change/],
      ['what can not be changed', { scopes: ['billing:read'] }, /^Nothing to change/],
      ['an empty name', { name: '' }, /^name must not be empty/],
      ['null for a name', { name: null }, /^name must be a string/],
      ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }, /^expiresAt must be in the future/],
      ['an expiry that is no instant', { expiresAt: 'never' }, /^expiresAt must be an instant/],
    ])('refuses %s', async (_, body, message) => {
      const org = await service.newOrg();
      const { id } = (await create(org.key)).body.data;
      expectRefusal(await call('PATCH', `/${id}`, org.key, body), 400, 'bad_request', message);
    });

    it('renames, sets an expiry and removes it, each alone', async () => {
      const org = await service.newOrg();
      const { id, createdAt } = (await create(org.key)).body.data;
      service.clock.advanceSeconds(1);
      const expiresAt = inSeconds(3600);
      const renamed = (await call('PATCH', `/${id}`, org.key, { name: 'Other' })).body.data;
      expect(renamed).toMatchObject({ id, name: 'Other', expiresAt: null, createdAt });
      expect(renamed.updatedAt > createdAt).toBe(true);
      const limited = (await call('PATCH', `/${id}`, org.key, { expiresAt })).body.data;
      expect(limited).toMatchObject({ name: 'Other', expiresAt });
      const free = (await call('PATCH', `/${id}`, org.key, { expiresAt: null })).body.data;
      expect(free).toMatchObject({ name: 'Other', expiresAt: null });
    });
  });

  describe('PATCH /api-keys/{id} with a later end', () => {
    it('gives none to a key that can do more than the caller’s, running or expired', async () => {
      const org = await service.newOrg();
      const { key } = (await create(org.key, { scopes: ['keys:write', 'billing:read'] })).body.data;
      const scopes = ['billing:read', 'billing:write'];
      const strong = (await create(org.key, { scopes, expiresAt: inSeconds(60) })).body.data;
      const patch = (expiresAt: string | null) => call('PATCH', `/${strong.id}`, key, { expiresAt });
      for (const later of [inSeconds(61), null])
        expectRefusal(await patch(later), 403, 'insufficient_scope', /lacks billing:write/);
      expect((await call('PATCH', `/${strong.id}`, key, { name: 'x' })).status).toBe(200);
      expect((await patch(strong.expiresAt)).status).toBe(200);
      expect((await patch(inSeconds(30))).status).toBe(200);
      service.clock.advanceSeconds(31);
      expectRefusal(await patch(null), 403, 'insufficient_scope', /lacks billing:write/);
      expect(await works(strong.key)).toBe(false);
      expect((await call('PATCH', `/${strong.id}`, org.key, { expiresAt: null })).status).toBe(200);
      expect(await works(strong.key)).toBe(true);
    });

    it('lets no key outlast the caller’s, nor that one itself', async () => {
      const org = await service.newOrg();
      const expiresAt = inSeconds(60);
      const own = (await create(org.key, { scopes: ['keys:write', 'kb:read'], expiresAt })).body.data;
      const other = (await create(org.key, { scopes: ['kb:read'], expiresAt: inSeconds(30) })).body.data;
      for (const id of [own.id, other.id]) {
        for (const later of [inSeconds(61), null]) {
          const answer = await call('PATCH', `/${id}`, own.key, { expiresAt: later });
          expectRefusal(answer, 403, 'insufficient_scope', /stops working at .*outlasts it/);
        }
        expect((await call('PATCH', `/${id}`, own.key, { expiresAt })).status).toBe(200);
      }
    });
  });

  describe('DELETE /api-keys/{id}', () => {
    it('ends the key at once', async () => {
      const org = await service.newOrg();
      const made = (await create(org.key)).body.data;
      expect(await works(made.key)).toBe(true);
      expect((await call('DELETE', `/${made.id}`, org.key)).body).toEqual({ success: true });
      expect(await works(made.key)).toBe(false);
      expectRefusal(await call('DELETE', `/${made.id}`, org.key), 404, 'not_found');
    });

    it('ends it where it was revoked before any news of that', async () => {
      const org = await service.newOrg();
      const made = (await create(org.key)).body.data;
      await until('keys are remembered', async () => {
        expect(await works(made.key)).toBe(true);
        return service.app.get(KeyCache).size > 0;
      });
      await service.query('ALTER TABLE api_keys DISABLE TRIGGER USER');
      try {
        expect(await works(made.key)).toBe(true);
        expect((await call('DELETE', `/${made.id}`, org.key)).status).toBe(200);
        expect(await works(made.key)).toBe(false);
      } finally {
        await service.query('ALTER TABLE api_keys ENABLE TRIGGER USER');
      }
    });
  });

  describe('POST /api-keys/{id}/rotate', () => {
    it.each([-1, 86_401, 1.5, 1e308, '60', null])('refuses a grace of %j', async (graceSeconds) => {
      const org = await service.newOrg();
      const answer = await call('POST', `/${await idOf(org)}/rotate`, org.key, { graceSeconds });
      expectRefusal(
        answer,
        400,
        'bad_request',
        /^graceSeconds must be a whole number of seconds from 0 to 86400\.$/,
      );
      expect(await works(org.key)).toBe(true);
    });

    it('replaces the secret at once without a grace, and keeps everything else', async () => {
      const org = await service.newOrg();
      const { key: before, ...rest } = (await create(org.key, { expiresAt: inSeconds(3600) })).body.data;
      const { status, body } = await call('POST', `/${rest.id}/rotate`, org.key);
      expect(status).toBe(200);
      expect(body.data).toEqual({ ...rest, key: expect.stringMatching(KEY) });
      expect(body.data.key).not.toBe(before);
      expect([await works(before), await works(body.data.key)]).toEqual([false, true]);
      const [{ keyHint }] = (await list(org.key)).filter(({ id }) => id === rest.id);
      expect(keyHint).toContain(body.data.key.slice(-4));
    });

    it('lets both secrets work for the grace, then the new one alone', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      const { key } = (await call('POST', `/${id}/rotate`, org.key, { graceSeconds: 86_400 })).body.data;
      service.clock.advanceSeconds(86_399);
      expect([await works(org.key), await works(key)]).toEqual([true, true]);
      service.clock.advanceSeconds(2);
      expect([await works(org.key), await works(key)]).toEqual([false, true]);
    });

    it('ends an earlier grace when it comes again', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      const second = (await call('POST', `/${id}/rotate`, org.key, { graceSeconds: 600 })).body.data.key;
      const third = (await call('POST', `/${id}/rotate`, org.key, { graceSeconds: 600 })).body.data.key;
      expect([await works(org.key), await works(second), await works(third)]).toEqual([false, true, true]);
    });

    it('never lets the old secret outlive the key', async () => {
      const org = await service.newOrg();
      const made = (await create(org.key, { expiresAt: inSeconds(60) })).body.data;
      await call('POST', `/${made.id}/rotate`, org.key, { graceSeconds: 600 });
      service.clock.advanceSeconds(61);
      expect(await works(made.key)).toBe(false);
      expectRefusal(await call('POST', `/${made.id}/rotate`, org.key), 409, 'conflict', /has expired/);
    });

    it('is undone by a revocation, for both secrets', async () => {
      const org = await service.newOrg();
      const made = (await create(org.key)).body.data;
      const { key } = (await call('POST', `/${made.id}/rotate`, org.key, { graceSeconds: 600 })).body.data;
      await call('DELETE', `/${made.id}`, org.key);
      expect([await works(made.key), await works(key)]).toEqual([false, false]);
    });

    it('does not give the caller a key that can do more than its own', async () => {
      const org = await service.newOrg();
      const { key } = (await create(org.key, { scopes: ['keys:write'] })).body.data;
      expectRefusal(
        await call('POST', `/${await idOf(org)}/rotate`, key),
        403,
        'insufficient_scope',
        /billing:read/,
      );
      expect(await works(org.key)).toBe(true);
    });

    it('does not give the caller a key that outlasts its own', async () => {
      const org = await service.newOrg();
      const made = (await create(org.key, { scopes: [...OWN_SCOPES], expiresAt: inSeconds(60) })).body.data;
      const answer = await call('POST', `/${await idOf(org)}/rotate`, made.key);
      expectRefusal(answer, 403, 'insufficient_scope', /stops working at .*outlasts it/);
      expect((await call('POST', `/${made.id}/rotate`, made.key)).status).toBe(200);
    });

    it('leaves a secret that hands out nothing beyond its grace, and can still replace itself', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      const other = (await create(org.key, { scopes: ['keys:write'], expiresAt: inSeconds(60) })).body.data
        .id;
      await call('POST', `/${id}/rotate`, org.key, { graceSeconds: 600 });
      for (const answer of [
        await create(org.key),
        await call('PATCH', `/${other}`, org.key, { expiresAt: null }),
      ])
        expectRefusal(answer, 403, 'insufficient_scope', /stops working at .*outlasts it/);
      expect((await create(org.key, { expiresAt: inSeconds(599) })).status).toBe(200);
      expect((await call('POST', `/${id}/rotate`, org.key)).status).toBe(200);
    });

    it('happens once when it comes several times at once, so that nobody is given a secret that is gone', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      const answers: Promise<Answer>[] = [];
      await service.app.get(DataSource).transaction(async (tx) => {
        await tx.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [org.orgId]);
        for (let i = 0; i < 3; i += 1) answers.push(call('POST', `/${id}/rotate`, org.key));
        await until('all of them wait', async () => {
          const waiting = await service.query(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          return waiting.length === answers.length;
        });
      });
      const [done, ...more] = (await Promise.all(answers)).toSorted((a, b) => a.status - b.status);
      expect([done!.status, ...more.map(({ status }) => status)]).toEqual([200, 401, 401]);
      expect(await works(done!.body.data.key)).toBe(true);
    });

    it('leaves no call unanswered that a client makes while it changes over', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      let current = org.key;
      const end = new AbortController();
      const client = (async () => {
        const seen = new Set<number>();
        while (!end.signal.aborted)
          seen.add((await service.call('GET', '/auth/profile', { key: current })).status);
        return seen;
      })();
      for (let i = 0; i < 10; i += 1) {
        const { body } = await call('POST', `/${id}/rotate`, current, { graceSeconds: 60 });
        current = body.data.key;
        // What is on its way with the secret of before must have arrived when that one is replaced, too.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      end.abort();
      expect(await client).toEqual(new Set([200]));
    });
  });

  describe('the last key with keys:write', () => {
    const LOCKED_OUT = /No other key with keys:write lasts as long/;

    it('can not be revoked, nor be given an end', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      await create(org.key, { scopes: ['billing:read'] });
      expectRefusal(await call('DELETE', `/${id}`, org.key), 409, 'conflict', LOCKED_OUT);
      const patch = await call('PATCH', `/${id}`, org.key, { expiresAt: inSeconds(3600) });
      expectRefusal(patch, 409, 'conflict', LOCKED_OUT);
      expect(await works(org.key)).toBe(true);
    });

    it('is not stood in for by one that ends earlier', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      const made = (await create(org.key, { scopes: ['keys:write'], expiresAt: inSeconds(60) })).body.data;
      expectRefusal(await call('DELETE', `/${id}`, org.key), 409, 'conflict', LOCKED_OUT);
      await call('PATCH', `/${made.id}`, org.key, { expiresAt: null });
      expect((await call('DELETE', `/${id}`, org.key)).status).toBe(200);
      expectRefusal(await call('DELETE', `/${made.id}`, made.key), 409, 'conflict', LOCKED_OUT);
    });

    it('may be renamed, and rotated', async () => {
      const org = await service.newOrg();
      const id = await idOf(org);
      expect((await call('PATCH', `/${id}`, org.key, { name: 'x', expiresAt: null })).status).toBe(200);
      const { key } = (await call('POST', `/${id}/rotate`, org.key)).body.data;
      expect(await works(key)).toBe(true);
    });

    it('may go once it has expired, since it opens nothing any more', async () => {
      const org = await service.newOrg();
      const made = (await create(org.key, { scopes: ['keys:write'], expiresAt: inSeconds(60) })).body.data;
      service.clock.advanceSeconds(61);
      expect((await call('DELETE', `/${made.id}`, org.key)).status).toBe(200);
    });

    it('survives two that revoke each other, or themselves, at once', async () => {
      for (let round = 0; round < 10; round += 1) {
        const one = await service.newOrg();
        const id = await idOf(one);
        const two = (await create(one.key, { scopes: ['keys:write'] })).body.data;
        const [first, second] =
          round % 2 === 0
            ? [call('DELETE', `/${two.id}`, one.key), call('DELETE', `/${id}`, two.key)]
            : [call('DELETE', `/${id}`, one.key), call('DELETE', `/${two.id}`, two.key)];
        const statuses = [(await first).status, (await second).status].toSorted();
        // A key that was revoked while its own request waited is no longer heard.
        expect(statuses[0]).toBe(200);
        expect([401, 409]).toContain(statuses[1]);
        expect([await works(one.key), await works(two.key)].filter(Boolean)).toHaveLength(1);
      }
    });

    it('survives one revoked while the other is given an end', async () => {
      for (let round = 0; round < 10; round += 1) {
        const one = await service.newOrg();
        const id = await idOf(one);
        const two = (await create(one.key, { scopes: ['keys:write'] })).body.data;
        const answers = await Promise.all([
          call('DELETE', `/${two.id}`, one.key),
          call('PATCH', `/${id}`, one.key, { expiresAt: inSeconds(60) }),
        ]);
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      }
    });
  });

  describe('with an Idempotency-Key', () => {
    it('makes one key of a hundred calls at once, and shows all of them its secret', async () => {
      const { key } = await service.newOrg();
      const body = { name: 'CI', scopes: ['billing:read'] };
      const repeat = () =>
        service.call('POST', '/api-keys', { key, body, headers: { 'idempotency-key': 'once' } });
      const answers = await Promise.all(Array.from({ length: 100 }, repeat));
      expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
      const made = (await repeat()).body.data;
      for (const { status, body: answer } of answers) if (status === 200) expect(answer.data).toEqual(made);
      expect(await list(key)).toHaveLength(2);
      expect(await works(made.key)).toBe(true);
    });

    it('rotates once, so that a lost answer can be asked for again within the grace', async () => {
      const org = await service.newOrg();
      const options = { key: org.key, body: { graceSeconds: 60 }, headers: { 'idempotency-key': 'lost' } };
      const path = `/api-keys/${await idOf(org)}/rotate`;
      const [first, again] = [
        await service.call('POST', path, options),
        await service.call('POST', path, options),
      ];
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.body).toEqual(first.body);
      expect(await works(first.body.data.key)).toBe(true);
    });
  });

  it('finds a key by either secret through an index', async () => {
    const org = await service.newOrg();
    await service.query(
      `INSERT INTO api_keys (id, org_id, name, hash, previous_hash, previous_expires_at, hint, scopes, created_at)
       SELECT 'key_' || n, $1, 'x', sha256(n::text::bytea), sha256((-n)::text::bytea), now(), 'x', '{}', now()
         FROM generate_series(1, 5000) n`,
      [org.orgId],
    );
    await service.query('ANALYZE api_keys');
    const rows = await service.query(
      `EXPLAIN SELECT k.id FROM api_keys k JOIN organizations o ON o.id = k.org_id
        WHERE k.hash = '\\x00' OR k.previous_hash = '\\x00'`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/api_keys_hash_key/);
    expect(plan).toMatch(/api_keys_previous_hash_key/);
    expect(plan).not.toMatch(/Seq Scan on api_keys/);
  });

  it('knows the published scopes', () => {
    expect(ALL_SCOPES).toHaveLength(OWN_SCOPES.length + 13);
  });
});
