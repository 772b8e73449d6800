import type { Principal } from '../../src/auth/principal';
import { refundableSince } from '../../src/billing/payments/payment-concerns';
import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { ReactivationService } from '../../src/billing/reactivation/reactivation.service';
import { BillingStatusService } from '../../src/billing/status/billing-status.service';
import { CancellationsService } from '../../src/billing/subscription-orders/cancellations.service';
import { SubscriptionsRepository } from '../../src/billing/subscriptions/subscriptions.repository';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { StillService } from '../support/still-service';
import { CHECKOUT } from '../support/test-service';

interface Twice extends Principal {
  /** The subscription that was seen first, and so stays. */
  first: string;
  /** The one that is too many: it is set to end with its period. */
  second: string;
}

describe('a subscription that is one too many, step by step', () => {
  const service = StillService.ofThisSuite();

  afterEach(() => service.sandbox.clearFaults());

  async function settle(): Promise<void> {
    for (const { payload } of await service.takeJobs('subscription.end-surplus'))
      await service.run('subscription.end-surplus', payload);
  }

  const cancel = ({ orgId }: Principal, when: 'now' | 'period_end') =>
    service.get(CancellationsService).cancel(orgId, { when }, UNKEYED_CALL);

  /** Two pages that were open at the same time have been paid in full. */
  async function subscribedTwice(): Promise<Twice> {
    const caller = await service.newOrg();
    const trial = await service.buy(caller);
    await service.tell('subscription.active', trial.subscription_id!);
    await cancel(caller, 'now');
    service.clock.passSeconds(1);
    const open = () => service.get(ReactivationService).reactivate(caller, CHECKOUT, UNKEYED_CALL);
    const pages = [await open(), await open()];
    const bought: string[] = [];
    for (const { checkoutUrl } of pages) {
      const { subscription_id } = await service.sandbox.pay(checkoutUrl);
      await service.tell('subscription.active', subscription_id!);
      bought.push(subscription_id!);
    }
    await settle();
    service.clock.passSeconds(1);
    const [first, second] = bought as [string, string];
    expect(await atDodo(second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
    return { ...caller, first, second };
  }

  const atDodo = (id: string) => service.sandbox.call<Record<string, any>>('GET', `/subscriptions/${id}`);
  const change = (id: string, changes: object) =>
    service.sandbox.call('PATCH', `/subscriptions/${id}`, changes);
  const statusOf = ({ orgId }: Principal) => service.get(BillingStatusService).view(orgId);

  describe('waits for a person with what was paid for it', () => {
    const paidTwice = () => service.get(PaymentsRepository).countPaidTwice(refundableSince(service.clock));

    async function paidFor({ second }: Twice): Promise<string> {
      const [paymentId] = await service.sandbox.paymentsFor(second);
      await service.tell('payment.succeeded', paymentId!);
      return paymentId!;
    }

    async function giveBack(paymentId: string, amount?: number): Promise<void> {
      const items = amount === undefined ? undefined : [{ item_id: 'pdt_pro', amount }];
      await service.sandbox.call('POST', '/refunds', { payment_id: paymentId, items });
      await service.sandbox.advance('1m');
      await service.tell('payment.succeeded', paymentId);
    }

    it('until all of it has been given back', async () => {
      const before = await paidTwice();
      const paymentId = await paidFor(await subscribedTwice());
      expect(await paidTwice()).toBe(before + 1);
      await giveBack(paymentId, 100);
      expect(await paidTwice()).toBe(before + 1);
      await service.sandbox.behave({ refundOutcome: 'failed' });
      await giveBack(paymentId);
      expect(await paidTwice()).toBe(before + 1);
      await service.sandbox.behave({ refundOutcome: 'succeeded' });
      await giveBack(paymentId);
      expect(await paidTwice()).toBe(before);
    });

    it.each([
      ['all of it has been given back, which was worth less by then', 4800, 'USD', false, 0],
      ['it has been given back in another currency', 4400, 'EUR', false, 0],
      ['more than a part of it has been given back, whatever number that is in yen', 6000, 'JPY', true, 1],
    ])('until %s', async (_, amount, currency, is_partial, waiting) => {
      const before = await paidTwice();
      const paymentId = await paidFor(await subscribedTwice());
      const made = { refund_id: `ref_${paymentId}`, status: 'succeeded', amount, currency, is_partial };
      await service.sandbox.lag(`/payments/${paymentId}`, { refunds: [made] });
      await service.tell('payment.succeeded', paymentId);
      expect((await paidTwice()) - before).toBe(waiting);
    });

    it('until the plan has been given back, whatever came back of the fee beside it', async () => {
      const before = await paidTwice();
      const caller = await service.newOrg();
      await service.sandbox.behave({ grantTrial: false });
      const [first, second] = [await service.buy(caller), await service.buy(caller)];
      await service.sandbox.behave({ grantTrial: true });
      for (const { subscription_id } of [first, second])
        await service.tell('subscription.active', subscription_id!);
      await service.tell('payment.succeeded', second.payment_id);
      const [{ id: refundId }] = await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [
        second.payment_id,
      ]);
      await service.run('refund.drive', { refundId });
      await service.sandbox.advance('1m');
      await giveBack(second.payment_id, 4850);
      expect(await paidTwice()).toBe(before + 1);
      await giveBack(second.payment_id, 50);
      expect(await paidTwice()).toBe(before);
    });

    it('until it is none too many any more', async () => {
      const before = await paidTwice();
      const org = await subscribedTwice();
      await paidFor(org);
      expect(await paidTwice()).toBe(before + 1);
      await change(org.first, { status: 'cancelled' });
      await service.tell('subscription.cancelled', org.first);
      await settle();
      expect(await paidTwice()).toBe(before);
    });

    it('until Dodo takes no refund of it any more', async () => {
      const before = await paidTwice();
      await paidFor(await subscribedTwice());
      const since = (days: number) => new Date(service.clock.now().getTime() + days * 86_400_000);
      const count = (at: Date) => service.get(PaymentsRepository).countPaidTwice(at);
      expect(await count(since(-1))).toBe(before + 1);
      expect(await count(since(1))).toBe(0);
    });
  });

  it('goes on when the other one has ended', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: false });
    expect(await statusOf(org)).toMatchObject({ status: 'active', cancelAtPeriodEnd: false });
    // Told again, nothing is left to do.
    await service.tell('subscription.cancelled', org.first);
    expect(await service.takeJobs('subscription.end-surplus')).toEqual([]);
  });

  it('goes on also when Dodo is away at first', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await service.sandbox.fault({
      method: 'PATCH',
      path: '/subscriptions/*',
      kind: 'error_before',
      status: 500,
    });
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ cancel_at_next_billing_date: true });
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ cancel_at_next_billing_date: false });
  });

  it.each<[string, (org: Twice) => Promise<unknown>]>([
    ['all was to end with its period', (org) => cancel(org, 'period_end')],
    [
      'the other one was set to end at Dodo',
      (org) => change(org.first, { cancel_at_next_billing_date: true }),
    ],
  ])('ends all the same when %s', async (_, end) => {
    const org = await subscribedTwice();
    await end(org);
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await settle();
    const { status, cancel_at_next_billing_date } = await atDodo(org.second);
    expect(status === 'cancelled' || cancel_at_next_billing_date).toBe(true);
  });

  it('ends all the same when that was asked for before it could go on', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await cancel(org, 'period_end');
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
    await expect(cancel(org, 'period_end')).rejects.toMatchObject({ status: 409 });
  });

  it('is in no way of a cancellation: what is billed beside it ends', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'paused' });
    await service.tell('subscription.paused', org.first);
    await cancel(org, 'period_end');
    expect(await atDodo(org.first)).toMatchObject({ status: 'cancelled' });
    await expect(cancel(org, 'period_end')).rejects.toMatchObject({ status: 409 });
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ status: 'active', cancel_at_next_billing_date: true });
  });

  it('is not resumed while the other one may be billed again, since it would be ended once more', async () => {
    const org = await subscribedTwice();
    await change(org.first, { status: 'paused' });
    await service.tell('subscription.paused', org.first);
    expect(await statusOf(org)).toMatchObject({ status: 'active', cancelAtPeriodEnd: true });
    const resume = () => service.get(CancellationsService).resume(org.orgId, UNKEYED_CALL);
    await expect(resume()).rejects.toMatchObject({
      status: 409,
      message: expect.stringMatching(/^Another subscription/),
    });
    await change(org.first, { status: 'cancelled' });
    await service.tell('subscription.cancelled', org.first);
    await settle();
    expect(await atDodo(org.second)).toMatchObject({ cancel_at_next_billing_date: false });
  });

  describe('is never one of what the merchant sells beside the plans', () => {
    /** With the e-mail address of the org, which Dodo takes for the same customer. */
    async function buyBeside({ orgId }: Principal, trial_period_days = 0): Promise<string> {
      const product_id = await service.sandbox.sellRecurring('Newsletter', 200);
      const [{ email }] = await service.query('SELECT email FROM organizations WHERE id = $1', [orgId]);
      const { subscription_id, payment_id } = await service.sandbox.buyElsewhere({
        product_cart: [{ product_id, quantity: 1 }],
        customer: { email, name: 'Acme' },
        subscription_data: { trial_period_days },
      });
      await service.tell('subscription.active', subscription_id!);
      await service.tell('payment.succeeded', payment_id);
      return subscription_id!;
    }

    async function buyPlan(caller: Principal): Promise<string> {
      const { subscription_id } = await service.buy(caller);
      await service.tell('subscription.active', subscription_id!);
      return subscription_id!;
    }

    const goesOn = { status: 'active', cancel_at_next_billing_date: false };
    const paidTwice = () => service.get(PaymentsRepository).countPaidTwice(refundableSince(service.clock));

    it.each([0, 3])(
      'that is not ended, and its payment waits for nobody (trial days: %i)',
      async (trialDays) => {
        const before = await paidTwice();
        const caller = await service.newOrg();
        const plan = await buyPlan(caller);
        const beside = await buyBeside(caller, trialDays);
        expect(await service.get(SubscriptionsRepository).listForgottenSurplus(99)).toEqual([]);
        await settle();
        await service.run('subscription.end-surplus', { subscriptionId: beside });
        expect([await atDodo(plan), await atDodo(beside)]).toMatchObject([goesOn, goesOn]);
        expect(await statusOf(caller)).toMatchObject({ plan: 'plan_pro', status: 'trialing' });
        expect(await paidTwice()).toBe(before);
      },
    );

    it('that a cancellation of the plan would end as well', async () => {
      const caller = await service.newOrg();
      const plan = await buyPlan(caller);
      const beside = await buyBeside(caller);
      await cancel(caller, 'now');
      expect([await atDodo(plan), await atDodo(beside)]).toMatchObject([{ status: 'cancelled' }, goesOn]);
    });

    it('that speaks for the organization while a plan does, though it is newer and was heard of before', async () => {
      const caller = await service.newOrg();
      const { subscription_id: plan } = await service.buy(caller);
      await service.sandbox.advance('1m');
      const beside = await buyBeside(caller);
      await service.tell('subscription.active', plan!);
      await settle();
      expect(await statusOf(caller)).toMatchObject({ plan: 'plan_pro', status: 'trialing' });
      expect([await atDodo(plan!), await atDodo(beside)]).toMatchObject([goesOn, goesOn]);
    });

    it('and a plan is not ended because of it', async () => {
      const caller = await service.newOrg();
      const open = await service.get(CheckoutsService).create(caller, CHECKOUT, UNKEYED_CALL);
      const beside = await buyBeside(caller);
      service.clock.passSeconds(1);
      const { subscription_id: plan } = await service.sandbox.pay(open.checkoutUrl);
      await service.tell('subscription.active', plan!);
      await settle();
      expect([await atDodo(plan!), await atDodo(beside)]).toMatchObject([goesOn, goesOn]);
    });
  });
});
