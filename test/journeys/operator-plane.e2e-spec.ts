import { COMMANDS } from '../../src/cli/commands';
import { TestService, type Answer } from '../support/test-service';
import { until } from '../support/until';

const TOKEN = 'a token of the operator of these tests';

const ROUTES: [method: string, path: string, command: string][] = [
  ['POST', '/organizations', 'org create'],
  ['GET', '/organizations', 'org list'],
  ['GET', '/organizations/1', 'org show'],
  ['POST', '/organizations/1/adopt', 'org adopt'],
  ['GET', '/operator/dodo-events', 'events list'],
  ['GET', '/operator/dodo-events/1', 'events show'],
  ['POST', '/operator/dodo-events/replay', 'events replay'],
  ['POST', '/operator/dodo-events/1/replay', 'events replay'],
  ['POST', '/operator/reconcile', 'reconcile'],
  ['GET', '/operator/reconciliations', 'reconciliations list'],
  ['GET', '/operator/reconciliations/1', 'reconciliations show'],
];

describe('the operator plane', () => {
  const service = TestService.ofThisSuite({ OPERATOR_TOKEN: TOKEN });

  const call = (
    method: string,
    path: string,
    body?: unknown,
    token: string | null = TOKEN,
  ): Promise<Answer> =>
    service.call(method, path, { body, headers: token === null ? {} : { 'x-operator-token': token } });

  async function command(words: string, options: Record<string, string> = {}): Promise<any> {
    const found = COMMANDS.find((candidate) => candidate.words === words);
    if (!found || !('run' in found)) throw new Error(`There is no command ${words}.`);
    return found.run(service.app, options);
  }

  const addEvent = async (type: string, status = 'dead'): Promise<string> => {
    const [{ id }] = await service.query(
      `INSERT INTO dodo_events (webhook_id, type, body, status, attempts, error, received_at)
       VALUES (gen_random_uuid(), $1, '{"data": {"secret": "not in a list"}}', $2, 16, 'gave up', now()) RETURNING id`,
      [type, status],
    );
    return id;
  };

  function expectRefusal({ status, body }: Answer, expected: number, code: string, message: RegExp): void {
    expect([status, body]).toEqual([
      expected,
      { success: false, error: code, code, message: expect.stringMatching(message) },
    ]);
  }

  it('has all its routes, and each as a command', async () => {
    const { body: document } = await service.call('GET', '/openapi.json');
    const described = Object.entries<Record<string, any>>(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security = [] }]) => security.some((way: object) => 'operatorToken' in way))
        .map(([method]) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '1')}`),
    );
    expect(ROUTES.map(([method, path]) => `${method} ${path}`).toSorted()).toEqual(described.toSorted());
    expect(COMMANDS.map((each) => each.words)).toEqual(
      expect.arrayContaining(ROUTES.map(([, , words]) => words)),
    );
  });

  it.each(ROUTES)('%s %s wants the operator’s token, and no API key', async (method, path) => {
    const { key } = await service.newOrg();
    for (const token of [null, '', 'wrong', `${TOKEN}x`, TOKEN.slice(0, -1), key]) {
      expectRefusal(await call(method, path, undefined, token), 401, 'unauthorized', /operator token/);
    }
    expectRefusal(await service.call(method, path, { key }), 401, 'unauthorized', /operator token/);
  });

  describe('POST /organizations', () => {
    it.each<[string, unknown, RegExp]>([
      ['no body', undefined, /JSON object/],
      ['no name', { email: 'a@acme.com' }, /^name is required/],
      ['an empty name', { name: ' ', email: 'a@acme.com' }, /^name must not be empty/],
      ['control characters', { name: 'a\u0000', email: 'a@acme.com' }, /^name .*control characters/],
      ['half a character', { name: 'a\ud800', email: 'a@acme.com' }, /^name .*lone surrogates/],
      ['a long name', { name: 'x'.repeat(101), email: 'a@acme.com' }, /^name may have at most 100/],
      ['no e-mail address', { name: 'Acme' }, /^email is required/],
      ['what is no address', { name: 'Acme', email: 'acme.com' }, /^email must be an e-mail address/],
      ['an address at no host', { name: 'Acme', email: 'jo@acme-.com' }, /^email must be an e-mail address/],
      [
        'a long address',
        { name: 'Acme', email: `${'x'.repeat(250)}@acme.com` },
        /^email may have at most 254/,
      ],
    ])('refuses %s, as the command does, and makes nothing', async (_, body, message) => {
      const count = () => service.query('SELECT count(*) FROM organizations');
      const before = await count();
      const answer = await call('POST', '/organizations', body);
      expectRefusal(answer, 400, 'bad_request', message);
      if (body !== undefined) {
        await expect(command('org create', body as Record<string, string>)).rejects.toThrow(
          `--${answer.body.message}`,
        );
      }
      expect(await count()).toEqual(before);
    });

    it.each(['', ' ', 'x'.repeat(101), 'a\u0000'])('no command makes a key named %j', async (name) => {
      const { orgId, key } = await service.newOrg();
      await expect(command('key create', { org: orgId, name })).rejects.toThrow(/^--name m/);
      const scopes = ['billing:read', 'billing:write'];
      const made = await command('key create', {
        org: orgId,
        name: ' Build ',
        scopes: ` ${scopes.join(' , ')} `,
      });
      const { body } = await service.call('GET', '/api-keys', { key });
      expect(body.data).toHaveLength(2);
      expect(body.data).toContainEqual(expect.objectContaining({ id: made.id, name: 'Build', scopes }));
    });

    it('makes an organization and a key that opens it', async () => {
      const { status, body } = await call('POST', '/organizations', { name: ' Acme ', email: 'a@acme.com' });
      expect(status).toBe(200);
      const { apiKey, ...organization } = body.data;
      expect(organization).toEqual({
        id: expect.stringMatching(/^org_/),
        name: 'Acme',
        email: 'a@acme.com',
        billingStatus: 'none',
        suspendedAt: null,
        dodoCustomerId: null,
        createdAt: expect.stringMatching(/Z$/),
      });
      expect((await call('GET', `/organizations/${organization.id}`)).body.data).toEqual(organization);
      const shown = await command('org show', { id: organization.id });
      expect(JSON.parse(JSON.stringify(shown))).toEqual(organization);
      await expect(command('org show', { id: 'org_0' })).rejects.toThrow('There is no organization "org_0"');
      const profile = await service.call('GET', '/auth/profile', { key: apiKey.key });
      expect(profile.body.data).toEqual({
        id: apiKey.id,
        orgId: organization.id,
        name: 'Acme',
        email: 'a@acme.com',
        authType: 'api_key',
      });
      expect((await service.call('GET', '/api-keys', { key: apiKey.key })).body.data).toHaveLength(1);
    });
  });

  describe('GET /organizations', () => {
    it('lists them page by page, newest first, as the command does', async () => {
      const made: string[] = [];
      for (let i = 0; i < 5; i += 1) {
        service.clock.advanceSeconds(1);
        made.unshift((await service.newOrg()).orgId);
      }
      const first = (await call('GET', '/organizations?limit=3')).body.data;
      const second = (await call('GET', '/organizations?limit=3&offset=3')).body.data;
      const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
      expect(ids.slice(0, 5)).toEqual(made);
      expect([first.limit, first.offset, second.offset, first.items.length]).toEqual([3, 0, 3, 3]);
      const [{ count }] = await service.query('SELECT count(*) FROM organizations');
      expect([first.total, second.total]).toEqual([Number(count), Number(count)]);
      expect((await call('GET', '/organizations')).body.data).toMatchObject({ limit: 50, offset: 0 });
      expect((await call('GET', '/organizations?offset=100000')).body.data.items).toEqual([]);
      const printed = JSON.parse(JSON.stringify(await command('org list', { limit: '3' })));
      expect(printed).toEqual(first);
    });

    it.each(['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'offset=-1', 'offset='])(
      'refuses ?%s',
      async (query) => {
        expectRefusal(await call('GET', `/organizations?${query}`), 400, 'bad_request', /whole number/);
      },
    );
  });

  it.each(['org_0', '%00', 'x'.repeat(90)])('GET /organizations/%s is 404', async (id) => {
    const answer = await call('GET', `/organizations/${id}`);
    expectRefusal(answer, 404, 'not_found', /^There is no (organization|id)/);
  });

  it('shows the comparisons with Dodo by route and by command', async () => {
    const { id } = (await call('POST', '/operator/reconcile')).body.data;
    const printed = async (words: string, options?: Record<string, string>) =>
      JSON.parse(JSON.stringify(await command(words, options)));
    const path = '/operator/reconciliations';
    const { body: list } = await call('GET', `${path}?limit=1`);
    expect(list.data.items[0].id).toBe(id);
    expect(await printed('reconciliations list', { limit: '1' })).toEqual(list.data);
    const { body: shown } = await call('GET', `${path}/${id}?limit=2`);
    expect(await printed('reconciliations show', { id, limit: '2' })).toEqual(shown.data);
  });

  describe('GET /operator/dodo-events', () => {
    it('lists what Dodo has sent, newest first, by status, and never its body', async () => {
      const [one, two] = [await addEvent('payment.succeeded'), await addEvent('payment.failed')];
      const answer = await call('GET', '/operator/dodo-events?status=dead&limit=2');
      expect(answer.body.data.items.map(({ id }: { id: string }) => id)).toEqual([two, one]);
      expect(answer.body.data.items[0]).toEqual({
        id: two,
        webhookId: expect.any(String),
        type: 'payment.failed',
        status: 'dead',
        attempts: 16,
        error: 'gave up',
        matchKeys: null,
        eventAt: null,
        receivedAt: expect.stringMatching(/Z$/),
        processedAt: null,
        bodyRemovedAt: null,
      });
      expect(JSON.stringify(answer.body)).not.toContain('secret');
      const printed = JSON.parse(
        JSON.stringify(await command('events list', { status: 'dead', limit: '2' })),
      );
      expect(printed).toEqual(answer.body.data);
      expect((await call('GET', '/operator/dodo-events?status=unmatched')).body.data.total).toBe(0);
      expect((await call('GET', '/operator/dodo-events')).body.data.total).toBeGreaterThanOrEqual(2);
    });

    it.each<[string, RegExp]>([
      ['status=lost', /^status must be one of pending, processed/],
      ['status=dead&status=pending', /^status must be one of/],
      ['limit=1000', /^limit must be a whole number/],
      ['type=', /^type must not be empty/],
      ['type=%00', /^type must not contain control characters/],
    ])('refuses ?%s', async (query, message) => {
      expectRefusal(await call('GET', `/operator/dodo-events?${query}`), 400, 'bad_request', message);
    });

    it('refuses the same on the command line', async () => {
      await expect(command('events list', { status: 'lost', limit: '0' })).rejects.toThrow(
        /^--limit must be a whole number from 1 to 100\. --status must be one of/,
      );
    });
  });

  describe('POST /operator/dodo-events/{id}/replay', () => {
    it.each(['0', '-1', 'abc', '1e3', '%00', '9'.repeat(40)])('knows no event %s', async (id) => {
      const answer = await call('POST', `/operator/dodo-events/${id}/replay`);
      expectRefusal(answer, 404, 'not_found', /^There is no (event|id)/);
    });

    it('refuses one that nothing follows, and leaves it as it is', async () => {
      const id = await addEvent('license_key.created', 'ignored');
      const answer = await call('POST', `/operator/dodo-events/${id}/replay`);
      expectRefusal(answer, 409, 'conflict', /follows events of type "license_key\.created"/);
      expect(await service.query('SELECT status FROM dodo_events WHERE id = $1', [id])).toEqual([
        { status: 'ignored' },
      ]);
    });

    it('follows an event again, whatever became of it, and refunds nothing twice', async () => {
      const org = await service.newOrg();
      const { payment_id: paymentId } = await service.buy(org);
      await service.untilRefund(paymentId, 'succeeded');
      await service.untilQuiet();
      const [{ id }] = await service.query(
        `SELECT id FROM dodo_events WHERE type = 'payment.succeeded' AND encode(body, 'escape') LIKE '%' || $1 || '%'`,
        [paymentId],
      );
      for (const status of ['dead', 'unmatched', 'ignored', 'processed', 'pending']) {
        await service.query(
          `UPDATE dodo_events SET status = $2, error = 'gave up', match_keys = '{x}', processed_at = NULL WHERE id = $1`,
          [id, status],
        );
        const answer = await call('POST', `/operator/dodo-events/${id}/replay`);
        expect([answer.status, answer.body.data]).toMatchObject([
          200,
          { id, status: 'pending', error: null, matchKeys: null },
        ]);
        await until('it is followed', async () => {
          const [row] = await service.query('SELECT * FROM dodo_events WHERE id = $1', [id]);
          return row.status === 'processed' && row.processed_at !== null;
        });
      }
      expect(await service.sandbox.refundsOf(paymentId)).toHaveLength(1);
    });

    it('is a command, too', async () => {
      const id = await addEvent('payment.succeeded');
      expect(await command('events replay', { id })).toMatchObject({ id, status: 'pending' });
      await expect(command('events replay', { id: 'x' })).rejects.toThrow('There is no event "x".');
    });
  });

  describe('GET /operator/dodo-events/{id}', () => {
    it.each(['0', 'abc', '%00', '9'.repeat(40)])('knows no event %s', async (id) => {
      expectRefusal(
        await call('GET', `/operator/dodo-events/${id}`),
        404,
        'not_found',
        /^There is no (event|id)/,
      );
    });

    it('shows a dead letter with its error and what Dodo sent, as the command does', async () => {
      const id = await addEvent('payment.succeeded');
      const { status, body } = await call('GET', `/operator/dodo-events/${id}`);
      expect([status, body.data]).toMatchObject([
        200,
        { id, status: 'dead', error: 'gave up', body: '{"data": {"secret": "not in a list"}}' },
      ]);
      expect(JSON.parse(JSON.stringify(await command('events show', { id })))).toEqual(body.data);
    });
  });

  describe('POST /operator/dodo-events/replay', () => {
    const replay = (body: unknown) => call('POST', '/operator/dodo-events/replay', body);
    const rows = (ids: string[]): Promise<any[]> =>
      service.query('SELECT id, status, attempts, error FROM dodo_events WHERE id = ANY($1) ORDER BY id', [
        ids,
      ]);

    it.each<[unknown, RegExp]>([
      [undefined, /JSON object/],
      [{}, /^status must be one of pending/],
      [{ status: 'lost' }, /^status must be one of pending/],
      [{ status: 'dead', type: '' }, /^type must not be empty/],
      [{ status: 'dead', type: 'a\u0000b' }, /^type must not contain control characters/],
      [{ status: 'dead', type: 'a\ud800' }, /^type must not contain .* lone surrogates/],
      [{ status: 'dead', receivedBefore: '9999-12-31T23:59:59-23:00' }, /in the year 9999 at the latest/],
      [{ status: 'dead', receivedFrom: 'yesterday' }, /^receivedFrom must be an instant such as/],
      [{ status: 'dead', receivedBefore: 5 }, /^receivedBefore must be an instant such as/],
    ])('refuses %j', async (body, message) => {
      expectRefusal(await replay(body), 400, 'bad_request', message);
    });

    it('makes all of a status due, as if they had just come, and leaves the others', async () => {
      const dead = [await addEvent('payment.failed'), await addEvent('payment.succeeded')];
      const others = [await addEvent('license_key.created'), await addEvent('payment.failed', 'processed')];
      const before = await rows(others);
      await service.query(`UPDATE dodo_events SET attempts = 200, body = '{"data": {}}' WHERE id = ANY($1)`, [
        dead,
      ]);
      const { status, body } = await replay({ status: 'dead', type: 'payment.failed' });
      expect([status, body.data.replayed]).toEqual([200, expect.any(Number)]);
      await replay({ status: 'dead' });
      await until('they have been tried once more', async () =>
        (await rows(dead)).every(({ error }) => /has no payment_id/.test(error)),
      );
      expect(await rows(dead)).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
      expect(await rows(others)).toEqual(before);
    });

    it('takes only those that came within the bounds, and says how many', async () => {
      const ids = [
        await addEvent('refund.failed'),
        await addEvent('refund.failed'),
        await addEvent('refund.failed'),
      ];
      for (const [i, id] of ids.entries()) {
        const at = `2024-01-0${i + 1}T00:00:00Z`;
        await service.query('UPDATE dodo_events SET received_at = $2 WHERE id = $1', [id, at]);
      }
      const bounds = { receivedFrom: '2024-01-02T00:00:00Z', receivedBefore: '2024-01-03T00:00:00+00:00' };
      expect((await replay({ status: 'dead', ...bounds })).body.data).toEqual({ replayed: 1 });
      expect(await rows(ids)).toMatchObject([
        { attempts: 16 },
        { attempts: expect.any(Number) },
        { attempts: 16 },
      ]);
      const options = {
        status: 'dead',
        'received-from': '2024-01-01T00:00:00Z',
        'received-before': '2024-01-04T00:00:00Z',
      };
      expect(await command('events replay', { ...options, type: 'refund.failed' })).toEqual({
        replayed: expect.any(Number),
      });
    });

    it('spreads many over time, so that Dodo has room for everything else', async () => {
      await service.query(
        `INSERT INTO dodo_events (webhook_id, type, body, status, attempts, received_at)
         SELECT gen_random_uuid(), 'subscription.updated', '{"data": {}}', 'unmatched', 1, now() FROM generate_series(1, 1200)`,
      );
      const { body } = await replay({ status: 'unmatched', type: 'subscription.updated' });
      expect(body.data).toEqual({ replayed: 1200 });
      const [{ minutes }] = await service.query(
        `SELECT extract(epoch FROM max(run_at) - now()) / 60 AS minutes FROM graphile_worker.jobs
          WHERE task_identifier = 'dodo-event.process'`,
      );
      expect(Number(minutes)).toBeGreaterThan(15);
      await service.query(`DELETE FROM dodo_events WHERE type = 'subscription.updated'`);
    });

    it('refuses the same on the command line', async () => {
      await expect(command('events replay', {})).rejects.toThrow(/^Say which events: one by --id/);
      await expect(command('events replay', { status: 'x' })).rejects.toThrow(/^--status must be one of/);
      await expect(command('events replay', { status: 'dead', 'received-from': 'x' })).rejects.toThrow(
        /^--received-from must be an instant/,
      );
      await expect(command('events replay', { id: '1', status: 'dead' })).rejects.toThrow(/give it alone/);
    });
  });

  describe('the retention of events', () => {
    it('empties what is done with after 90 days, and keeps the rest', async () => {
      const made: Record<string, string> = {};
      for (const status of ['processed', 'ignored', 'dead', 'unmatched']) {
        made[status] = await addEvent('payment.succeeded', status);
      }
      const young = await addEvent('payment.succeeded', 'processed');
      await service.query(
        `UPDATE dodo_events SET received_at = now() - interval '91 days' WHERE id = ANY($1)`,
        [Object.values(made)],
      );
      await service.query(`UPDATE dodo_events SET received_at = now() - interval '89 days' WHERE id = $1`, [
        young,
      ]);
      await service.query(`SELECT graphile_worker.add_job('inbox.retention', '{}')`);
      const bodies = (): Promise<any[]> =>
        service.query(
          'SELECT id, webhook_id, body, body_removed_at, status FROM dodo_events WHERE id = ANY($1) ORDER BY id',
          [[...Object.values(made), young]],
        );
      await until(
        'the old ones are empty',
        async () => (await bodies()).filter((it) => !it.body).length === 2,
      );
      for (const row of await bodies()) {
        const isEmpty = row.id === made.processed || row.id === made.ignored;
        expect([row.status, row.body === null, row.body_removed_at !== null]).toEqual([
          row.status,
          isEmpty,
          isEmpty,
        ]);
      }
      const shown = await call('GET', `/operator/dodo-events/${made.processed}`);
      expect(shown.body.data).toMatchObject({ body: null, bodyRemovedAt: expect.stringMatching(/Z$/) });
      expect(await command('events show', { id: made.processed! })).toMatchObject({ body: null });
      const again = await call('POST', `/operator/dodo-events/${made.processed}/replay`);
      expectRefusal(
        again,
        409,
        'conflict',
        /^The body of event \d+ was removed on .*: it can not be followed/,
      );
      await call('POST', '/operator/dodo-events/replay', { status: 'processed', type: 'payment.succeeded' });
      expect((await bodies()).find(({ id }) => id === made.processed).status).toBe('processed');
      const planned = await service.query(
        `SELECT key, run_at > now() + interval '23 hours' AS tomorrow FROM graphile_worker.jobs WHERE key = 'inbox.retention'`,
      );
      expect(planned).toEqual([{ key: 'inbox.retention', tomorrow: true }]);
    });

    it('leaves none of them for tomorrow, however many there are', async () => {
      await service.query(
        `INSERT INTO dodo_events (webhook_id, type, body, status, received_at)
         SELECT 'old-' || n, 'payment.succeeded', '{}', 'processed', now() - interval '91 days'
           FROM generate_series(1, 1100) AS it (n)`,
      );
      await service.query(`SELECT graphile_worker.add_job('inbox.retention', '{}')`);
      await until('all are empty', async () => {
        const left = await service.query(
          `SELECT FROM dodo_events WHERE webhook_id LIKE 'old-%' AND body IS NOT NULL`,
        );
        return left.length === 0;
      });
    });
  });

  // The last one, since the strategies of the service that it starts outlive it.
  it('is not there without a token of ours', async () => {
    const without = await TestService.start();
    try {
      for (const [method, path] of ROUTES) {
        for (const token of ['', 'undefined', 'null', TOKEN]) {
          const answer = await without.call(method, path, { headers: { 'x-operator-token': token } });
          expectRefusal(answer, 404, 'not_found', /^There is no route /);
        }
      }
    } finally {
      await without.stop();
    }
  });
});
