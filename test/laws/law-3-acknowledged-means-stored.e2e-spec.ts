import { Webhook } from 'standardwebhooks';
import { DataSource } from 'typeorm';
import { NewOrganizations } from '../../src/auth/new-organizations';
import { OrganizationsService } from '../../src/auth/organizations.service';
import { THE_TESTS, TestService } from '../support/test-service';
import { until } from '../support/until';

describe('Law 3: acknowledged means stored', () => {
  const service = TestService.ofThisSuite();
  let count = 0;

  const secret = () => service.environment.DODO_PAYMENTS_WEBHOOK_KEY!;

  interface Post {
    id?: string;
    body?: string;
    at?: Date;
    secret?: string;
    headers?: Record<string, string>;
  }

  /** A post as Dodo makes it, signed by the reference implementation. */
  async function post({ id = `msg_${(count += 1)}`, body = '{}', at = new Date(), ...rest }: Post) {
    const response = await fetch(`${service.url}/webhooks/dodo`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(rest.secret ?? secret()).sign(id, at, body),
        ...rest.headers,
      },
      body,
    });
    return { id, status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  const stored = (id: string) => service.query('SELECT * FROM dodo_events WHERE webhook_id = $1', [id]);

  const event = (type: string, data: object = {}) =>
    JSON.stringify({ business_id: 'bus_sandbox', type, timestamp: '2026-11-23T12:00:00Z', data });

  it('stores the very bytes and answers 200', async () => {
    const body = '{ "type":"payout.success",\n "data": {"amount": 1.0, "name": "\\u00e9\\/é"} }';
    const { id, status, body: answer } = await post({ body });
    expect([status, answer]).toEqual([200, { success: true }]);
    const [row] = await stored(id);
    expect(row).toMatchObject({ type: 'payout.success', status: 'ignored' });
    expect(row.body.toString()).toBe(body);
  });

  it('stores every event of a burst, each once and with its job, though they share commits', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `msg_burst_${index}`);
    const posts = [...ids, ...ids.toReversed()].map((id) => post({ id, body: event('payment.succeeded') }));
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual(Array(120).fill(200));
    const rows = await service.query(
      `SELECT webhook_id FROM dodo_events WHERE webhook_id LIKE 'msg_burst_%' ORDER BY id`,
    );
    expect(rows.map((row) => row.webhook_id).toSorted()).toEqual(ids.toSorted());
    // Without a payment's id there is nothing to go by; that it is known is what the job has found out.
    await until('each was followed by its job', async () => {
      const [{ count: dead }] = await service.query(
        `SELECT count(*) FROM dodo_events WHERE webhook_id LIKE 'msg_burst_%' AND status = 'dead'`,
      );
      return dead === '60';
    });
  });

  it('lets an event that the database refuses fail alone, whoever it shared a commit with', async () => {
    await service.query(`
      CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.webhook_id = 'msg_poison' THEN RAISE EXCEPTION 'poison'; END IF;
        RETURN NEW;
      END $$`);
    await service.query(
      `CREATE TRIGGER refuse_poison BEFORE INSERT ON dodo_events FOR EACH ROW EXECUTE FUNCTION refuse_poison()`,
    );
    const ids = Array.from({ length: 30 }, (_, index) => (index === 15 ? 'msg_poison' : `msg_good_${index}`));
    const posts = await Promise.all(ids.map((id) => post({ id, body: event('payout.success') })));
    await service.query('DROP FUNCTION refuse_poison CASCADE');
    expect(posts.filter(({ status }) => status !== 200).map(({ id }) => id)).toEqual(['msg_poison']);
    const rows = await service.query(`SELECT FROM dodo_events WHERE webhook_id LIKE 'msg_good_%'`);
    expect(rows).toHaveLength(29);
    expect(await stored('msg_poison')).toHaveLength(0);
  });

  it('stores a webhook id once, also when it comes ten times at the same moment', async () => {
    const posts = await Promise.all(
      Array.from({ length: 10 }, () => post({ id: 'msg_ten', body: event('payout.success') })),
    );
    expect(posts.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await stored('msg_ten')).toHaveLength(1);
  });

  it.each<[string, Post, number]>([
    ['signed by another key', { secret: `whsec_${Buffer.alloc(32).toString('base64')}` }, 401],
    ['six minutes old', { at: new Date(Date.now() - 360_000) }, 401],
    ['six minutes early', { at: new Date(Date.now() + 360_000) }, 401],
    ['with another id than was signed', { headers: { 'webhook-id': 'msg_other' } }, 401],
    ['without a signature', { headers: { 'webhook-signature': '' } }, 401],
    ['with a signature of another version', { headers: { 'webhook-signature': 'v2,abc' } }, 401],
    ['with a time that is no number', { headers: { 'webhook-timestamp': 'yesterday' } }, 401],
    ['that is not JSON', { body: '{broken' }, 400],
    ['without a body', { body: '' }, 400],
    ['with an id of 300 characters', { id: 'm'.repeat(300) }, 400],
  ])('refuses a post %s, and stores nothing', async (_, parts, expected) => {
    const before = await service.query('SELECT count(*) FROM dodo_events');
    const { status, body } = await post(parts);
    expect(status).toBe(expected);
    expect(body).toMatchObject({ success: false, error: expected === 401 ? 'unauthorized' : 'bad_request' });
    expect(await service.query('SELECT count(*) FROM dodo_events')).toEqual(before);
  });

  it.each([
    ['a list', '[]'],
    ['a text', '"hello"'],
    ['a number', '7'],
    ['null', 'null'],
    ['an object without a type', '{}'],
    ['a type that is a number', '{"type": 5}'],
    ['a type with a NUL in it', '{"type": "pay\\u0000ment"}'],
    ['a type of 10 kB', JSON.stringify({ type: 't'.repeat(10_000) })],
    ['a time far ahead', '{"type": "x", "timestamp": "+275760-09-13T00:00:00.000Z"}'],
    ['a time long ago', '{"type": "x", "timestamp": "-200000-01-01T00:00:00Z"}'],
    ['a byte order mark', '\uFEFF{"type": "x"}'],
    ['an event that nobody knows', event('teleport.arrived', { payment_id: 'pay_1' })],
  ])('stores and acknowledges %s, and does nothing about it', async (_, body) => {
    const { id, status } = await post({ body });
    expect(status).toBe(200);
    expect(await stored(id)).toMatchObject([{ status: 'ignored' }]);
  });

  it.each(['', '???', 'a/b/c;;;', 'text/plain'])('does not mind the content type %j', async (contentType) => {
    expect((await post({ headers: { 'content-type': contentType } })).status).toBe(200);
  });

  it.each([
    ['without data', '{"type":"payment.succeeded"}'],
    ['without an id', event('payment.succeeded')],
    ['with an id that is no text', event('refund.failed', { refund_id: 7 })],
  ])('declares an event %s dead, and says why', async (_, body) => {
    const { id, status } = await post({ body });
    expect(status).toBe(200);
    const row = await until('the event is dead', async () => {
      const [seen] = await stored(id);
      return seen.status === 'dead' && seen;
    });
    expect(row.error).toMatch(/has no/);
  });

  describe('a type of event that Dodo has added', () => {
    const followed = (id: string) =>
      until('the event is followed', async () => {
        const [seen] = await stored(id);
        return seen.status !== 'pending' && seen;
      });

    it('is followed by what it is about, like those that we know', async () => {
      const org = await service.newOrg();
      const paid = await service.buy(org);
      await service.untilRefund(paid.payment_id, 'succeeded');
      await service.untilQuiet();
      const [{ dodo_refund_id: refundId }] = await service.query(
        'SELECT dodo_refund_id FROM refunds WHERE dodo_payment_id = $1',
        [paid.payment_id],
      );
      await service.query(`UPDATE subscriptions SET status = 'paused' WHERE org_id = $1`, [org.orgId]);
      for (const [type, data] of [
        ['payment.applauded', { payment_id: paid.payment_id }],
        ['refund.applauded', { refund_id: refundId }],
        ['subscription.teleported', { subscription_id: paid.subscription_id }],
      ] as const) {
        const { id } = await post({ body: event(type, data) });
        expect(await followed(id)).toMatchObject({ status: 'processed', error: null });
      }
      await service.untilStatus(org, 'trialing');
    });

    it.each(['payment.x', 'refund.x', 'subscription.x'])(
      '%s is ignored when it names nothing',
      async (type) => {
        const { id } = await post({ body: event(type, { something: 'else' }) });
        expect(await followed(id)).toMatchObject({
          status: 'ignored',
          error: expect.stringMatching(/is new to us and has no/),
        });
      },
    );
  });

  it('keeps trying an event whose object Dodo can not show, and notes why', async () => {
    const { id } = await post({ body: event('payment.succeeded', { payment_id: 'pay_nobody' }) });
    const row = await until('it has been tried', async () => {
      const [seen] = await stored(id);
      return seen.attempts > 0 && seen;
    });
    expect(row).toMatchObject({ status: 'pending', error: expect.stringContaining('404') });
    const [job] = await service.query(
      `SELECT run_at > now() AS waits FROM graphile_worker.jobs WHERE key = $1`,
      [`dodo-event:${row.id}`],
    );
    expect(job).toEqual({ waits: true });
  });

  it('declares it dead after the last try', async () => {
    const { id } = await post({ body: event('payment.succeeded', { payment_id: 'pay_never' }) });
    await until('it has been tried', async () => (await stored(id))[0].attempts === 1);
    await service.query('UPDATE dodo_events SET attempts = 199 WHERE webhook_id = $1', [id]);
    await until('the event is dead', async () => (await stored(id))[0].status === 'dead');
  });

  it.each([
    ['lost', 'DELETE FROM graphile_worker._private_jobs'],
    ['given up', 'UPDATE graphile_worker._private_jobs SET attempts = max_attempts'],
  ])('follows a pending event whose job is %s', async (how, lose) => {
    const { id } = await post({
      body: event('payment.succeeded', { payment_id: `pay_${how.replace(' ', '_')}` }),
    });
    const { id: eventId } = await until('it has been tried', async () => {
      const [seen] = await stored(id);
      return seen.attempts === 1 && seen;
    });
    const its = 'WHERE key = $1 AND locked_at IS NULL RETURNING id';
    await until(
      `its job is ${how}`,
      async () => (await service.query(`${lose} ${its}`, [`dodo-event:${eventId}`]))[1] === 1,
    );
    await service.query(
      `UPDATE dodo_events SET received_at = received_at - interval '1 hour' WHERE id = $1`,
      [eventId],
    );
    await service.query(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key = 'inbox.sweep'`);
    await until('it is tried again', async () => (await stored(id))[0].attempts > 1);
  });

  describe('an event that fits no organization', () => {
    it('is kept, and followed when the organization appears', async () => {
      const buyer = await service.newOrg();
      // Someone else's sale in the same Dodo account: nothing of ours is on it.
      const { customer_id } = await service.sandbox.call<{ customer_id: string }>('POST', '/customers', {
        email: 'walk-in@example.com',
        name: 'Walk In',
      });
      const session = await service.sandbox.call<{ checkout_url: string }>('POST', '/checkouts', {
        product_cart: [
          { product_id: 'pdt_setup_fee', quantity: 1 },
          { product_id: 'pdt_pro', quantity: 1 },
        ],
        customer: { customer_id },
        subscription_data: { trial_period_days: 3 },
        return_url: 'https://app.acme.com/',
      });
      const paid = await service.sandbox.pay(session.checkout_url);
      await until('its events are kept', async () => {
        const kept = await service.query(`SELECT type FROM dodo_events WHERE status = 'unmatched'`);
        return kept.length === 3;
      });
      expect(
        await service.query('SELECT * FROM refunds WHERE dodo_payment_id = $1', [paid.payment_id]),
      ).toEqual([]);

      await service.query('UPDATE organizations SET dodo_customer_id = $2 WHERE id = $1', [
        buyer.orgId,
        customer_id,
      ]);
      await service.query(
        `SELECT graphile_worker.add_job('dodo-event.rematch', json_build_object('matchKeys', json_build_array($1::text)))`,
        [`customer:${customer_id}`],
      );
      await service.untilStatus(buyer, 'trialing');
      await service.untilRefund(paid.payment_id, 'succeeded');
      expect(await service.query(`SELECT * FROM dodo_events WHERE status = 'unmatched'`)).toEqual([]);
    });
  });

  /** A sale in the same Dodo account that says whom it is for; resolves once its three events are kept. */
  async function sellFor(orgId: string): Promise<void> {
    const { customer_id } = await service.sandbox.call<{ customer_id: string }>('POST', '/customers', {
      email: `${orgId}@example.com`,
      name: 'Early',
    });
    const session = await service.sandbox.call<{ checkout_url: string }>('POST', '/checkouts', {
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { customer_id },
      subscription_data: { trial_period_days: 3 },
      return_url: 'https://app.acme.com/',
      metadata: { org_id: orgId },
    });
    await service.sandbox.pay(session.checkout_url);
    await until('its events are kept', async () => {
      const kept = await service.query(`SELECT match_keys FROM dodo_events WHERE status = 'unmatched'`);
      return kept.length === 3 && kept.every((row) => row.match_keys.includes(`organization:${orgId}`));
    });
  }

  const areFollowed = async (orgId: string) => {
    await until('they are followed', async () => {
      const [row] = await service.query('SELECT billing_status FROM organizations WHERE id = $1', [orgId]);
      return row.billing_status === 'active';
    });
    await until('none of them waits', async () => {
      const waiting = await service.query(`SELECT FROM dodo_events WHERE status = 'unmatched'`);
      return waiting.length === 0;
    });
  };

  it('follows an event that names an organization, when that one appears', async () => {
    const orgId = 'org_that_is_to_come';
    await sellFor(orgId);
    const organization = await service.app
      .get(OrganizationsService)
      .create('Acme', 'early@example.com', THE_TESTS);
    // Ids are ours to give: this is the one that was made, under the name that the events know.
    await service.query('UPDATE organizations SET id = $2 WHERE id = $1', [organization.id, orgId]);
    await service.app
      .get(DataSource)
      .transaction((tx) => service.app.get(NewOrganizations).announce(tx, orgId));
    await areFollowed(orgId);
  });

  it('follows one that was kept while the organization was about to be committed', async () => {
    const orgId = 'org_under_way';
    const database = service.app.get(DataSource);
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO organizations (id, name, email, created_at) VALUES ($1, 'Acme', 'a@example.com', now())`,
        [orgId],
      );
      // Nothing waits yet, so nobody is told to look again.
      await service.app.get(NewOrganizations).announce(tx, orgId);
      await sellFor(orgId);
    });
    const jobs = `UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key LIKE 'dodo-event:%' AND run_at > now()`;
    await until('each of them looks once more', async () => (await service.query(jobs))[1] >= 3);
    await areFollowed(orgId);
  });

  describe('whom an announcement makes look', () => {
    /** Of that one: another test's may still be under way. */
    const rematches = `SELECT FROM graphile_worker._private_jobs
                        WHERE payload -> 'matchKeys' IS NOT NULL AND payload::text LIKE '%' || $1 || '%'`;
    const announced = async (orgId: string) => {
      const database = service.app.get(DataSource);
      let made: unknown[] = [];
      const isRolledBack = database.transaction(async (tx) => {
        await service.app.get(NewOrganizations).announce(tx, orgId);
        made = await tx.query(rematches, [orgId]);
        throw new Error('and back');
      });
      await expect(isRolledBack).rejects.toThrow('and back');
      return made;
    };

    it('is nobody while no event waits for it', async () => {
      expect(await announced('org_1')).toEqual([]);
    });

    it('is nobody when the organization does not come to be after all', async () => {
      await sellFor('org_that_never_comes');
      expect(await announced('org_that_never_comes')).toHaveLength(1);
      expect(await service.query(rematches, ['org_that_never_comes'])).toEqual([]);
    });
  });

  it('takes either secret while one is being replaced', async () => {
    const next = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const rotating = await TestService.start({
      DODO_PAYMENTS_WEBHOOK_KEY: `${secret()}, ${next}`,
    });
    try {
      const url = `${rotating.url}/webhooks/dodo`;
      for (const key of [secret(), next]) {
        const at = new Date();
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'webhook-id': `msg_${key}`,
            'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
            'webhook-signature': new Webhook(key).sign(`msg_${key}`, at, '{}'),
          },
          body: '{}',
        });
        expect(response.status).toBe(200);
      }
    } finally {
      await rotating.stop();
    }
  });
});
