import { CreditsService } from '../../src/billing/credits/credits.service';
import { BillingStatusService } from '../../src/billing/status/billing-status.service';
import { PlanChangesService } from '../../src/billing/subscription-orders/plan-changes.service';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { StillService } from '../support/still-service';

const HOUR = 3600;

interface Subscriber {
  orgId: string;
  subscriptionId: string;
}

describe('a trial that the merchant has ended before its time', () => {
  const service = StillService.ofThisSuite();

  afterEach(() => service.sandbox.clearFaults());

  /** Its trial has lasted ten hours, and its first month has been billed. */
  async function billedEarly(subscriptionId: string): Promise<void> {
    const inTenHours = new Date(service.clock.now().getTime() + 10 * HOUR * 1000);
    await service.sandbox.call('PATCH', `/subscriptions/${subscriptionId}`, {
      next_billing_date: inTenHours.toISOString(),
    });
    await service.passSeconds(11 * HOUR);
  }

  async function subscriber(): Promise<Subscriber> {
    const caller = await service.newOrg();
    const { subscription_id } = await service.buy(caller);
    return { orgId: caller.orgId, subscriptionId: subscription_id! };
  }

  const listPayments = ({ subscriptionId }: Subscriber) => service.sandbox.paymentsFor(subscriptionId);

  const statusOf = async ({ orgId }: Subscriber) =>
    (await service.get(BillingStatusService).view(orgId)).status;

  const told = async ({ orgId }: Subscriber): Promise<string[]> =>
    (
      await service.query(
        `SELECT event FROM outbound_events WHERE org_id = $1 AND event LIKE 'subscription.%' ORDER BY created_at`,
        [orgId],
      )
    ).map(({ event }: { event: string }) => event);

  const allocations = async ({ orgId }: Subscriber): Promise<(string | null)[]> =>
    (
      await service.query(
        `SELECT dodo_payment_id AS "paidBy" FROM credit_entries WHERE org_id = $1 AND kind = 'allocation' ORDER BY created_at`,
        [orgId],
      )
    ).map(({ paidBy }: { paidBy: string | null }) => paidBy);

  it('is none when it is read for the first time, before its payment', async () => {
    const org = await subscriber();
    await billedEarly(org.subscriptionId);
    await service.tell('subscription.renewed', org.subscriptionId);
    expect(await statusOf(org)).toBe('active');
    expect([await told(org), await allocations(org)]).toEqual([[], []]);
    const [paid] = await listPayments(org);
    await service.tell('payment.succeeded', paid!);
    expect(await allocations(org)).toEqual([paid]);
    expect(await told(org)).toEqual(['subscription.activated']);
  });

  it('is none any more when its first month costs nothing, and that brings its credits', async () => {
    const org = await subscriber();
    await service.tell('subscription.active', org.subscriptionId);
    await billedEarly(org.subscriptionId);
    const [paid] = await listPayments(org);
    await service.sandbox.lag(`/payments/${paid}`, { total_amount: 0 }, 9);
    await service.sandbox.lag(`/payments/${paid}/line-items`, { items: [] }, 9);
    await service.tell('payment.succeeded', paid!);
    await service.tell('subscription.renewed', org.subscriptionId);
    expect(await statusOf(org)).toBe('active');
    expect(await allocations(org)).toEqual([null, paid]);
  });

  it.each([true, false])(
    'brings the credits of its first month until the end of that, in another plan too (payment first: %s)',
    async (isFirst) => {
      const org = await subscriber();
      await service.tell('subscription.active', org.subscriptionId);
      await service.get(PlanChangesService).change(org.orgId, 'plan_business', UNKEYED_CALL);
      await billedEarly(org.subscriptionId);
      const [paid] = await listPayments(org);
      const tell = [
        () => service.tell('payment.succeeded', paid!),
        () => service.tell('subscription.renewed', org.subscriptionId),
      ];
      for (const say of isFirst ? tell : tell.toReversed()) await say();
      const { next_billing_date } = await service.sandbox.call<{ next_billing_date: string }>(
        'GET',
        `/subscriptions/${org.subscriptionId}`,
      );
      expect(await service.get(CreditsService).view(org.orgId)).toMatchObject({
        balance: 10_000,
        resetAt: new Date(next_billing_date),
      });
      expect(await allocations(org)).toEqual([null, paid]);
      expect(await told(org)).toEqual([
        'subscription.trialing',
        'subscription.plan_changed',
        'subscription.activated',
      ]);
    },
  );

  it('is no second trial, which would end what has been paid', async () => {
    const org = await subscriber();
    await service.tell('subscription.active', org.subscriptionId);
    await service.sandbox.call('PATCH', `/subscriptions/${org.subscriptionId}`, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.subscriptionId);
    const { subscription_id: again } = await service.sandbox.buyElsewhere({
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { email: 'payer@example.com', name: 'Acme' },
      subscription_data: { trial_period_days: 3 },
      metadata: { org_id: org.orgId },
    });
    await billedEarly(again!);
    await service.tell('subscription.active', again!);
    expect(await service.takeJobs('subscription.end-surplus')).toEqual([]);
    expect(await statusOf(org)).toBe('active');
  });
});
