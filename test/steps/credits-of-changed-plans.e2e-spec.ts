import { CreditSpendingService } from '../../src/billing/credits/credit-spending.service';
import { CreditsService } from '../../src/billing/credits/credits.service';
import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { PlanChangesService } from '../../src/billing/subscription-orders/plan-changes.service';
import { Database } from '../../src/database/database';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { CHECKOUT } from '../support/test-service';
import { FEE, StillService } from '../support/still-service';

const DAY = 86_400;

interface Subscriber {
  orgId: string;
  subscriptionId: string;
}

describe('credits, where the plan changes', () => {
  const service = StillService.ofThisSuite();

  beforeAll(async () => {
    await sellByTheYear();
  });

  /** Starter for a year: dearer than a month of Pro, cheaper by the day. */
  async function sellByTheYear(): Promise<void> {
    const dodoProductId = await service.sandbox.sellRecurring('Starter, yearly', 19_000, { every: 'Year' });
    const onSale = loadPlanCatalogue(null, FEE);
    const [yearly] = loadPlanCatalogue(null, FEE).plans;
    Object.assign(yearly!, { id: 'plan_yearly', dodoProductId, amountMinor: 19_000, interval: 'year' });
    const plans = [...onSale.plans, yearly!];
    await service.get(Database).transaction((tx) => savePlanCatalogue(tx, { ...onSale, plans }));
  }

  const newestPayment = async ({ subscriptionId }: Subscriber): Promise<string> =>
    (await service.sandbox.paymentsFor(subscriptionId))[0]!;

  async function renew(org: Subscriber, days: number): Promise<void> {
    await service.passDays(days);
    await service.tell('subscription.renewed', org.subscriptionId);
    await service.tell('payment.succeeded', await newestPayment(org));
  }

  /** Has paid the first period of this plan, and spent something of its credits. */
  async function subscriber(planId: string): Promise<Subscriber> {
    const caller = await service.newOrg();
    const order = { ...CHECKOUT, planId };
    const { checkoutUrl } = await service.get(CheckoutsService).create(caller, order, UNKEYED_CALL);
    const paid = await service.sandbox.pay(checkoutUrl);
    const org = { orgId: caller.orgId, subscriptionId: paid.subscription_id! };
    await service.tell('subscription.active', org.subscriptionId);
    await service.tell('payment.succeeded', paid.payment_id);
    await renew(org, 4);
    await spend(org, 300);
    return org;
  }

  const spend = ({ orgId }: Subscriber, amount: number) =>
    service.get(CreditSpendingService).consume(orgId, { amount, category: 'posts' }, null);

  const creditsOf = ({ orgId }: Subscriber) => service.get(CreditsService).view(orgId);

  const change = ({ orgId }: Subscriber, planId: string) =>
    service.get(PlanChangesService).change(orgId, planId, UNKEYED_CALL);

  const renewals = async ({ orgId }: Subscriber): Promise<number> => {
    const sql = `SELECT count(*)::int AS count FROM outbound_events WHERE org_id = $1 AND event = 'subscription.renewed'`;
    return (await service.query(sql, [orgId]))[0].count;
  };

  it('a period that the one before it has paid for brings the new plan’s, though nothing is charged', async () => {
    const org = await subscriber('plan_yearly');
    await service.passDays(10);
    await change(org, 'plan_pro');
    const seen = await creditsOf(org);
    expect(seen).toMatchObject({ balance: 2000, monthlyAllocation: 2000 });
    expect(seen.resetAt!.getTime() - service.clock.now().getTime()).toBeLessThan(32 * DAY * 1000);
    expect(await renewals(org)).toBe(1);

    await spend(org, 500);
    await service.tell('subscription.plan_changed', org.subscriptionId);
    await service.tell('payment.succeeded', await newestPayment(org));
    expect(await creditsOf(org)).toMatchObject({ balance: 1500 });
    await renew(org, 31);
    expect(await creditsOf(org)).toMatchObject({ balance: 2000 });
  });

  describe('where Dodo leaves the period as it is', () => {
    beforeAll(() => service.sandbox.behave({ planChangePeriod: 'stays' }));
    afterAll(() => service.sandbox.behave({ planChangePeriod: 'begins' }));

    it.each([true, false])(
      'an upgrade that is paid brings the new plan’s (payment first: %s)',
      async (isFirst) => {
        const org = await subscriber('plan_pro');
        await service.passDays(5);
        const { resetAt } = await creditsOf(org);
        await service.sandbox.call('POST', `/subscriptions/${org.subscriptionId}/change-plan`, {
          product_id: 'pdt_business',
          quantity: 1,
          proration_billing_mode: 'prorated_immediately',
        });
        const payment = await newestPayment(org);
        const tell = [
          () => service.tell('payment.succeeded', payment),
          () => service.tell('subscription.plan_changed', org.subscriptionId),
        ];
        for (const say of isFirst ? tell : tell.toReversed()) await say();
        expect(await creditsOf(org)).toMatchObject({ balance: 10_000, monthlyAllocation: 10_000, resetAt });
        expect(await renewals(org)).toBe(0);

        await spend(org, 500);
        for (const say of tell) await say();
        expect(await creditsOf(org)).toMatchObject({ balance: 9500 });
        await renew(org, 31);
        expect(await creditsOf(org)).toMatchObject({ balance: 10_000 });
      },
    );

    it('a plan that comes back within the period brings nothing a second time', async () => {
      const org = await subscriber('plan_pro');
      for (const product_id of ['pdt_business', 'pdt_pro', 'pdt_business']) {
        await service.passDays(2);
        await service.sandbox.call('POST', `/subscriptions/${org.subscriptionId}/change-plan`, {
          product_id,
          quantity: 1,
          proration_billing_mode: 'full_immediately',
        });
        await service.tell('subscription.plan_changed', org.subscriptionId);
        await service.tell('payment.succeeded', await newestPayment(org));
        if (product_id === 'pdt_business') await spend(org, 500);
      }
      expect(await creditsOf(org)).toMatchObject({ balance: 9000 });
    });
  });
});
