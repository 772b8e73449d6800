import { CreditSpendingService } from '../../src/billing/credits/credit-spending.service';
import { CreditsService } from '../../src/billing/credits/credits.service';
import { StillService } from '../support/still-service';

const PRO_CREDITS = 2000;

interface Twice {
  orgId: string;
  /** Has been paid for its first period, of whose credits 300 are spent. */
  first: string;
  /** Has been paid while the first was suspended. */
  second: string;
}

describe('credits, where one subscription takes the place of another', () => {
  const service = StillService.ofThisSuite();

  async function hearAll(subscriptionId: string): Promise<void> {
    const payments = await service.sandbox.paymentsFor(subscriptionId);
    await service.tell('subscription.updated', subscriptionId);
    for (const id of payments.toReversed()) await service.tell('payment.succeeded', id);
  }

  async function subscriber({ inTrial = false } = {}): Promise<Omit<Twice, 'second'>> {
    const caller = await service.newOrg();
    const { subscription_id: first } = await service.buy(caller);
    await hearAll(first!);
    if (!inTrial) {
      await service.passDays(4);
      await hearAll(first!);
    }
    await spend(caller, 300);
    return { orgId: caller.orgId, first: first! };
  }

  /** By a link of the merchant's own. */
  async function buyAnother(orgId: string): Promise<string> {
    const { subscription_id } = await service.sandbox.buyElsewhere({
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { email: 'payer@example.com', name: 'Acme' },
      metadata: { org_id: orgId },
    });
    await hearAll(subscription_id!);
    return subscription_id!;
  }

  async function replaced(options?: { inTrial: boolean }): Promise<Twice> {
    const { orgId, first } = await subscriber(options);
    await become(first, 'paused');
    const second = await buyAnother(orgId);
    expect(await left({ orgId })).toBe(PRO_CREDITS);
    return { orgId, first, second };
  }

  async function become(subscriptionId: string, status: 'paused' | 'active' | 'cancelled'): Promise<void> {
    await service.passDays(1);
    await service.sandbox.call('PATCH', `/subscriptions/${subscriptionId}`, { status });
    await service.tell('subscription.updated', subscriptionId);
  }

  const spend = ({ orgId }: { orgId: string }, amount: number) =>
    service.get(CreditSpendingService).consume(orgId, { amount, category: 'posts' }, null);

  const credits = ({ orgId }: { orgId: string }) => service.get(CreditsService).view(orgId);
  const left = async (org: { orgId: string }) => (await credits(org)).balance;

  it.each([false, true])(
    'what lapsed of the first comes back with it, for as long as its period runs (in trial: %s)',
    async (inTrial) => {
      const org = await replaced({ inTrial });
      await spend(org, 1900);
      await become(org.first, 'active');
      const { next_billing_date } = await service.sandbox.call<{ next_billing_date: string }>(
        'GET',
        `/subscriptions/${org.first}`,
      );
      expect(await credits(org)).toMatchObject({
        balance: 1700,
        monthlyAllocation: PRO_CREDITS,
        resetAt: new Date(next_billing_date),
      });
    },
  );

  it('as paid by the payment of their period, which pays for no other one', async () => {
    const org = await replaced();
    await spend(org, 1900);
    await become(org.first, 'active');
    const entries = await service.query(
      `SELECT DISTINCT dodo_payment_id AS "paidBy", paid_at AS at, period_start AS start, plan_id AS plan
         FROM credit_entries WHERE dodo_subscription_id = $1 AND kind = 'allocation' AND dodo_payment_id IS NOT NULL`,
      [org.first],
    );
    expect(entries).toHaveLength(1);
    await service.passDays(40);
    await service.tell('subscription.renewed', org.first);
    expect(await left(org)).toBe(1700);
  });

  it('not where nothing had been left of them', async () => {
    const { orgId, first } = await subscriber();
    await spend({ orgId }, 1700);
    await become(first, 'paused');
    await buyAnother(orgId);
    await spend({ orgId }, 1900);
    await become(first, 'active');
    expect(await left({ orgId })).toBe(100);
  });

  it('once, however often it is told of', async () => {
    const org = await replaced();
    await spend(org, 1900);
    await become(org.first, 'active');
    await spend(org, 500);
    for (const id of [org.first, org.second, org.first]) await hearAll(id);
    expect(await left(org)).toBe(1200);
  });

  it('as often as they take turns, and no more than either was paid for', async () => {
    const org = await replaced();
    await spend(org, 1900);
    for (const leftOfFirst of [1700, 1000, 300]) {
      await become(org.first, 'active');
      expect(await left(org)).toBe(leftOfFirst);
      await spend(org, Math.min(700, leftOfFirst));
      await become(org.first, 'paused');
      expect(await left(org)).toBe(Math.max(100, leftOfFirst - 700));
    }
  });

  it('not while more is left of the second, which was paid for as well', async () => {
    const org = await replaced();
    await become(org.first, 'active');
    expect(await left(org)).toBe(PRO_CREDITS);
    await spend(org, 301);
    await service.tell('subscription.updated', org.first);
    expect(await left(org)).toBe(1700);
  });

  it('also when the second has ended before', async () => {
    const org = await replaced();
    await become(org.second, 'cancelled');
    expect(await left(org)).toBe(0);
    await become(org.first, 'active');
    expect(await left(org)).toBe(1700);
  });

  it('and the next period brings its own, and nothing of the one before', async () => {
    const org = await replaced();
    await spend(org, 1900);
    await become(org.first, 'active');
    await service.passDays(40);
    await hearAll(org.first);
    expect(await left(org)).toBe(PRO_CREDITS);
    await become(org.second, 'cancelled');
    expect(await left(org)).toBe(PRO_CREDITS);
  });

  it('not when the first comes back after its period', async () => {
    const org = await replaced();
    await spend(org, 1900);
    const now = service.clock.now().toISOString();
    await service.sandbox.lag(`/subscriptions/${org.first}`, { status: 'active', next_billing_date: now });
    await service.tell('subscription.updated', org.first);
    expect(await left(org)).toBe(100);
  });
});
