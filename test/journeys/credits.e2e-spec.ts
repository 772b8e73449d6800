import { CARDS } from '../support/sandbox-control';
import { TestService } from '../support/test-service';
import type { Answer, Caller } from '../support/test-service';
import { until } from '../support/until';

const PRO_CREDITS = 2000;
const DAY_SECONDS = 86_400;

const PURCHASE = {
  packId: 'pack_1000',
  successUrl: 'https://app.acme.com/billing/success?from=packs',
  cancelUrl: 'https://app.acme.com/billing/cancel',
};

describe('credits', () => {
  const service = TestService.ofThisSuite();

  const get = async ({ key }: Caller, path = '/billing/credits') =>
    (await service.call('GET', path, { key })).body.data as Record<string, any>;
  const summary = (org: Caller) => get(org, '/billing/credit-summary');
  const consume = ({ key }: Caller, body: unknown, headers?: Record<string, string>): Promise<Answer> =>
    service.call('POST', '/billing/credits/consume', { key, body, headers });
  const spend = (org: Caller, amount: number, idempotencyKey?: string) =>
    consume(
      org,
      { amount, category: 'posts.generate' },
      idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
    );
  const purchase = ({ key }: Caller, changes: object = {}): Promise<Answer> =>
    service.call('POST', '/billing/credits/purchase', { key, body: { ...PURCHASE, ...changes } });
  const untilBalance = (org: Caller, balance: number) =>
    until(`the balance is ${balance}`, async () => (await get(org)).balance === balance);

  /** What lapses comes before what replaces it, also within one millisecond. */
  const entriesOf = ({ orgId }: Caller): Promise<any[]> =>
    service.query(
      `SELECT kind, cause, allocation_delta + purchased_delta AS amount FROM credit_entries
        WHERE org_id = $1 ORDER BY created_at, allocation_delta`,
      [orgId],
    );
  const countOf = async (org: Caller, kind: string) =>
    (await entriesOf(org)).filter((entry) => entry.kind === kind).length;

  /** The ledger's own truth: all entries together are the balance, in both of its parts. */
  async function expectBooksToAgree({ orgId }: Caller): Promise<void> {
    const [books] = await service.query(
      `SELECT b.allocation_left, b.purchased_left,
              (SELECT coalesce(sum(allocation_delta), 0)::int FROM credit_entries e WHERE e.org_id = b.org_id) AS allocated,
              (SELECT coalesce(sum(purchased_delta), 0)::int FROM credit_entries e WHERE e.org_id = b.org_id) AS purchased
         FROM credit_balances b WHERE org_id = $1`,
      [orgId],
    );
    expect([books.allocation_left, books.purchased_left]).toEqual([books.allocated, books.purchased]);
  }

  async function subscriber(card?: string) {
    const org = await service.newOrg();
    const paid = await service.buy(org, card);
    await service.untilStatus(org, 'trialing');
    await untilBalance(org, PRO_CREDITS);
    return { ...org, subscriptionId: paid.subscription_id! };
  }

  /** Credits without a subscription: straight into the ledger, as a paid pack would. */
  async function buyPack(org: Caller, packId = 'pack_1000') {
    const { body } = await purchase(org, { packId });
    return service.sandbox.pay(body.data.checkoutUrl);
  }

  describe('the allocation of a plan', () => {
    it('is nothing before the first subscription', async () => {
      const org = await service.newOrg();
      expect(await get(org)).toEqual({
        balance: 0,
        balanceFormatted: '0',
        monthlyAllocation: 0,
        resetAt: null,
        recentUsage: [],
        totalSpent30d: 0,
      });
      expect(await summary(org)).toEqual({
        balance: 0,
        monthlyAllocation: 0,
        used: 0,
        breakdown: {},
        resetAt: null,
      });
    });

    it('comes with the trial, and the billing status shows it', async () => {
      const org = await subscriber();
      const { trialEnd, creditBalance } = await service.status(org.key);
      expect(creditBalance).toBe(PRO_CREDITS);
      expect(await get(org)).toMatchObject({
        balance: PRO_CREDITS,
        balanceFormatted: '2,000',
        monthlyAllocation: PRO_CREDITS,
        resetAt: trialEnd,
      });
      expect(await entriesOf(org)).toEqual([
        { kind: 'allocation', cause: `allocation:${org.subscriptionId}:trial`, amount: PRO_CREDITS },
      ]);
    });

    it('comes anew with each paid period, and what was left does not roll over', async () => {
      const org = await subscriber();
      await spend(org, 300);
      await service.sandbox.advance('4d');
      await service.untilStatus(org, 'active');
      await until('the first period has its credits', async () => (await countOf(org, 'allocation')) === 2);
      const { currentPeriodEnd } = await service.status(org.key);
      expect(await get(org)).toMatchObject({ balance: PRO_CREDITS, resetAt: currentPeriodEnd });
      expect(await summary(org)).toMatchObject({ used: 0, breakdown: {} });
      await service.sandbox.advance('31d');
      await until('the second period has its credits', async () => (await countOf(org, 'allocation')) === 3);
      expect((await entriesOf(org)).map(({ kind, amount }) => [kind, amount])).toEqual([
        ['allocation', 2000],
        ['consumption', -300],
        ['expiry', -1700],
        ['allocation', 2000],
        ['expiry', -2000],
        ['allocation', 2000],
      ]);
      expect((await get(org)).balance).toBe(PRO_CREDITS);
      await expectBooksToAgree(org);
    });

    it('comes once a period, however events are doubled, shuffled and delayed', async () => {
      await service.sandbox.behave({ webhooks: { duplicateRate: 1, shuffle: true, maxDelayMs: 400 } });
      try {
        const org = await subscriber();
        await service.sandbox.advance('4d');
        // A period that is over before anyone has heard of it has no credits to give any more.
        await until('the first paid period', async () => (await countOf(org, 'allocation')) === 2);
        await service.sandbox.advance('31d');
        await until('two paid periods', async () => (await countOf(org, 'allocation')) === 3);
        await service.sandbox.resendAll();
        await new Promise((resolve) => setTimeout(resolve, 600));
        await service.untilQuiet();
        expect(await countOf(org, 'allocation')).toBe(3);
        expect((await get(org)).balance).toBe(PRO_CREDITS);
        await expectBooksToAgree(org);
      } finally {
        await service.sandbox.behave({ webhooks: { duplicateRate: 0, shuffle: false, maxDelayMs: 0 } });
      }
    });

    it('comes with one trial an org, however many checkouts were opened before the first was paid', async () => {
      const org = await service.newOrg();
      const [first, second] = [await service.checkout(org.key), await service.checkout(org.key)];
      await service.sandbox.pay(first.body.data.checkoutUrl);
      await untilBalance(org, PRO_CREDITS);
      await service.call('POST', '/billing/cancel', { key: org.key, body: { when: 'now' } });
      await service.sandbox.pay(second.body.data.checkoutUrl);
      await service.untilQuiet();
      expect((await get(org)).balance).toBe(0);
      expect(await countOf(org, 'allocation')).toBe(1);
    });

    it('comes with the first period when there is no trial', async () => {
      await service.sandbox.behave({ grantTrial: false });
      try {
        const org = await service.newOrg();
        const { payment_id } = await service.buy(org);
        await untilBalance(org, PRO_CREDITS);
        await service.untilQuiet();
        const [entry, ...more] = await service.query('SELECT * FROM credit_entries WHERE org_id = $1', [
          org.orgId,
        ]);
        expect(more).toEqual([]);
        expect(entry).toMatchObject({ kind: 'allocation', dodo_payment_id: payment_id });
      } finally {
        await service.sandbox.behave({ grantTrial: true });
      }
    });

    it('does not come while the renewal is not paid, and comes when it is', async () => {
      const org = await subscriber(CARDS.failsOnRenewal);
      await service.sandbox.advance('4d');
      await service.untilStatus(org, 'on_hold');
      await service.untilQuiet();
      expect(await countOf(org, 'allocation')).toBe(1);
      expect((await spend(org, 1)).body.error).toBe('billing_suspended');
      const { payment_link } = await service.sandbox.call<{ payment_link: string }>(
        'POST',
        `/subscriptions/${org.subscriptionId}/update-payment-method`,
        { type: 'new', return_url: 'https://app.acme.com/' },
      );
      await service.sandbox.enterCard(payment_link, CARDS.success);
      await service.untilStatus(org, 'active');
      await until('the period has its credits', async () => (await countOf(org, 'allocation')) === 2);
      expect((await get(org)).balance).toBe(PRO_CREDITS);
    });

    it('ends with its subscription; purchased credits stay', async () => {
      const org = await subscriber();
      await buyPack(org);
      await untilBalance(org, PRO_CREDITS + 1000);
      await service.sandbox.call('PATCH', `/subscriptions/${org.subscriptionId}`, { status: 'cancelled' });
      await service.untilStatus(org, 'cancelled');
      expect(await get(org)).toMatchObject({ balance: 1000, monthlyAllocation: 0, resetAt: null });
      await expectBooksToAgree(org);
    });

    it('is the new plan’s after an upgrade that was billed', async () => {
      const org = await subscriber();
      await service.sandbox.advance('4d');
      await until('the first period has its credits', async () => (await countOf(org, 'allocation')) === 2);
      await service.sandbox.call('POST', `/subscriptions/${org.subscriptionId}/change-plan`, {
        product_id: 'pdt_business',
        quantity: 1,
        proration_billing_mode: 'prorated_immediately',
      });
      await untilBalance(org, 10_000);
      await service.untilQuiet();
      expect(await countOf(org, 'allocation')).toBe(3);
      expect((await get(org)).monthlyAllocation).toBe(10_000);
    });

    it('is that of one subscription when several of an org start at once, and none waits for another', async () => {
      const deadlocks = async () =>
        (await service.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()'))[0];
      const before = await deadlocks();
      const orgs = await Promise.all(Array.from({ length: 10 }, () => service.newOrg()));
      const opened = await Promise.all(
        orgs.flatMap((org) =>
          [1, 2, 3].map(async () => (await service.checkout(org.key)).body.data.checkoutUrl),
        ),
      );
      await Promise.all(opened.map((checkoutUrl) => service.sandbox.pay(checkoutUrl)));
      for (const org of orgs) await untilBalance(org, PRO_CREDITS);
      await service.untilQuiet();
      for (const org of orgs) {
        expect((await get(org)).balance).toBe(PRO_CREDITS);
        await expectBooksToAgree(org);
      }
      expect(await deadlocks()).toEqual(before);
    });

    it('is not touched by the refund of the setup fee', async () => {
      const org = await service.newOrg();
      const paid = await service.buy(org);
      await service.untilRefund(paid.payment_id, 'succeeded');
      await service.untilQuiet();
      expect((await entriesOf(org)).map(({ kind }) => kind)).toEqual(['allocation']);
    });
  });

  describe('POST /billing/credits/consume', () => {
    it('refuses a missing key, a missing scope, and a suspended org', async () => {
      expect((await service.call('POST', '/billing/credits/consume', { body: {} })).status).toBe(401);
      const reader = await service.newOrg(['billing:read']);
      expect((await spend(reader, 1)).body.error).toBe('insufficient_scope');
      const suspended = await service.newOrg();
      await service.setStatus(suspended, 'past_due');
      const { status, body } = await spend(suspended, 1);
      expect([status, body.error]).toEqual([403, 'billing_suspended']);
      expect((await get(suspended)).balance).toBe(0);
    });

    it.each<[string, Record<string, unknown>, RegExp]>([
      ['no amount', { amount: undefined }, /^amount is required\.$/],
      ['an amount of 0', { amount: 0 }, /^amount must be at least 1\.$/],
      ['a negative amount', { amount: -5 }, /^amount must be at least 1\.$/],
      ['half a credit', { amount: 1.5 }, /^amount must be a whole number from 1 to 1000000\.$/],
      ['an amount as text', { amount: '5' }, /^amount must be a whole number from 1 to 1000000\.$/],
      ['too large an amount', { amount: 1_000_001 }, /^amount must be at most 1000000\.$/],
      ['an amount beyond all numbers', { amount: 1e300 }, /^amount must be/],
      ['no category', { category: undefined }, /^category is required\.$/],
      ['an empty category', { category: '' }, /^category must not be empty\.$/],
      ['a category that nobody can see', { category: ' \u200b' }, /^category must not be empty\.$/],
      ['a category of two lines', { category: 'two\nlines' }, /^category must not contain control/],
      ['a category that is none', { category: ['posts'] }, /^category must be a string\.$/],
      [
        'a category of 51 characters',
        { category: 'c'.repeat(51) },
        /^category may have at most 50 characters\.$/,
      ],
      ['a description that is a number', { description: 7 }, /^description must be a string\.$/],
      [
        'a NUL in the description',
        { description: 'a\0b' },
        /^description must not contain control characters or lone surrogates\.$/,
      ],
      ['half a character', { description: '\ud800' }, /^description must not contain control/],
      [
        'a long description',
        { description: 'd'.repeat(201) },
        /^description may have at most 200 characters\.$/,
      ],
    ])('says what is wrong with %s, and stores nothing', async (_, changes, message) => {
      const org = await service.newOrg();
      const { status, body } = await consume(org, { amount: 1, category: 'posts', ...changes });
      expect(status).toBe(400);
      expect(body.message).toMatch(message);
      expect(await entriesOf(org)).toEqual([]);
    });

    it.each(['Image generation', 'Übersetzung', '画像', 'a/b', '🎬', '__proto__', 'c'.repeat(50)])(
      'adds up by the category %j',
      async (category) => {
        const org = await subscriber();
        expect((await consume(org, { amount: 3, category })).status).toBe(200);
        const { body } = await service.call('GET', '/billing/credit-summary', { key: org.key });
        expect(Object.entries(body.data.breakdown)).toEqual([[category, 3]]);
      },
    );

    it('refuses a body that is too large, or not JSON', async () => {
      const org = await service.newOrg();
      const tooLarge = await consume(org, { padding: 'x'.repeat(300_000) });
      expect([tooLarge.status, tooLarge.body.message]).toEqual([413, expect.stringContaining('256 KiB')]);
      expect((await consume(org, {}, { 'content-type': 'text/plain' })).status).toBe(415);
    });

    it('takes the allocation first, then what was purchased, and then says 402', async () => {
      const org = await subscriber();
      await buyPack(org);
      await untilBalance(org, 3000);
      const first = await consume(org, { amount: 1500, category: 'posts.generate', description: 'Spring' });
      expect(first).toMatchObject({ status: 200, body: { success: true, data: { balance: 1500 } } });
      expect(first.body.data.entryId).toMatch(/^cre_[0-9A-Za-z]{22}$/);
      const second = await consume(org, { amount: 600, category: 'clips' });
      expect(second.body.data.balance).toBe(900);
      const [balance] = await service.query('SELECT * FROM credit_balances WHERE org_id = $1', [org.orgId]);
      expect(balance).toMatchObject({ allocation_left: 0, purchased_left: 900 });
      const short = await spend(org, 901);
      expect([short.status, short.body.error, short.body.code]).toEqual([
        402,
        'insufficient_credits',
        'insufficient_credits',
      ]);
      expect(short.body.message).toBe('Not enough credits: 901 needed, 900 left.');
      expect((await spend(org, 900)).body.data.balance).toBe(0);
      expect((await spend(org, 1)).status).toBe(402);
      expect(await summary(org)).toMatchObject({
        balance: 0,
        used: 3000,
        breakdown: { 'posts.generate': 2400, clips: 600 },
      });
      expect(await get(org)).toMatchObject({
        balance: 0,
        totalSpent30d: 3000,
        recentUsage: [
          { amount: 900, type: 'posts.generate', description: 'posts.generate' },
          { amount: 600, type: 'clips', description: 'clips' },
          { amount: 1500, type: 'posts.generate', description: 'Spring', date: expect.any(String) },
        ],
      });
      await expectBooksToAgree(org);
    });

    it('notes once a period that the balance ran low', async () => {
      const org = await subscriber();
      const lowSince = async () =>
        (await service.query('SELECT low_since FROM credit_balances WHERE org_id = $1', [org.orgId]))[0]
          .low_since;
      await spend(org, 1800);
      expect(await lowSince()).toBeNull();
      await spend(org, 1);
      const noted = await lowSince();
      expect(noted).toBeInstanceOf(Date);
      await spend(org, 1);
      expect(await lowSince()).toEqual(noted);
      await service.sandbox.advance('4d');
      await untilBalance(org, PRO_CREDITS);
      expect(await lowSince()).toBeNull();
    });

    it('says 402 to an org that never had credits, and keeps nothing', async () => {
      const org = await service.newOrg();
      expect((await spend(org, 1)).status).toBe(402);
      expect(await service.query('SELECT * FROM credit_balances WHERE org_id = $1', [org.orgId])).toEqual([]);
    });

    it('never goes below zero when 200 spend at once, and the sum is exact', async () => {
      const org = await subscriber();
      const answers = await Promise.all(Array.from({ length: 200 }, () => spend(org, 15)));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(133);
      expect(statuses.filter((status) => status === 402)).toHaveLength(67);
      expect((await get(org)).balance).toBe(PRO_CREDITS - 133 * 15);
      const balances = answers.filter(({ status }) => status === 200).map(({ body }) => body.data.balance);
      expect(new Set(balances).size).toBe(133);
      expect(Math.min(...balances)).toBe(5);
      await expectBooksToAgree(org);
    });

    it('spends once when 50 calls carry the same key, and all get the same answer', async () => {
      const org = await subscriber();
      const answers = await Promise.all(Array.from({ length: 50 }, () => spend(org, 100, 'job-7')));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(
        49,
      );
      expect((await get(org)).balance).toBe(1900);
    });

    it('answers 422 when a key comes back with another body, and takes nothing', async () => {
      const org = await subscriber();
      await spend(org, 100, 'job-8');
      for (const body of [
        { amount: 101, category: 'posts.generate' },
        { amount: 100, category: 'clips' },
        { amount: 100, category: 'posts.generate', description: 'now with one' },
      ]) {
        const { status, body: answer } = await consume(org, body, { 'idempotency-key': 'job-8' });
        expect([status, answer.error]).toEqual([422, 'idempotency_key_reused']);
      }
      expect((await get(org)).balance).toBe(1900);
    });

    it('keeps the keys of organizations apart, and a key that met 402 usable', async () => {
      const [one, two] = [await subscriber(), await service.newOrg()];
      expect((await spend(one, 100, 'shared')).status).toBe(200);
      expect((await spend(two, 1000, 'shared')).status).toBe(402);
      await buyPack(two);
      await untilBalance(two, 1000);
      const { status, headers } = await spend(two, 1000, 'shared');
      expect([status, headers.get('idempotency-replayed')]).toEqual([200, null]);
    });

    it('refuses a key that is none', async () => {
      const org = await service.newOrg();
      expect((await spend(org, 1, 'k'.repeat(256))).status).toBe(400);
    });

    it('counts the last 30 days only', async () => {
      const org = await subscriber();
      await spend(org, 40);
      service.clock.advanceSeconds(31 * DAY_SECONDS);
      try {
        await spend(org, 2);
        expect(await get(org)).toMatchObject({
          totalSpent30d: 2,
          recentUsage: [{ amount: 2 }, { amount: 40 }],
        });
      } finally {
        service.clock.advanceSeconds(-31 * DAY_SECONDS);
      }
    });
  });

  describe('POST /billing/credits/purchase', () => {
    it('refuses a missing key, a missing scope, and a suspended org', async () => {
      expect((await service.call('POST', '/billing/credits/purchase', { body: PURCHASE })).status).toBe(401);
      const reader = await service.newOrg(['billing:read']);
      expect((await purchase(reader)).body.error).toBe('insufficient_scope');
      const suspended = await service.newOrg();
      await service.setStatus(suspended, 'on_hold');
      const { status, body } = await purchase(suspended);
      expect([status, body.error]).toEqual([403, 'billing_suspended']);
    });

    it.each<[string, Record<string, unknown>, RegExp]>([
      ['no pack', { packId: undefined }, /^packId is required\.$/],
      ['an empty pack', { packId: '' }, /^packId must not be empty\.$/],
      ['a pack of 10 kB', { packId: 'p'.repeat(10_000) }, /^packId may have at most 64 characters\.$/],
      ['a NUL in the pack', { packId: 'a\0' }, /^packId must not contain control/],
      ['half a character', { packId: 'a\udc00' }, /^packId must not contain control/],
      ['a relative URL', { successUrl: '/here' }, /^successUrl must be an absolute/],
      ['no cancelUrl', { cancelUrl: undefined }, /^cancelUrl is required\.$/],
    ])('says what is wrong with %s, and stores nothing', async (_, changes, message) => {
      const org = await service.newOrg();
      const { status, body } = await purchase(org, changes);
      expect(status).toBe(400);
      expect(body.message).toMatch(message);
      expect(await service.query('SELECT 1 FROM checkouts WHERE org_id = $1', [org.orgId])).toEqual([]);
    });

    it('answers 404 for an unknown pack, also for the id of a plan', async () => {
      const org = await service.newOrg();
      for (const packId of ['pack_7', 'plan_pro']) {
        const { status, body } = await purchase(org, { packId });
        expect([status, body.error, body.message]).toEqual([
          404,
          'not_found',
          `There is no credit pack "${packId}".`,
        ]);
      }
    });

    it('sells the pack alone: no fee, no plan, no trial; the way back carries our session', async () => {
      const org = await service.newOrg();
      const { status, body } = await purchase(org);
      expect(status).toBe(200);
      const { checkouts } = (await service.sandbox.books()) as unknown as {
        checkouts: Record<string, any>[];
      };
      const sold = checkouts.find(({ session_id }) => body.data.checkoutUrl.includes(session_id))!;
      expect(sold.cart).toMatchObject([{ product_id: 'pdt_pack_1000', quantity: 1 }]);
      expect(sold.trial_period_days).toBeNull();
      expect(sold.return_url).toBe(`${PURCHASE.successUrl}&session_id=${body.data.sessionId}`);
      expect(sold.metadata).toMatchObject({ org_id: org.orgId, credit_pack_id: 'pack_1000' });
    });

    it.each([
      [422, 502, 'payment_provider_error', 'refused'],
      [500, 503, 'payment_provider_unavailable', 'unknown'],
    ])('tells apart that Dodo refuses and that it is away (%i)', async (atDodo, status, error, stored) => {
      const org = await service.newOrg();
      await service.sandbox.fault({
        method: 'POST',
        path: '/checkouts',
        kind: 'error_before',
        status: atDodo,
      });
      const answer = await purchase(org);
      expect([answer.status, answer.body.error]).toEqual([status, error]);
      expect(await service.query('SELECT status FROM checkouts WHERE org_id = $1', [org.orgId])).toEqual([
        { status: stored },
      ]);
    });

    it('opens one checkout for two calls with one key', async () => {
      const org = await service.newOrg();
      const call = () =>
        service.call('POST', '/billing/credits/purchase', {
          key: org.key,
          body: PURCHASE,
          headers: { 'idempotency-key': 'pack-for-spring' },
        });
      const [first, again] = [await call(), await call()];
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    });

    it('answers 409 while a call with the same key is under way', async () => {
      const org = await service.newOrg();
      const headers = { 'idempotency-key': 'at-once' };
      const call = () =>
        service.call('POST', '/billing/credits/purchase', { key: org.key, body: PURCHASE, headers });
      await service.sandbox.fault({ method: 'POST', path: '/checkouts', kind: 'delay', delayMs: 500 });
      const statuses = (await Promise.all([call(), call()])).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([200, 409]);
      expect(await service.query('SELECT 1 FROM checkouts WHERE org_id = $1', [org.orgId])).toHaveLength(1);
    });

    it('brings the credits when it is paid, once, and they outlive every period', async () => {
      const org = await subscriber();
      await spend(org, 2000);
      const { payment_id } = await buyPack(org, 'pack_5000');
      await untilBalance(org, 5000);
      await service.followAllAgain();
      expect((await entriesOf(org)).filter(({ kind }) => kind === 'purchase')).toEqual([
        { kind: 'purchase', cause: `purchase:${payment_id}`, amount: 5000 },
      ]);
      const [checkout] = await service.query('SELECT * FROM checkouts WHERE dodo_payment_id = $1', [
        payment_id,
      ]);
      expect(checkout).toMatchObject({ status: 'completed', plan_id: null, credit_pack_id: 'pack_5000' });
      await service.sandbox.advance('4d');
      await untilBalance(org, 7000);
      await expectBooksToAgree(org);
    });

    it('is no period of the plan: the trial goes on, and no fee comes back', async () => {
      const org = await subscriber();
      const { payment_id } = await buyPack(org);
      await untilBalance(org, 3000);
      const [payment] = await service.query('SELECT * FROM payments WHERE dodo_payment_id = $1', [
        payment_id,
      ]);
      expect(payment).toMatchObject({ plan_minor: '0', setup_fee_minor: null, total_minor: '1000' });
      expect(await service.status(org.key)).toMatchObject({ status: 'trialing', creditBalance: 3000 });
      expect(await service.query('SELECT 1 FROM refunds WHERE dodo_payment_id = $1', [payment_id])).toEqual(
        [],
      );
    });

    it('brings them to a customer who is back before the webhook', async () => {
      const org = await service.newOrg();
      const { sessionId, checkoutUrl } = (await purchase(org)).body.data;
      const verify = async () =>
        (await service.call('POST', '/billing/verify-checkout', { key: org.key, body: { sessionId } })).body
          .data;
      expect(await verify()).toMatchObject({ status: 'unpaid', planId: null });
      await service.sandbox.behave({ webhooks: { dropRate: 1 } });
      try {
        await service.sandbox.pay(checkoutUrl);
        expect(await verify()).toMatchObject({ status: 'paid', planId: null, setupFeeVerified: false });
        expect((await get(org)).balance).toBe(1000);
        await verify();
        expect((await get(org)).balance).toBe(1000);
      } finally {
        await service.sandbox.behave({ webhooks: { dropRate: 0 } });
      }
    });

    it('brings nothing when the card is declined', async () => {
      const org = await service.newOrg();
      const { body } = await purchase(org);
      await service.sandbox.pay(body.data.checkoutUrl, CARDS.declined);
      await service.untilQuiet();
      expect((await get(org)).balance).toBe(0);
    });
  });

  it('shows an org nothing of another', async () => {
    const [one, two] = [await subscriber(), await service.newOrg()];
    await spend(one, 10);
    expect(await get(two)).toMatchObject({ balance: 0, recentUsage: [], totalSpent30d: 0 });
    expect(await summary(two)).toMatchObject({ balance: 0, used: 0, breakdown: {} });
    expect((await spend(two, 1)).status).toBe(402);
    expect((await get(one)).balance).toBe(1990);
  });

  it('keeps a ledger that nobody can change afterwards', async () => {
    const org = await subscriber();
    const attempt = (sql: string) => service.query(sql, [org.orgId]);
    await expect(attempt('UPDATE credit_entries SET balance_after = 9 WHERE org_id = $1')).rejects.toThrow(
      /append-only/,
    );
    await expect(attempt('DELETE FROM credit_entries WHERE org_id = $1')).rejects.toThrow(/append-only/);
    await expect(
      attempt('UPDATE credit_balances SET allocation_left = -1 WHERE org_id = $1'),
    ).rejects.toThrow(/credit_balances_allocation_check/);
  });
});
