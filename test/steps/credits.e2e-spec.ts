import { Logger } from '@nestjs/common';
import { AdoptionService } from '../../src/billing/adoption/adoption.service';
import type { CreditBalance } from '../../src/billing/credits/credit-balance.entity';
import { CreditLedger } from '../../src/billing/credits/credit-ledger.service';
import { CreditSpendingService } from '../../src/billing/credits/credit-spending.service';
import { CreditsService } from '../../src/billing/credits/credits.service';
import { HistoryService } from '../../src/billing/history/history.service';
import { Database } from '../../src/database/database';
import type { Tx } from '../../src/database/database';
import { StillService } from '../support/still-service';
import { THE_TESTS } from '../support/test-service';

const PRO_CREDITS = 2000;

interface Subscriber {
  orgId: string;
  subscriptionId: string;
}

describe('credits, step by step', () => {
  const service = StillService.ofThisSuite();

  async function subscriber(): Promise<Subscriber> {
    const caller = await service.newOrg();
    const paid = await service.buy(caller);
    await service.tell('subscription.active', paid.subscription_id!);
    await service.tell('payment.succeeded', paid.payment_id);
    return { orgId: caller.orgId, subscriptionId: paid.subscription_id! };
  }

  const newestPayment = async ({ subscriptionId }: Subscriber): Promise<string> =>
    (await service.sandbox.paymentsFor(subscriptionId))[0]!;

  /** The next period, which has been paid: the payment is told of, then the subscription, or the other way round. */
  async function renew(
    org: Subscriber,
    days: number,
    isPaymentFirst = true,
    isShown: (paymentId: string) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string> {
    await service.passDays(days);
    const paymentId = await newestPayment(org);
    await isShown(paymentId);
    const tell = [
      () => service.tell('payment.succeeded', paymentId),
      () => service.tell('subscription.renewed', org.subscriptionId),
    ];
    for (const say of isPaymentFirst ? tell : tell.toReversed()) await say();
    return paymentId;
  }

  /** One more subscription of theirs, by a link of the merchant's own. */
  async function oneMore({ orgId }: Subscriber, trial_period_days: number): Promise<string> {
    const { subscription_id } = await service.sandbox.buyElsewhere({
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { email: 'payer@example.com', name: 'Acme' },
      subscription_data: { trial_period_days },
      metadata: { org_id: orgId },
    });
    return subscription_id!;
  }

  const balanceOf = async ({ orgId }: { orgId: string }) => {
    const [row] = await service.query(
      `SELECT allocation_left AS "allocationLeft", purchased_left AS "purchasedLeft", allocation,
              allocation_cause AS "allocationCause", dodo_subscription_id AS "subscriptionId",
              used_since AS "usedSince", resets_at AS "resetsAt", low_since AS "lowSince", updated_at AS "updatedAt"
         FROM credit_balances WHERE org_id = $1`,
      [orgId],
    );
    return row;
  };

  const entriesOf = ({ orgId }: { orgId: string }) =>
    service.query(
      `SELECT kind, cause, allocation_delta AS allocation, purchased_delta AS purchased, balance_after AS after
         FROM credit_entries WHERE org_id = $1 ORDER BY created_at, allocation_delta`,
      [orgId],
    );

  const kindsOf = async (org: { orgId: string }): Promise<string[]> =>
    (await entriesOf(org)).map(({ kind }: { kind: string }) => kind);

  const told = async ({ orgId }: { orgId: string }, prefix: string): Promise<string[]> =>
    (
      await service.query(
        `SELECT event FROM outbound_events WHERE org_id = $1 AND event LIKE $2 || '%' ORDER BY created_at, event`,
        [orgId, prefix],
      )
    ).map(({ event }: { event: string }) => event);

  const periodOf = async ({ subscriptionId }: Subscriber): Promise<{ start: Date; end: Date }> => {
    const [row] = await service.query(
      `SELECT current_period_start AS start, current_period_end AS "end" FROM subscriptions WHERE dodo_subscription_id = $1`,
      [subscriptionId],
    );
    return row;
  };

  /** Entries are told apart by when they were made. */
  function afterAMoment<T>(work: () => T): T {
    service.clock.passSeconds(1);
    return work();
  }

  const spend = (
    { orgId }: { orgId: string },
    amount: number,
    key: string | null = null,
    more: object = {},
  ) =>
    afterAMoment(() =>
      service.get(CreditSpendingService).consume(orgId, { amount, category: 'posts', ...more }, key),
    );

  async function buyPack({ orgId }: { orgId: string }): Promise<string> {
    const checkoutUrl = await service.orderPack(orgId);
    return afterAMoment(async () => (await service.sandbox.pay(checkoutUrl)).payment_id);
  }

  describe('the allocation', () => {
    it('comes with the trial, and runs until its end', async () => {
      const org = await subscriber();
      const { start, end } = await periodOf(org);
      const cause = `allocation:${org.subscriptionId}:trial`;
      expect(await entriesOf(org)).toEqual([
        { kind: 'allocation', cause, allocation: PRO_CREDITS, purchased: 0, after: PRO_CREDITS },
      ]);
      expect(await balanceOf(org)).toEqual({
        allocationLeft: PRO_CREDITS,
        purchasedLeft: 0,
        allocation: PRO_CREDITS,
        allocationCause: cause,
        subscriptionId: org.subscriptionId,
        usedSince: service.clock.now(),
        resetsAt: end,
        lowSince: null,
        updatedAt: service.clock.now(),
      });
      const [entry] = await service.query(
        `SELECT dodo_subscription_id AS "subscriptionId", dodo_payment_id AS "paymentId", paid_at AS "paidAt",
                period_start AS "periodStart", plan_id AS "planId", category, description
           FROM credit_entries WHERE org_id = $1`,
        [org.orgId],
      );
      expect(entry).toEqual({
        subscriptionId: org.subscriptionId,
        paymentId: null,
        paidAt: null,
        periodStart: start,
        planId: 'plan_pro',
        category: null,
        description: null,
      });
      expect(await told(org, 'subscription.')).toEqual(['subscription.trialing']);
    });

    it.each([true, false])(
      'comes anew with a period that is paid (payment first: %s)',
      async (isPaymentFirst) => {
        const org = await subscriber();
        await spend(org, 300);
        const paymentId = await renew(org, 4, isPaymentFirst);
        const { start, end } = await periodOf(org);
        const cause = `allocation:${org.subscriptionId}:${start.toISOString()}:plan_pro`;
        expect((await entriesOf(org)).slice(2)).toEqual([
          {
            kind: 'expiry',
            cause: `expiry:allocation:${org.subscriptionId}:trial`,
            allocation: 300 - PRO_CREDITS,
            purchased: 0,
            after: 0,
          },
          { kind: 'allocation', cause, allocation: PRO_CREDITS, purchased: 0, after: PRO_CREDITS },
        ]);
        const [paid] = await service.query(
          `SELECT entry.dodo_payment_id AS "paymentId", entry.paid_at = payment.dodo_created_at AS "isDated"
           FROM credit_entries entry JOIN payments payment USING (dodo_payment_id) WHERE entry.cause = $1`,
          [cause],
        );
        expect(paid).toEqual({ paymentId, isDated: true });
        expect(await balanceOf(org)).toMatchObject({
          allocationLeft: PRO_CREDITS,
          allocationCause: cause,
          usedSince: service.clock.now(),
          resetsAt: end,
        });
        expect(await told(org, 'subscription.')).toEqual(['subscription.trialing', 'subscription.activated']);

        await renew(org, 31, isPaymentFirst);
        expect(await told(org, 'subscription.renewed')).toHaveLength(1);
        expect(await kindsOf(org)).toEqual([
          'allocation',
          'consumption',
          'expiry',
          'allocation',
          'expiry',
          'allocation',
        ]);
      },
    );

    it.each([
      [true, 'a line'],
      [false, 'a line'],
      [true, 'no lines'],
    ])('comes anew with a period that costs nothing (payment first: %s, with %s)', async (isFirst, lines) => {
      const org = await subscriber();
      const shows = async (paymentId: string) => {
        await service.sandbox.lag(`/payments/${paymentId}`, { total_amount: 0 }, 99);
        const line = { items_id: 'pdt_pro', amount: 0, tax: 0, refundable_amount: 0 };
        await service.sandbox.lag(
          `/payments/${paymentId}/line-items`,
          { items: lines === 'a line' ? [line] : [] },
          99,
        );
      };
      const paymentId = await renew(org, 4, isFirst, shows);
      const [paid] = await service.query(
        'SELECT plan_minor, total_minor FROM payments WHERE dodo_payment_id = $1',
        [paymentId],
      );
      expect(paid).toEqual({ plan_minor: '0', total_minor: '0' });
      const { start, end } = await periodOf(org);
      expect(await balanceOf(org)).toMatchObject({
        allocationLeft: PRO_CREDITS,
        allocationCause: `allocation:${org.subscriptionId}:${start.toISOString()}:plan_pro`,
        resetsAt: end,
      });
      await renew(org, 31, isFirst);
      expect(await kindsOf(org)).toEqual(['allocation', 'expiry', 'allocation', 'expiry', 'allocation']);
    });

    it('comes once, however often it is told of', async () => {
      const org = await subscriber();
      const paymentId = await renew(org, 4);
      const before = [await entriesOf(org), await balanceOf(org)];
      service.clock.passSeconds(60);
      await service.tell('payment.succeeded', paymentId);
      await service.tell('subscription.renewed', org.subscriptionId);
      expect([await entriesOf(org), await balanceOf(org)]).toEqual(before);
    });

    it('leaves nothing to lapse when all of it is spent', async () => {
      const org = await subscriber();
      await spend(org, PRO_CREDITS);
      await renew(org, 4);
      expect(await kindsOf(org)).toEqual(['allocation', 'consumption', 'allocation']);
      expect(await balanceOf(org)).toMatchObject({ allocationLeft: PRO_CREDITS, lowSince: null });
    });

    it.each([
      [0, ['allocation', 'expiry']],
      [PRO_CREDITS, ['allocation', 'consumption']],
    ])('ends with its subscription (%i spent)', async (spent, kinds) => {
      const org = await subscriber();
      if (spent > 0) await spend(org, spent);
      await service.sandbox.call('PATCH', `/subscriptions/${org.subscriptionId}`, { status: 'cancelled' });
      service.clock.passSeconds(60);
      await service.tell('subscription.cancelled', org.subscriptionId);
      expect(await kindsOf(org)).toEqual(kinds);
      expect(await balanceOf(org)).toEqual({
        allocationLeft: 0,
        purchasedLeft: 0,
        allocation: 0,
        allocationCause: null,
        subscriptionId: null,
        usedSince: service.clock.now(),
        resetsAt: null,
        lowSince: null,
        updatedAt: service.clock.now(),
      });
      const ended = await balanceOf(org);
      service.clock.passSeconds(60);
      await service.tell('subscription.cancelled', org.subscriptionId);
      expect(await balanceOf(org)).toEqual(ended);
    });

    it('runs longer when its period does', async () => {
      const org = await subscriber();
      const { end } = await periodOf(org);
      const later = new Date(end.getTime() + 5 * 86_400_000);
      await service.sandbox.call('PATCH', `/subscriptions/${org.subscriptionId}`, {
        next_billing_date: later.toISOString(),
      });
      await service.tell('subscription.updated', org.subscriptionId);
      expect(await balanceOf(org)).toMatchObject({ allocationLeft: PRO_CREDITS, resetsAt: later });
      expect(await entriesOf(org)).toHaveLength(1);
    });

    it.each([true, false])(
      'comes with what is paid where there is no trial (payment first: %s)',
      async (isPaymentFirst) => {
        await service.sandbox.behave({ grantTrial: false });
        const caller = await service.newOrg();
        const { payment_id, subscription_id } = await service.buy(caller);
        await service.sandbox.behave({ grantTrial: true });
        const tell = [
          () => service.tell('payment.succeeded', payment_id),
          () => service.tell('subscription.active', subscription_id!),
        ];
        const [first, second] = isPaymentFirst ? tell : tell.toReversed();
        await first!();
        expect(await entriesOf(caller)).toEqual([]);
        await second!();
        expect(await entriesOf(caller)).toMatchObject([{ kind: 'allocation', allocation: PRO_CREDITS }]);
        expect(await told(caller, 'subscription.')).toEqual(['subscription.activated']);
      },
    );

    it('does not come with a product that is no plan of ours', async () => {
      const caller = await service.newOrg();
      const { subscription_id: id } = await service.buy(caller);
      await service.sandbox.lag(`/subscriptions/${id}`, { product_id: 'pdt_other' });
      await service.tell('subscription.active', id!);
      expect(await entriesOf(caller)).toEqual([]);
    });

    it('does not come with a second trial, though nobody remembers the first', async () => {
      const org = await subscriber();
      await service.sandbox.call('PATCH', `/subscriptions/${org.subscriptionId}`, { status: 'cancelled' });
      await afterAMoment(() => service.tell('subscription.cancelled', org.subscriptionId));
      await service.query('DELETE FROM trial_claims WHERE org_id = $1', [org.orgId]);
      await service.tell('subscription.active', await oneMore(org, 3));
      expect(await kindsOf(org)).toEqual(['allocation', 'expiry']);
    });

    it('goes on when another subscription ends', async () => {
      const org = await subscriber();
      const other = await oneMore(org, 0);
      await service.tell('subscription.active', other);
      await service.sandbox.call('PATCH', `/subscriptions/${other}`, { status: 'cancelled' });
      const before = await balanceOf(org);
      for (const id of [other, org.subscriptionId]) await service.tell('subscription.updated', id);
      expect(await balanceOf(org)).toEqual(before);
      expect(await kindsOf(org)).toEqual(['allocation']);
    });

    it('waits for the payment of the next period, and runs as long as it did until then', async () => {
      const org = await subscriber();
      const before = await balanceOf(org);
      await service.passDays(4);
      await service.tell('subscription.renewed', org.subscriptionId);
      expect(await balanceOf(org)).toEqual(before);
    });

    it('runs on while Dodo does not say when its period begins or ends', async () => {
      const org = await subscriber();
      const { resetsAt } = await balanceOf(org);
      const shown = async (values: object) => {
        await service.sandbox.lag(`/subscriptions/${org.subscriptionId}`, values);
        await service.tell('subscription.updated', org.subscriptionId);
        return balanceOf(org);
      };
      expect(await shown({ previous_billing_date: null })).toMatchObject({ resetsAt });
      for (const _ of ['told', 'told again'])
        expect(await shown({ next_billing_date: null })).toMatchObject({ resetsAt: null });
      expect(await shown({})).toMatchObject({ resetsAt, allocationLeft: PRO_CREDITS });
    });
  });

  describe('a pack', () => {
    it('is added once, and outlasts the period', async () => {
      const org = await subscriber();
      const paymentId = await buyPack(org);
      await service.tell('payment.succeeded', paymentId);
      await service.tell('payment.succeeded', paymentId);
      expect((await entriesOf(org)).slice(1)).toEqual([
        { kind: 'purchase', cause: `purchase:${paymentId}`, allocation: 0, purchased: 1000, after: 3000 },
      ]);
      const [entry] = await service.query(
        `SELECT entry.paid_at = payment.dodo_created_at AS "isDated"
           FROM credit_entries entry JOIN payments payment USING (dodo_payment_id) WHERE entry.kind = 'purchase' AND entry.org_id = $1`,
        [org.orgId],
      );
      expect(entry).toEqual({ isDated: true });
      await renew(org, 4);
      expect(await balanceOf(org)).toMatchObject({ allocationLeft: PRO_CREDITS, purchasedLeft: 1000 });
    });

    it('brings nothing when it was bought before its organization was here', async () => {
      const customer = { name: 'Ada', email: 'ada@example.com' };
      const { customer_id: id } = await service.sandbox.call<{ customer_id: string }>(
        'POST',
        '/customers',
        customer,
      );
      const buyElsewhere = async (): Promise<void> => {
        const { session_id } = await service.sandbox.call<{ session_id: string }>('POST', '/checkouts', {
          product_cart: [{ product_id: 'pdt_pack_1000', quantity: 1 }],
          customer: { customer_id: id },
        });
        await service.sandbox.call('POST', `/_sandbox/checkouts/${session_id}/pay`, {});
      };
      await buyElsewhere();
      await service.passDays(1);
      const org = await service.newOrg();
      await service.passDays(1);
      await buyElsewhere();
      await service.get(AdoptionService).adopt(org.orgId, id, THE_TESTS);
      await service.run('customer.read-in', { customerId: id });
      expect(await entriesOf(org)).toMatchObject([{ kind: 'purchase', purchased: 1000 }]);
      const { items } = await service.get(HistoryService).list(org.orgId, { limit: 9, offset: 0 });
      expect(items).toHaveLength(2);
    });

    it('needs no subscription', async () => {
      const org = await service.newOrg();
      await service.tell('payment.succeeded', await buyPack(org));
      expect(await balanceOf(org)).toMatchObject({
        allocationLeft: 0,
        purchasedLeft: 1000,
        allocation: 0,
        usedSince: null,
      });
    });
  });

  describe('spending', () => {
    it('takes what lapses first, then what was bought', async () => {
      const org = await subscriber();
      await service.tell('payment.succeeded', await buyPack(org));
      const { entry } = await spend(org, 2500, null, { description: 'A month of posts' });
      expect(entry).toMatchObject({
        id: expect.stringMatching(/^cre_/),
        kind: 'consumption',
        allocationDelta: -PRO_CREDITS,
        purchasedDelta: -500,
        balanceAfter: 500,
        category: 'posts',
        description: 'A month of posts',
      });
      expect((await entriesOf(org)).at(-1)).toMatchObject({
        cause: entry.cause,
        allocation: -PRO_CREDITS,
        purchased: -500,
        after: 500,
      });
      expect(await balanceOf(org)).toMatchObject({
        allocationLeft: 0,
        purchasedLeft: 500,
        updatedAt: service.clock.now(),
      });
    });

    it('is refused when there is not enough, and leaves nothing behind', async () => {
      const org = await subscriber();
      const before = [await entriesOf(org), await balanceOf(org)];
      await expect(spend(org, PRO_CREDITS + 1, 'k')).rejects.toThrow(
        'Not enough credits: 2001 needed, 2000 left.',
      );
      expect([await entriesOf(org), await balanceOf(org)]).toEqual(before);
      await expect(spend(org, PRO_CREDITS, 'k')).resolves.toMatchObject({ isReplayed: false });
    });

    it('is refused where there never were any', async () => {
      await expect(spend(await service.newOrg(), 1)).rejects.toThrow('Not enough credits: 1 needed, 0 left.');
    });

    it('happens once for a key, and its answer comes again', async () => {
      const org = await subscriber();
      const [first, second] = await Promise.all([spend(org, 10, 'once'), spend(org, 10, 'once')]);
      const third = await spend(org, 10, 'once');
      expect([first!.isReplayed, second!.isReplayed, third.isReplayed].toSorted()).toEqual([
        false,
        true,
        true,
      ]);
      expect(new Set([first!.entry.id, second!.entry.id, third.entry.id]).size).toBe(1);
      expect(await balanceOf(org)).toMatchObject({ allocationLeft: PRO_CREDITS - 10 });
    });

    it.each([
      ['amount', 11, {}],
      ['category', 10, { category: 'images' }],
      ['description', 10, { description: 'Another' }],
    ])('is refused for a key that stands for another %s', async (_, amount, more) => {
      const org = await subscriber();
      await spend(org, 10, 'taken');
      await expect(spend(org, amount, 'taken', more)).rejects.toMatchObject({ status: 422 });
      expect(await balanceOf(org)).toMatchObject({ allocationLeft: PRO_CREDITS - 10 });
    });

    it('keeps the keys of two organizations apart', async () => {
      const [one, other] = [await subscriber(), await subscriber()];
      const results = await Promise.all([spend(one, 1, 'same'), spend(other, 2, 'same')]);
      expect(results.map(({ isReplayed }) => isReplayed)).toEqual([false, false]);
      expect(await balanceOf(one)).toMatchObject({ allocationLeft: PRO_CREDITS - 1 });
      expect(await balanceOf(other)).toMatchObject({ allocationLeft: PRO_CREDITS - 2 });
    });

    it('grants as many of those that come together as there are credits for', async () => {
      const org = await subscriber();
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => spend(org, 600)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect(await balanceOf(org)).toMatchObject({ allocationLeft: PRO_CREDITS - 1800 });
      expect((await entriesOf(org)).map(({ after }: { after: number }) => after).toSorted()).toEqual(
        [2000, 1400, 800, 200].toSorted(),
      );
    });

    it('tells once a period that little is left', async () => {
      const org = await subscriber();
      await spend(org, 1800);
      expect(await told(org, 'credits.')).toEqual([]);
      expect(await balanceOf(org)).toMatchObject({ lowSince: null });
      await spend(org, 1);
      expect(await balanceOf(org)).toMatchObject({ lowSince: service.clock.now() });
      await spend(org, 1);
      expect(await told(org, 'credits.')).toEqual(['credits.low']);
      await renew(org, 4);
      await spend(org, 1900);
      expect(await told(org, 'credits.')).toEqual(['credits.low', 'credits.low']);
    });
  });

  describe('a balance', () => {
    type Held = (tx: Tx, balance: CreditBalance) => Promise<unknown>;
    const open = (orgId: string, held: Held = async () => undefined) =>
      service.get(Database).transaction(async (tx) => {
        const balance = await service.get(CreditLedger).open(tx, orgId);
        await held(tx, balance);
        return balance;
      });

    const aMoment = () => new Promise<string>((resolve) => setTimeout(() => resolve('still waiting'), 200));

    it('is made once, by whoever needs it first', async () => {
      const { orgId } = await service.newOrg();
      let second: Promise<object> | undefined;
      const first = await open(orgId, async () => {
        second = open(orgId);
        await Promise.race([second, aMoment()]);
      });
      const empty = { allocationLeft: 0, purchasedLeft: 0, allocation: 0, allocationCause: null };
      expect(first).toEqual({
        ...empty,
        orgId,
        dodoSubscriptionId: null,
        usedSince: null,
        resetsAt: null,
        lowSince: null,
        updatedAt: service.clock.now(),
      });
      expect(await second).toEqual(first);
    });

    it('is waited for by who spends of it, and by nobody else', async () => {
      const [org, other] = [await subscriber(), await subscriber()];
      let waiting: Promise<string> | undefined;
      await open(org.orgId, async (tx, balance) => {
        waiting = spend(org, 1).then(() => 'spent');
        await aMoment();
        await spend(other, 1);
        expect(await Promise.race([waiting, aMoment()])).toBe('still waiting');
        const { dodoSubscriptionId } = balance;
        const lapsed = {
          kind: 'expiry',
          cause: 'expiry:some',
          allocationDelta: -500,
          dodoSubscriptionId,
        } as const;
        await service.get(CreditLedger).post(tx, balance, lapsed);
      });
      expect(await waiting).toBe('spent');
      expect(await balanceOf(org)).toMatchObject({ allocationLeft: PRO_CREDITS - 501 });
    });

    it('is nobody’s where there is no organization', async () => {
      await expect(open('org_of_nobody')).rejects.toThrow('Organization org_of_nobody does not exist');
    });
  });

  describe('what is shown', () => {
    const credits = () => service.get(CreditsService);

    it('is what was spent lately, newest first, and by category, dearest first', async () => {
      const [org, other] = [await subscriber(), await subscriber()];
      await service.tell('payment.succeeded', await buyPack(org));
      await spend(other, 7);
      await spend(org, 20, null, { category: 'images', description: 'A picture' });
      await service.passDays(2);
      const images = { amount: 20, type: 'images', description: 'A picture' };
      for (const amount of [1, 40]) await spend(org, amount);
      expect(await credits().view(org.orgId)).toMatchObject({
        balance: 2939,
        monthlyAllocation: PRO_CREDITS,
        totalSpent30d: 61,
        recentUsage: [{ amount: 40, description: 'posts', type: 'posts' }, { amount: 1 }, images],
      });
      const summary = await credits().viewSummary(org.orgId);
      expect(summary).toMatchObject({ used: 61, breakdown: { posts: 41, images: 20 } });
      expect(Object.keys(summary.breakdown)).toEqual(['posts', 'images']);
    });

    it('begins anew with the period, and a month later nothing is lately', async () => {
      const org = await subscriber();
      await spend(org, 20);
      await renew(org, 4);
      expect(await credits().viewSummary(org.orgId)).toMatchObject({ used: 0, breakdown: {} });
      expect(await credits().view(org.orgId)).toMatchObject({ totalSpent30d: 20 });
      service.clock.passSeconds(30 * 86_400);
      expect(await credits().view(org.orgId)).toMatchObject({ totalSpent30d: 0 });
      service.clock.passSeconds(-30 * 86_400);
    });

    it('is of the last twenty at most', async () => {
      const org = await subscriber();
      for (let amount = 1; amount <= 21; amount += 1) await spend(org, amount);
      const { recentUsage } = await credits().view(org.orgId);
      expect(recentUsage.map(({ amount }) => amount)).toEqual(Array.from({ length: 20 }, (_, at) => 21 - at));
    });
  });

  it('the log says what was given, bought, and runs low', async () => {
    const said: string[] = [];
    const note = (...[text]: unknown[]) => void said.push(String(text));
    jest.spyOn(Logger.prototype, 'log').mockImplementation(note);
    const org = await subscriber();
    const paymentId = await buyPack(org);
    await service.tell('payment.succeeded', paymentId);
    await spend(org, 2801);
    jest.restoreAllMocks();
    expect(said.filter((text) => /credits/.test(text))).toEqual([
      `Organization ${org.orgId} has been given 2000 credits for allocation:${org.subscriptionId}:trial`,
      `Organization ${org.orgId} has bought 1000 credits with payment ${paymentId}`,
      `Organization ${org.orgId} runs low: 199 of 2000 credits left`,
    ]);
  });
});
