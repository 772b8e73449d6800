import type { Principal } from '../../src/auth/principal';
import { ReactivationService } from '../../src/billing/reactivation/reactivation.service';
import { BillingStatusService } from '../../src/billing/status/billing-status.service';
import { CancellationsService } from '../../src/billing/subscription-orders/cancellations.service';
import { PlanChangesService } from '../../src/billing/subscription-orders/plan-changes.service';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { IdempotencyService } from '../../src/http/idempotency/idempotency.service';
import { KeyedCall } from '../../src/http/idempotency/keyed-call';
import { CARDS } from '../support/sandbox-control';
import { StillService } from '../support/still-service';
import { CHECKOUT } from '../support/test-service';

const DAY = 86_400;
/** Longer than a request without an answer counts as under way. */
const A_WHILE = 31;

const UNKNOWN = { status: 503, message: expect.stringMatching(/can not say yet what came of the request/) };
const conflict = (message: RegExp) => ({ status: 409, message: expect.stringMatching(message) });

interface Subscriber extends Principal {
  subscriptionId: string;
}

describe('an order to a subscription, step by step', () => {
  const service = StillService.ofThisSuite();

  afterEach(() => service.sandbox.clearFaults());

  async function trialing(card?: string): Promise<Subscriber> {
    // The sandbox's clock runs on.
    service.clock.at = new Date((await service.sandbox.call<{ now: string }>('GET', '/_sandbox/clock')).now);
    const caller = await service.newOrg();
    const { payment_id, subscription_id } = await service.buy(caller, card);
    await service.tell('subscription.active', subscription_id!);
    await service.tell('payment.succeeded', payment_id);
    return { ...caller, subscriptionId: subscription_id! };
  }

  const paymentsOf = async ({ subscriptionId }: Subscriber): Promise<string[]> => {
    const { payments } = await service.sandbox.books();
    return payments.filter((it) => it.subscription_id === subscriptionId).map(({ payment_id }) => payment_id);
  };

  /** Its trial is over and its first period has been paid. */
  async function active(): Promise<Subscriber> {
    const org = await trialing();
    await service.passSeconds(4 * DAY);
    await service.tell('subscription.renewed', org.subscriptionId);
    for (const id of await paymentsOf(org)) await service.tell('payment.succeeded', id);
    return org;
  }

  async function onHold(): Promise<Subscriber> {
    const org = await trialing(CARDS.failsOnRenewal);
    await service.passSeconds(4 * DAY);
    await service.tell('subscription.on_hold', org.subscriptionId);
    return org;
  }

  const cancel = ({ orgId }: Principal, when: 'now' | 'period_end', call = UNKEYED_CALL) =>
    service.get(CancellationsService).cancel(orgId, { when }, call);
  const changePlan = ({ orgId }: Principal, planId: string, call = UNKEYED_CALL) =>
    service.get(PlanChangesService).change(orgId, planId, call);
  const reactivate = (caller: Principal) =>
    service.get(ReactivationService).reactivate(caller, CHECKOUT, UNKEYED_CALL);
  const statusOf = ({ orgId }: Principal) => service.get(BillingStatusService).view(orgId);
  const atDodo = ({ subscriptionId }: { subscriptionId: string }) =>
    service.sandbox.call<Record<string, any>>('GET', `/subscriptions/${subscriptionId}`);
  const lag = ({ subscriptionId }: Subscriber, times: number, values: object = {}) =>
    service.sandbox.lag(`/subscriptions/${subscriptionId}`, values, times);

  describe('that Dodo has taken and does not show yet', () => {
    it.each<[string, (org: Subscriber) => Promise<unknown>, RegExp]>([
      ['a cancellation', (org) => cancel(org, 'now'), /no active subscription/],
      ['a cancellation for later', (org) => cancel(org, 'period_end'), /set to end already/],
      ['a plan for later', (org) => changePlan(org, 'plan_starter'), /already scheduled/],
      ['a plan from now on', (org) => changePlan(org, 'plan_business'), /on this plan already/],
    ])('is not answered as if nothing had been asked: %s', async (_, ask, whatShows) => {
      const org = await active();
      // Read before the order, and after it.
      await lag(org, 2);
      await expect(ask(org)).rejects.toMatchObject(UNKNOWN);
      expect(await service.takeJobs('subscription.sync')).toHaveLength(1);
      const paid = await paymentsOf(org);
      // Nor is it asked for again.
      await lag(org, 1);
      await expect(ask(org)).rejects.toMatchObject({
        ...conflict(/under way/),
        headers: { 'retry-after': '10' },
      });
      service.clock.passSeconds(A_WHILE);
      await service.sandbox.clearFaults();
      await expect(ask(org)).rejects.toMatchObject(conflict(whatShows));
      expect(await paymentsOf(org)).toEqual(paid);
    });
  });

  describe('with an Idempotency-Key', () => {
    const keyed = ({ orgId }: Principal, key: string, body: object) =>
      new KeyedCall(
        service.get(IdempotencyService),
        { orgId, operation: 'POST /billing/change-plan', key, body, caller: 'key' },
        () => undefined,
      );
    const change = (org: Principal, planId: string) => {
      const call = keyed(org, 'once', { planId });
      return call.once(() => changePlan(org, planId, call));
    };
    const lose = (kind: 'drop_after' | 'drop_before') =>
      service.sandbox.fault({ method: 'POST', path: '/subscriptions/*/change-plan', kind });

    it('answers what was done, however late that shows', async () => {
      const org = await active();
      await lose('drop_after');
      await lag(org, 3);
      await expect(change(org, 'plan_business')).rejects.toMatchObject(UNKNOWN);
      await expect(change(org, 'plan_business')).rejects.toMatchObject(conflict(/under way/));
      await service.sandbox.clearFaults();
      service.clock.passSeconds(A_WHILE);
      const changed = { currentPlanId: 'plan_business', pendingPlanId: null };
      await expect(change(org, 'plan_business')).resolves.toMatchObject(changed);
      expect(await paymentsOf(org)).toHaveLength(3);
    });

    it('stays with its body while it may have happened', async () => {
      const org = await active();
      await lose('drop_after');
      await lag(org, 2);
      await expect(change(org, 'plan_business')).rejects.toMatchObject(UNKNOWN);
      await expect(change(org, 'plan_starter')).rejects.toMatchObject({ status: 422 });
    });

    it('is carried out when it turns out that nothing has happened', async () => {
      const org = await active();
      await lose('drop_before');
      await expect(change(org, 'plan_business')).rejects.toMatchObject(UNKNOWN);
      service.clock.passSeconds(A_WHILE);
      await expect(change(org, 'plan_business')).resolves.toMatchObject({ currentPlanId: 'plan_business' });
      expect(await paymentsOf(org)).toHaveLength(3);
    });
  });

  describe('to give another card', () => {
    it('keeps its page when the subscription can not be read afterwards', async () => {
      const org = await onHold();
      await lag(org, 1);
      await service.sandbox.fault({
        method: 'GET',
        path: '/subscriptions/*',
        kind: 'error_before',
        status: 500,
      });
      await expect(reactivate(org)).resolves.toMatchObject({ sessionId: expect.stringMatching(/^ord_/) });
    });
  });

  describe('to end it', () => {
    it.each(['now', 'period_end'] as const)(
      'is taken also in a state that is new to us (%s)',
      async (when) => {
        const caller = await service.newOrg();
        const { subscription_id } = await service.buy(caller);
        const org = { ...caller, subscriptionId: subscription_id! };
        await lag(org, 2, { status: 'delinquent' });
        await service.tell('subscription.active', subscription_id!);
        expect((await statusOf(org)).status).toBe('unknown');
        await expect(cancel(org, when)).resolves.toBeUndefined();
        expect(await atDodo(org)).toMatchObject(
          when === 'now' ? { status: 'cancelled' } : { status: 'active', cancel_at_next_billing_date: true },
        );
      },
    );

    it('is seen in a state that is new to us', async () => {
      const caller = await service.newOrg();
      const { subscription_id } = await service.buy(caller);
      const org = { ...caller, subscriptionId: subscription_id! };
      await lag(org, 2, { status: 'delinquent' });
      await service.tell('subscription.active', subscription_id!);
      await service.sandbox.call('PATCH', `/subscriptions/${subscription_id}`, {
        cancel_at_next_billing_date: true,
      });
      await service.sandbox.clearFaults();
      await lag(org, 1, { status: 'delinquent' });
      await expect(cancel(org, 'period_end')).rejects.toMatchObject(conflict(/set to end already/));
    });
  });

  it('does not call a charge failed that Dodo has tried again since', async () => {
    const org = await active();
    const { items } = await service.sandbox.call<{ items: Record<string, unknown>[] }>('GET', '/payments');
    const [last] = items.filter((it) => it.subscription_id === org.subscriptionId);
    const charges = ['failed', 'processing'].map((status, i) => ({
      ...last,
      payment_id: `pay_new${i}`,
      status,
    }));
    const headers = { 'content-type': 'application/json' };
    // Before the order, and after it.
    for (const listed of [items, [...charges, ...items]])
      await service.sandbox.fault({
        method: 'GET',
        path: '/payments',
        kind: 'error_before',
        status: 200,
        body: JSON.stringify({ items: listed }),
        headers,
      });
    await lag(org, 2);
    await expect(changePlan(org, 'plan_business')).rejects.toMatchObject(UNKNOWN);
  });

  it('leads to no plan that is not sold any more', async () => {
    const org = await active();
    await service.query(`UPDATE plans SET is_active = false WHERE id = 'plan_business'`);
    try {
      await expect(changePlan(org, 'plan_business')).rejects.toMatchObject({ status: 404 });
      expect(await atDodo(org)).toMatchObject({ product_id: 'pdt_pro' });
    } finally {
      await service.query(`UPDATE plans SET is_active = true WHERE id = 'plan_business'`);
    }
  });

  describe('to change the plan of a trial', () => {
    it('waits for the end of one that has come to its last minute', async () => {
      const org = await trialing();
      const { currentPeriodEnd } = await statusOf(org);
      service.clock.at = new Date(currentPeriodEnd!.getTime() - 61_000);
      await expect(changePlan(org, 'plan_starter')).resolves.toMatchObject({ currentPlanId: 'plan_starter' });
      service.clock.passSeconds(2);
      await expect(changePlan(org, 'plan_business')).rejects.toMatchObject(conflict(/trial is ending/));
      expect(await atDodo(org)).toMatchObject({ product_id: 'pdt_starter' });
    });

    it('waits for the bill where it is over and Dodo has not charged for what follows', async () => {
      const org = await trialing();
      const { currentPeriodEnd } = await statusOf(org);
      service.clock.at = new Date(currentPeriodEnd!.getTime() + 60_000);
      const before = await paymentsOf(org);
      await expect(changePlan(org, 'plan_business')).rejects.toMatchObject(conflict(/trial is ending/));
      expect(await paymentsOf(org)).toEqual(before);
    });
  });
});
