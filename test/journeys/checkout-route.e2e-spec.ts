import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { SubscriptionsService } from '../../src/billing/subscriptions/subscriptions.service';
import { TestService, CHECKOUT } from '../support/test-service';
import type { Caller } from '../support/test-service';
import { until } from '../support/until';

describe('POST /billing/checkout', () => {
  const service = TestService.ofThisSuite();
  let acme: Caller;

  beforeAll(async () => {
    acme = await service.newOrg();
  });

  const storedCheckouts = async () =>
    (await service.query('SELECT * FROM checkouts ORDER BY created_at')).length;

  const post = (headers: Record<string, string>, body?: string | Uint8Array<ArrayBuffer>) =>
    fetch(`${service.url}/billing/checkout`, { method: 'POST', headers, body });

  describe('401', () => {
    const json = { 'content-type': 'application/json' };
    const stranger = 'sk-social-000000000000000000000000000000000000';

    it.each([
      ['no key', {}],
      ['a key that is none', { authorization: 'Bearer nonsense' }],
      ['a well-formed key that nobody has', { authorization: `Bearer ${stranger}` }],
      ['a key without its scheme', { authorization: stranger }],
      ['an empty x-api-key', { 'x-api-key': '' }],
    ])('refuses %s, whatever the body', async (_, headers) => {
      for (const body of [JSON.stringify(CHECKOUT), '{broken', undefined]) {
        const response = await post({ ...json, ...headers }, body);
        expect(response.status).toBe(401);
        expect(await response.json()).toEqual({
          success: false,
          error: 'unauthorized',
          code: 'unauthorized',
          message: 'Missing or invalid API key.',
        });
      }
    });

    it('refuses two different keys instead of choosing one', async () => {
      const other = await service.newOrg();
      const response = await post({ ...json, authorization: `Bearer ${acme.key}`, 'x-api-key': other.key });
      expect(response.status).toBe(401);
    });

    it.each(['Authorization: Bearer ', 'X-Api-Key: ', 'x-api-key:'])(
      'takes one key that comes twice for one, and two for two: %s',
      async (name) => {
        const other = await service.newOrg();
        const statusOf = (...headers: string[]) =>
          new Promise<number>((resolve, reject) => {
            const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () =>
              socket.write(`GET /billing/status HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\n\r\n`),
            );
            socket.on('error', reject).once('data', (answer) => {
              resolve(Number(answer.toString().split(' ')[1]));
              socket.destroy();
            });
          });
        const mine = name + acme.key;
        expect(await statusOf(mine, mine)).toBe(200);
        expect(await statusOf(mine, `${mine}  `, `AUTHORIZATION: bearer ${acme.key}`)).toBe(200);
        expect(await statusOf(mine, name + other.key)).toBe(401);
        expect(await statusOf(mine, mine, name + other.key)).toBe(401);
        for (const empty of ['x-api-key:', 'X-Api-Key: ', 'Authorization: Bearer ']) {
          expect(await statusOf(mine, empty)).toBe(200);
          expect(await statusOf(empty, empty)).toBe(401);
        }
        expect(await statusOf('x-api-key:', 'x-api-key:', mine)).toBe(200);
      },
    );

    it('refuses an expired key', async () => {
      const expired = await service.newOrg();
      await service.query(`UPDATE api_keys SET expires_at = $1 WHERE org_id = $2`, [
        service.clock.secondsFromNow(-1),
        expired.orgId,
      ]);
      expect((await service.checkout(expired.key)).status).toBe(401);
    });

    it('refuses within a second a key that was deleted beside the service', async () => {
      const leaver = await service.newOrg();
      expect((await service.call('GET', '/billing/status', { key: leaver.key })).status).toBe(200);
      await service.query('DELETE FROM api_keys WHERE org_id = $1', [leaver.orgId]);
      await until('the key is refused', async () => {
        const { status } = await service.call('GET', '/billing/status', { key: leaver.key });
        return status === 401;
      });
    });
  });

  describe('403', () => {
    it.each(['past_due', 'on_hold', 'paused', 'cancelled', 'expired'] as const)(
      'refuses an org that is %s, before looking at the body',
      async (status) => {
        const suspended = await service.newOrg();
        await service.setStatus(suspended, status);
        const response = await post({ authorization: `Bearer ${suspended.key}` }, '{broken');
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({
          success: false,
          error: 'billing_suspended',
          message: 'Subscription expired, cancelled, or past due.',
        });
      },
    );

    it('refuses a key without the scope billing:write', async () => {
      const reader = await service.newOrg(['billing:read']);
      expect((await service.checkout(reader.key)).body.error).toBe('insufficient_scope');
      expect((await service.call('GET', '/billing/status', { key: reader.key })).status).toBe(200);
    });
  });

  describe('400', () => {
    it.each<[string, Record<string, unknown>, RegExp]>([
      ['no plan', { planId: undefined }, /^planId is required\.$/],
      ['a plan that is a number', { planId: 5 }, /^planId must be a string\.$/],
      ['an empty plan', { planId: '' }, /^planId must not be empty\.$/],
      ['a plan of 10 kB', { planId: 'p'.repeat(10_000) }, /^planId may have at most 64 characters\.$/],
      [
        'a NUL in the plan',
        { planId: 'plan\0pro' },
        /^planId must not contain control characters or lone surrogates\.$/,
      ],
      ['half a character in the plan', { planId: 'pro\ud800' }, /^planId must not contain control/],
      ['a plan that is a list', { planId: [] }, /^planId must be a string\.$/],
      ['a plan that is a long list', { planId: Array(65).fill('x') }, /^planId must be a string\.$/],
      [
        'half a character in a URL',
        { successUrl: 'https://a.com/\udfff' },
        /^successUrl must be an absolute/,
      ],
      ['no successUrl', { successUrl: undefined }, /^successUrl is required\.$/],
      [
        'a relative URL',
        { successUrl: '/success' },
        /^successUrl must be an absolute http or https URL, but is/,
      ],
      [
        'another scheme',
        { cancelUrl: 'javascript:alert(1)' },
        /^cancelUrl must be an absolute http or https URL/,
      ],
      ['a URL with a newline', { cancelUrl: 'https://a.com/\nx' }, /^cancelUrl must be an absolute/],
      ['a backslash in successUrl', { successUrl: 'https://a.com\\@b.c' }, /^successUrl must be an absolute/],
      ['a backslash in cancelUrl', { cancelUrl: 'https://a.com\\@b.c' }, /^cancelUrl must be an absolute/],
      ['a URL without a host', { cancelUrl: 'https:///x' }, /^cancelUrl must be an absolute/],
      [
        'a URL of 3 kB',
        { successUrl: `https://a.com/${'x'.repeat(3000)}` },
        /^successUrl may have at most 2048/,
      ],
      ['a null', { successUrl: null }, /^successUrl must be a string\.$/],
    ])('says what is wrong with %s, and stores nothing', async (_, changes, message) => {
      const before = await storedCheckouts();
      const { status, body } = await service.checkout(acme.key, changes);
      expect(status).toBe(400);
      expect(body).toEqual({
        success: false,
        error: 'bad_request',
        code: 'bad_request',
        message: expect.any(String),
      });
      expect(body.message).toMatch(message);
      expect(await storedCheckouts()).toBe(before);
    });

    it.each(['{broken', '[]', '"text"', '7', 'null', ''])('refuses the body %j', async (body) => {
      const response = await post(
        { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' },
        body,
      );
      expect(response.status).toBe(400);
    });

    it('refuses another content type with 415', async () => {
      const response = await post(
        { authorization: `Bearer ${acme.key}`, 'content-type': 'text/plain' },
        '{}',
      );
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ error: 'unsupported_media_type' });
    });

    it('refuses a body that is encoded with 415, and names the encoding', async () => {
      const sent = { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' };
      const text = JSON.stringify(CHECKOUT);
      for (const [encoding, body] of [
        ['gzip', gzipSync(text)],
        ['br', text],
        ['identity, gzip', text],
      ] as const) {
        const response = await post({ ...sent, 'content-encoding': encoding }, body);
        expect([response.status, await response.json()]).toEqual([
          415,
          expect.objectContaining({
            error: 'unsupported_media_type',
            message: `Content encoding "${encoding}" is not supported here: send the body as it is.`,
          }),
        ]);
        expect(response.headers.get('accept-encoding')).toBe('identity');
      }
      expect((await post({ ...sent, 'content-encoding': 'Identity' }, '{}')).status).toBe(400);
      expect((await post({ 'content-encoding': 'gzip' }, gzipSync(text))).status).toBe(401);
    });

    it.each(['foo', 'application', 'json/', '/', '; charset=utf-8'])(
      'refuses the content type %j with 415, once it knows the caller',
      async (type) => {
        const sent = { 'content-type': type };
        expect((await post(sent, '{}')).status).toBe(401);
        const response = await post({ ...sent, authorization: `Bearer ${acme.key}` }, '{}');
        expect([response.status, await response.json()]).toEqual([
          415,
          expect.objectContaining({ message: expect.stringContaining(`"${type}"`) }),
        ]);
        const elsewhere = await fetch(`${service.url}/nope`, { method: 'POST', headers: sent, body: '{}' });
        expect(elsewhere.status).toBe(404);
      },
    );

    it('refuses a body over the limit with 413', async () => {
      const response = await post(
        { authorization: `Bearer ${acme.key}`, 'content-type': 'application/json' },
        JSON.stringify({ ...CHECKOUT, padding: 'x'.repeat(2_000_000) }),
      );
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ success: false, error: 'payload_too_large' });
    });
  });

  it('answers 404 for an unknown plan', async () => {
    const { status, body } = await service.checkout(acme.key, { planId: 'plan_gold' });
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: 'not_found', message: 'There is no plan "plan_gold".' });
  });

  it('answers 409 when the org is subscribed already', async () => {
    const subscribed = await service.newOrg();
    await service.buy(subscribed);
    await service.untilStatus(subscribed, 'trialing');
    const { status, body } = await service.checkout(subscribed.key);
    expect([status, body.error]).toEqual([409, 'conflict']);
  });

  it('answers 409 while a subscription is being set up, and no longer once that was given up', async () => {
    const org = await service.newOrg();
    const { body } = await service.checkout(org.key);
    const { customer } = await sandboxCheckout(body.data.checkoutUrl);
    // Waits for its first payment, of which nothing is heard any more.
    const { subscription_id } = await service.sandbox.call<{ subscription_id: string }>(
      'POST',
      '/subscriptions',
      { product_id: 'pdt_pro', quantity: 1, customer, billing: { country: 'US' } },
    );
    await service.app.get(SubscriptionsService).sync(subscription_id);
    const refused = await service.checkout(org.key);
    expect([refused.status, refused.body.message]).toEqual([
      409,
      expect.stringMatching(/^A subscription of this organization is being set up\./),
    ]);
    service.clock.advanceSeconds(15 * 60);
    const { status, body: opened } = await service.checkout(org.key);
    expect(status).toBe(200);
    await service.sandbox.pay(opened.data.checkoutUrl);
    const { sessionId } = opened.data;
    const verified = await service.client(org).POST('/billing/verify-checkout', { body: { sessionId } });
    expect(verified).toMatchObject({ status: 'trialing', planId: 'plan_pro' });
  });

  describe('200', () => {
    it('answers the checkout address and our session id', async () => {
      const { status, body } = await service.checkout(acme.key);
      expect(status).toBe(200);
      expect(body).toEqual({
        success: true,
        data: {
          checkoutUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/session\/cks_/),
          sessionId: expect.stringMatching(/^cs_[0-9A-Za-z]{22}$/),
        },
      });
    });

    it('takes the key as x-api-key too, and ignores fields that it does not know', async () => {
      const response = await post(
        { 'x-api-key': acme.key, 'content-type': 'application/json; charset=utf-8' },
        JSON.stringify({ ...CHECKOUT, colour: 'green' }),
      );
      expect(response.status).toBe(200);
    });

    it.each([
      ['https://a.com/ok', 'https://a.com/ok?session_id=ID'],
      ['https://a.com', 'https://a.com?session_id=ID'],
      ['https://a.com/ok?x=%20a+b&flag', 'https://a.com/ok?x=%20a+b&flag&session_id=ID'],
      ['https://a.com/ok?session_id=theirs&x=1', 'https://a.com/ok?x=1&session_id=ID'],
      ['https://a.com/ok#/route?y=1', 'https://a.com/ok?session_id=ID#/route?y=1'],
    ])('adds session_id to %s and leaves the rest as it was', async (successUrl, expected) => {
      const { body } = await service.checkout((await service.newOrg()).key, { successUrl });
      const { session_id, return_url } = await sandboxCheckout(body.data.checkoutUrl);
      expect(body.data.checkoutUrl).toContain(session_id);
      expect(return_url).toBe(expected.replace('ID', body.data.sessionId));
    });

    it('sells the fee and the plan, with a trial of three days, to one customer an org', async () => {
      const buyer = await service.newOrg();
      const first = await sandboxCheckout((await service.checkout(buyer.key)).body.data.checkoutUrl);
      const second = await sandboxCheckout((await service.checkout(buyer.key)).body.data.checkoutUrl);
      expect(first.cart).toMatchObject([
        { product_id: 'pdt_setup_fee', quantity: 1 },
        { product_id: 'pdt_pro', quantity: 1 },
      ]);
      expect(first.trial_period_days).toBe(3);
      expect(second.customer).toEqual(first.customer);
    });

    it('sells to one customer an org also when its first two checkouts come at once', async () => {
      const buyer = await service.newOrg();
      await service.sandbox.fault({
        method: 'POST',
        path: '/customers',
        kind: 'delay',
        delayMs: 500,
        times: 2,
      });
      const opened = await Promise.all([service.checkout(buyer.key), service.checkout(buyer.key)]);
      const [first, second] = await Promise.all(
        opened.map(({ body }) => sandboxCheckout(body.data.checkoutUrl)),
      );
      expect(second!.customer).toEqual(first!.customer);
    });

    it('opens nothing for a customer that is another org’s', async () => {
      const [first, second] = [await service.newOrg(), await service.newOrg()];
      await service.checkout(first.key);
      const { dodoCustomerId } = await service.status(first.key);
      const body = JSON.stringify(await service.sandbox.call('GET', `/customers/${dodoCustomerId}`));
      const headers = { 'content-type': 'application/json' };
      const fault = { method: 'POST', path: '/customers', kind: 'error_before', status: 200, body, headers };
      await service.sandbox.fault(fault);
      const before = (await service.sandbox.books()).checkouts.length;
      expect((await service.checkout(second.key)).status).toBe(502);
      expect((await service.sandbox.books()).checkouts.length).toBe(before);
      expect((await service.status(second.key)).dodoCustomerId).toBeNull();
    });
  });

  async function sandboxCheckout(checkoutUrl: string): Promise<Record<string, any>> {
    const { checkouts } = await service.sandbox.books();
    const found = checkouts.find(({ session_id }) => checkoutUrl.includes(session_id));
    if (!found) throw new Error(`The sandbox has no checkout ${checkoutUrl}`);
    return found;
  }
});
