import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { CARDS } from '../support/sandbox-control';
import { StillService } from '../support/still-service';
import { CHECKOUT } from '../support/test-service';

interface Customer {
  orgId: string;
  subscriptionId: string;
}

interface Told {
  event: string;
  data: { subscriptionId: string; status: string; isCurrent: boolean };
}

describe('what a customer is told of a subscription', () => {
  const service = StillService.ofThisSuite();

  /** A second later than the one before, so that what follows has an order. */
  function tell(type: string, { subscriptionId }: Customer): Promise<void> {
    service.clock.passSeconds(1);
    return service.tell(type, subscriptionId);
  }

  /** In order. */
  async function toldOf({ orgId }: Pick<Customer, 'orgId'>): Promise<Told[]> {
    const rows = await service.query(
      `SELECT event, body::json -> 'data' AS data FROM outbound_events
        WHERE org_id = $1 AND event LIKE 'subscription.%' ORDER BY created_at, id`,
      [orgId],
    );
    return rows as Told[];
  }

  const names = async (org: Pick<Customer, 'orgId'>) => (await toldOf(org)).map(({ event }) => event);

  async function follow(paid: { payment_id: string; subscription_id: string | null }): Promise<void> {
    await service.tell('subscription.active', paid.subscription_id!);
    await service.tell('payment.succeeded', paid.payment_id);
  }

  async function inTrial(): Promise<Customer> {
    const { orgId, ...caller } = await service.newOrg();
    const paid = await service.buy({ orgId, ...caller });
    await follow(paid);
    return { orgId, subscriptionId: paid.subscription_id! };
  }

  const atDodo = <T>(method: string, path: string, body?: object) =>
    service.sandbox.call<T>(method, path, body);

  async function payNewest({ subscriptionId }: Customer): Promise<void> {
    const [newest] = await service.sandbox.paymentsFor(subscriptionId);
    await service.tell('payment.succeeded', newest!);
  }

  async function enterCard({ subscriptionId }: Customer, card: string): Promise<void> {
    const path = `/subscriptions/${subscriptionId}/update-payment-method`;
    const { payment_link } = await atDodo<{ payment_link: string }>('POST', path, { type: 'new' });
    await service.sandbox.enterCard(payment_link, card);
  }

  /** As a link of the merchant's own makes it: without our knowledge, and without a trial. */
  async function secondSession({ orgId }: Customer): Promise<string> {
    const session = await atDodo<{ checkout_url: string }>('POST', '/checkouts', {
      product_cart: [{ product_id: 'pdt_pro', quantity: 1 }],
      customer: { email: 'payer@example.com', name: 'Acme' },
      metadata: { org_id: orgId },
    });
    return session.checkout_url;
  }

  /** One that has paid a month, and not the next. */
  async function onHold(): Promise<Customer> {
    const customer = await inTrial();
    await service.passDays(4);
    await tell('subscription.renewed', customer);
    await payNewest(customer);
    await enterCard(customer, CARDS.failsOnRenewal);
    await service.passDays(31);
    await tell('subscription.on_hold', customer);
    return customer;
  }

  it('says that a trial is suspended, and that it is back, though nothing has been paid', async () => {
    const customer = await inTrial();
    const setStatus = (status: string) =>
      atDodo('PATCH', `/subscriptions/${customer.subscriptionId}`, { status });
    await setStatus('paused');
    await tell('subscription.paused', customer);
    await setStatus('active');
    await tell('subscription.unpaused', customer);
    await tell('subscription.updated', customer);
    expect(await toldOf(customer)).toMatchObject([
      { event: 'subscription.trialing', data: { status: 'trialing', isCurrent: true } },
      { event: 'subscription.suspended', data: { status: 'paused', isCurrent: true } },
      { event: 'subscription.activated', data: { status: 'trialing', isCurrent: true } },
    ]);
  });

  it('says of another plan in a trial that it is a trial, and of one that is paid that it is active', async () => {
    const customer = await inTrial();
    const moveTo = async (product_id: string) => {
      const terms = { product_id, quantity: 1, proration_billing_mode: 'do_not_bill' };
      await atDodo('POST', `/subscriptions/${customer.subscriptionId}/change-plan`, terms);
      await tell('subscription.plan_changed', customer);
      return (await toldOf(customer)).findLast(({ event }) => event === 'subscription.plan_changed');
    };
    expect(await moveTo('pdt_business')).toMatchObject({ data: { status: 'trialing' } });
    await service.passDays(4);
    await tell('subscription.renewed', customer);
    await payNewest(customer);
    expect(await moveTo('pdt_pro')).toMatchObject({
      data: { status: 'active', previousPlanId: 'plan_business' },
    });
  });

  it.each([
    ['its payment', async (it: Customer) => payNewest(it), (it: Customer) => tell('subscription.active', it)],
    ['itself', (it: Customer) => tell('subscription.active', it), async (it: Customer) => payNewest(it)],
  ])(
    'says of one on hold that it is back and renewed, when %s is heard of first',
    async (_, first, second) => {
      const customer = await onHold();
      const before = await names(customer);
      expect(before.at(-1)).toBe('subscription.suspended');
      await enterCard(customer, CARDS.success);
      await first(customer);
      await second(customer);
      const after = (await names(customer)).slice(before.length);
      expect(after.toSorted()).toEqual(['subscription.activated', 'subscription.renewed']);
    },
  );

  it.each([
    ['its payment', async (it: Customer) => payNewest(it), (it: Customer) => tell('subscription.active', it)],
    ['itself', (it: Customer) => tell('subscription.active', it), async (it: Customer) => payNewest(it)],
  ])('says once that a trial has become a subscription after a hold, %s first', async (_, first, second) => {
    const customer = await inTrial();
    await enterCard(customer, CARDS.failsOnRenewal);
    await service.passDays(4);
    await tell('subscription.on_hold', customer);
    await enterCard(customer, CARDS.success);
    await first(customer);
    await second(customer);
    expect(await names(customer)).toEqual([
      'subscription.trialing',
      'subscription.suspended',
      'subscription.activated',
    ]);
  });

  it('says nothing of a second trial, not even that it has ended', async () => {
    const caller = await service.newOrg();
    const open = () => service.get(CheckoutsService).create(caller, CHECKOUT, UNKEYED_CALL);
    const sessions = [await open(), await open()];
    for (const { checkoutUrl } of sessions) await follow(await service.sandbox.pay(checkoutUrl));
    const [job] = await service.takeJobs('subscription.end-surplus');
    await service.run('subscription.end-surplus', job!.payload);
    await tell('subscription.cancelled', { ...caller, subscriptionId: job!.payload.subscriptionId });
    expect(await names(caller)).toEqual(['subscription.trialing']);
  });

  it('says nothing of a second trial that is paused when it is heard of first', async () => {
    const caller = await service.newOrg();
    const open = () => service.get(CheckoutsService).create(caller, CHECKOUT, UNKEYED_CALL);
    const [first, second] = [await open(), await open()];
    await follow(await service.sandbox.pay(first.checkoutUrl));
    const paid = await service.sandbox.pay(second.checkoutUrl);
    await atDodo('PATCH', `/subscriptions/${paid.subscription_id}`, { status: 'paused' });
    await follow(paid);
    expect(await names(caller)).toEqual(['subscription.trialing']);
  });

  it('says of a second subscription that has ended that access does not go by it', async () => {
    const customer = await inTrial();
    const second = await service.sandbox.pay(await secondSession(customer));
    await follow(second);
    const subscriptionId = second.subscription_id!;
    await atDodo('PATCH', `/subscriptions/${subscriptionId}`, { status: 'cancelled' });
    await tell('subscription.cancelled', { ...customer, subscriptionId });
    expect((await toldOf(customer)).at(-1)).toMatchObject({
      event: 'subscription.cancelled',
      data: { subscriptionId, isCurrent: false },
    });
    await atDodo('PATCH', `/subscriptions/${customer.subscriptionId}`, { status: 'cancelled' });
    await tell('subscription.cancelled', customer);
    expect((await toldOf(customer)).at(-1)!.data.subscriptionId).toBe(customer.subscriptionId);
  });
});
