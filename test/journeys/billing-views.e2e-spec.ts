import { CARDS } from '../support/sandbox-control';
import { CHECKOUT, TestService, type Caller } from '../support/test-service';
import { until } from '../support/until';

describe('looking at billing', () => {
  const service = TestService.ofThisSuite();

  const get = (path: string, key?: string) => service.call('GET', path, { key });
  const verify = (sessionId: unknown, key?: string) =>
    service.call('POST', '/billing/verify-checkout', { key, body: { sessionId } });

  describe('GET /billing/plans', () => {
    it('lists the catalogue in its order', async () => {
      expect((await get('/billing/plans')).status).toBe(401);
      const { body } = await get('/billing/plans', (await service.newOrg()).key);
      expect(body.data.map((plan: { id: string }) => plan.id)).toEqual([
        'plan_starter',
        'plan_pro',
        'plan_business',
      ]);
      expect(body.data[1]).toEqual({
        id: 'plan_pro',
        name: 'Pro',
        price: { amount: 4900, currency: 'USD' },
        interval: 'month',
        trialDays: 3,
        setupFee: { amount: 100, currency: 'USD' },
        monthlyCredits: 2000,
        accountLimit: 20,
      });
    });
  });

  describe('POST /billing/verify-checkout', () => {
    async function open(): Promise<Caller & { sessionId: string; checkoutUrl: string }> {
      const org = await service.newOrg();
      const { body } = await service.checkout(org.key);
      return { ...org, ...body.data };
    }

    const atDodo = (checkoutUrl: string) => checkoutUrl.split('/').at(-1)!;

    it('refuses strangers, bad bodies, and sessions of others', async () => {
      const [one, two] = [await open(), await open()];
      expect((await verify(one.sessionId)).status).toBe(401);
      expect((await verify(undefined, one.key)).body.message).toBe('sessionId is required.');
      expect((await verify(7, one.key)).body.message).toBe('sessionId must be a string.');
      expect((await verify('cs_\0', one.key)).status).toBe(400);
      expect((await verify('cs_\ud800', one.key)).status).toBe(400);
      expect((await verify('cs_nothing', one.key)).status).toBe(404);
      expect((await verify(two.sessionId, one.key)).status).toBe(404);
      expect((await verify(atDodo(two.checkoutUrl), one.key)).status).toBe(404);
    });

    it('knows the session by its id at Dodo, too', async () => {
      const checkout = await open();
      const [ours, theirs] = [
        await verify(checkout.sessionId, checkout.key),
        await verify(atDodo(checkout.checkoutUrl), checkout.key),
      ];
      expect([theirs.status, theirs.body]).toEqual([200, ours.body]);
    });

    it('says that it is unpaid', async () => {
      const checkout = await open();
      expect((await verify(checkout.sessionId, checkout.key)).body.data).toEqual({
        status: 'unpaid',
        isTrialing: false,
        trialEnd: null,
        planId: 'plan_pro',
        setupFeeVerified: false,
      });
    });

    it('says that the card was declined', async () => {
      const checkout = await open();
      await service.sandbox.pay(checkout.checkoutUrl, CARDS.declined);
      expect((await verify(checkout.sessionId, checkout.key)).body.data).toMatchObject({ status: 'failed' });
    });

    it.each([
      ['every webhook is lost', 1],
      ['the webhooks come', 0],
    ])('starts the trial when %s, and the fee comes back once', async (_, dropRate) => {
      await service.sandbox.behave({ webhooks: { dropRate } });
      const checkout = await open();
      const paid = await service.sandbox.pay(checkout.checkoutUrl);
      const { body } = await verify(checkout.sessionId, checkout.key);
      expect(body.data).toMatchObject({
        status: 'trialing',
        isTrialing: true,
        trialEnd: expect.any(String),
        planId: 'plan_pro',
        setupFeeVerified: true,
      });
      expect((await verify(checkout.sessionId, checkout.key)).body.data).toEqual(body.data);
      await service.sandbox.behave({ webhooks: { dropRate: 0 } });
      await service.untilQuiet();
      expect(await service.sandbox.refundsOf(paid.payment_id)).toHaveLength(1);
    });

    describe('while Dodo is behind, and no webhook has come', () => {
      const once = (caller: Caller & { sessionId: string }) =>
        service.call('POST', '/billing/verify-checkout', {
          key: caller.key,
          body: { sessionId: caller.sessionId },
          headers: { 'idempotency-key': 'back' },
        });

      beforeEach(() => service.sandbox.behave({ webhooks: { dropRate: 1 } }));
      afterEach(() => service.sandbox.behave({ webhooks: { dropRate: 0 } }));

      it('says that a subscription is on its way, and looks again whatever key the call has', async () => {
        const checkout = await open();
        const { subscription_id } = await service.sandbox.pay(checkout.checkoutUrl);
        await service.sandbox.lag(`/subscriptions/${subscription_id}`, { status: 'pending' });
        expect((await once(checkout)).body.data).toEqual({
          status: 'processing',
          isTrialing: false,
          trialEnd: null,
          planId: 'plan_pro',
          setupFeeVerified: true,
        });
        expect((await once(checkout)).body.data).toMatchObject({ status: 'trialing', isTrialing: true });
        expect((await once(checkout)).headers.get('idempotency-replayed')).toBe('true');
      });

      it('says nothing of the subscription that ended before to whoever has come back and paid', async () => {
        const org = await open();
        await service.sandbox.pay(org.checkoutUrl);
        await once(org);
        await service.call('POST', '/billing/cancel', { key: org.key, body: { when: 'now' } });
        const urls = { successUrl: 'https://app.acme.com/', cancelUrl: 'https://app.acme.com/' };
        const { body } = await service.call('POST', '/billing/reactivate', { key: org.key, body: urls });
        const { subscription_id } = await service.sandbox.pay(body.data.checkoutUrl);
        await service.sandbox.lag(`/subscriptions/${subscription_id}`, { status: 'pending' });
        const again = { ...org, sessionId: body.data.sessionId as string };
        const seen = await verify(again.sessionId, again.key);
        expect(seen.body.data).toMatchObject({ status: 'processing', setupFeeVerified: false });
        expect((await verify(again.sessionId, again.key)).body.data.status).toBe('active');
        expect((await verify(org.sessionId, org.key)).body.data.status).toBe('cancelled');
      });

      it.each(['payments', 'subscriptions'])(
        'waits for what is not to be seen yet among %s',
        async (what) => {
          const checkout = await open();
          await service.sandbox.pay(checkout.checkoutUrl);
          const path = `/${what}/*`;
          await service.sandbox.fault({ method: 'GET', path, kind: 'error_before', status: 404 });
          expect((await once(checkout)).body.data.status).toBe('processing');
          expect((await once(checkout)).body.data.status).toBe('trialing');
        },
      );

      it.each([422, 500])('does not say that nothing was charged when Dodo answers %d', async (status) => {
        const checkout = await open();
        await service.sandbox.pay(checkout.checkoutUrl);
        await service.sandbox.fault({ method: 'GET', path: '/payments/*', kind: 'error_before', status });
        const answer = await once(checkout);
        expect(answer.status).toBe(status === 422 ? 502 : 503);
        expect(answer.body.message).toMatch(/What has been paid stays paid/);
        expect(answer.body.message).not.toMatch(/charged/);
      });
    });

    it('answers 503 while Dodo is away', async () => {
      const checkout = await open();
      await service.sandbox.fault({ method: 'GET', path: '/checkouts/*', kind: 'error_before', status: 500 });
      expect((await verify(checkout.sessionId, checkout.key)).body.error).toBe(
        'payment_provider_unavailable',
      );
    });
  });

  describe('POST /billing/portal', () => {
    const portal = (key?: string, body?: object) => service.call('POST', '/billing/portal', { key, body });

    it('answers a link, also to a suspended org', async () => {
      const org = await service.newOrg();
      expect((await portal()).status).toBe(401);
      for (const returnUrl of ['nowhere', 'https://a.com\\@b.c'])
        expect((await portal(org.key, { returnUrl })).status).toBe(400);
      expect((await portal(org.key)).body.message).toMatch(/nothing to manage yet/);
      await service.buy(org);
      await service.setStatus(org, 'on_hold');
      const { status, body } = await portal(org.key, { returnUrl: 'https://app.acme.com/' });
      expect(status).toBe(200);
      expect(await (await fetch(body.data.url)).text()).toContain('Pro');
    });

    it('says when Dodo is away', async () => {
      const org = await service.newOrg();
      await service.checkout(org.key);
      await service.sandbox.fault({
        method: 'POST',
        path: '/customers/*/customer-portal/session',
        kind: 'drop_before',
      });
      expect((await portal(org.key)).body.error).toBe('payment_provider_unavailable');
    });
  });

  describe('GET /billing/history', () => {
    it('lists payments, refunds and plan changes, newest first, for this org alone', async () => {
      const org = await service.newOrg();
      const historyOf = (caller: Caller, query: { limit?: number; offset?: number; type?: 'refund' } = {}) =>
        service.client(caller).GET('/billing/history', { params: { query } });
      expect(await historyOf(org)).toEqual({
        items: [],
        total: 0,
        limit: 50,
        offset: 0,
      });
      const paid = await service.buy(org);
      await service.untilRefund(paid.payment_id, 'succeeded');
      await service.untilStatus(org, 'trialing');
      await service.client(org).POST('/billing/change-plan', { body: { planId: 'plan_business' } });
      await service.untilQuiet();
      const { items, total } = await historyOf(org);
      expect(total).toBe(3);
      expect(items.map((item) => item.type)).toEqual(['plan_change', 'refund', 'payment']);
      expect(items[0]).toMatchObject({
        id: expect.stringMatching(/^chg_[0-9A-Za-z]{22}$/),
        status: 'done',
        amount: null,
        description: 'Pro → Business',
      });
      expect(items[1]).toMatchObject({ status: 'succeeded', amount: 100, currency: 'USD' });
      expect(items[2]).toMatchObject({
        id: paid.payment_id,
        status: 'succeeded',
        amount: 100,
        description: 'Setup fee',
      });
      const refunds = await historyOf(org, { type: 'refund' });
      expect([refunds.total, refunds.items.length]).toEqual([1, 1]);
      const second = await historyOf(org, { limit: 1, offset: 1 });
      expect(second).toMatchObject({ total: 3, limit: 1, offset: 1, items: [{ type: 'refund' }] });
      expect((await historyOf(await service.newOrg())).total).toBe(0);
    });

    it('says of a payment that was declined what it was for', async () => {
      const org = await service.newOrg();
      await service.buy(org, CARDS.declined);
      const urls = { successUrl: CHECKOUT.successUrl, cancelUrl: CHECKOUT.cancelUrl };
      const pack = await service
        .client(org)
        .POST('/billing/credits/purchase', { body: { ...urls, packId: 'pack_1000' } });
      await service.sandbox.pay(pack.checkoutUrl, CARDS.declined);
      const items = await until('both payments are there', async () => {
        const page = await service.client(org).GET('/billing/history');
        return page.items.length === 2 && page.items;
      });
      expect(items.map(({ status, description }) => [status, description])).toEqual([
        ['failed', 'Purchase'],
        ['failed', 'Subscription'],
      ]);
    });

    it.each(['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'type=gift'])('refuses ?%s', async (query) => {
      expect((await get(`/billing/history?${query}`, (await service.newOrg()).key)).status).toBe(400);
    });
  });
});
