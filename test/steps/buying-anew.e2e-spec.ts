import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import type { CheckoutSession } from '../../src/billing/checkouts/checkout.dto';
import { ReactivationService } from '../../src/billing/reactivation/reactivation.service';
import { CancellationsService } from '../../src/billing/subscription-orders/cancellations.service';
import type { Principal } from '../../src/auth/principal';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { CARDS } from '../support/sandbox-control';
import { StillService } from '../support/still-service';
import { CHECKOUT } from '../support/test-service';

const BEING_SET_UP = { status: 409, message: expect.stringMatching(/is being set up/) };
const SUBSCRIBED = { status: 409, message: expect.stringMatching(/already has a subscription/) };
const AWAY = { status: 503, code: 'payment_provider_unavailable' };

describe('a plan that is bought at its full price, step by step', () => {
  const service = StillService.ofThisSuite();

  afterEach(() => service.sandbox.clearFaults());

  const reactivate = (caller: Principal): Promise<CheckoutSession> =>
    service.get(ReactivationService).reactivate(caller, CHECKOUT, UNKEYED_CALL);
  const checkOut = (caller: Principal): Promise<CheckoutSession> =>
    service.get(CheckoutsService).create(caller, CHECKOUT, UNKEYED_CALL);

  /** Its trial was ended before it had begun to pay. */
  async function cancelled(): Promise<Principal> {
    const caller = await service.newOrg();
    const { payment_id, subscription_id } = await service.buy(caller);
    await service.tell('subscription.active', subscription_id!);
    await service.tell('payment.succeeded', payment_id);
    await service.get(CancellationsService).cancel(caller.orgId, { when: 'now' }, UNKEYED_CALL);
    return caller;
  }

  /** It has no subscription, and its trial was had by somebody with the same mail box. */
  async function withoutTrial(): Promise<Principal> {
    const [caller, other] = [await service.newOrg(), await service.newOrg()];
    const { subscription_id } = await service.buy(other);
    await service.tell('subscription.active', subscription_id!);
    const claim = 'UPDATE trial_claims SET org_id = $1 WHERE org_id = $2';
    await service.query(claim, [caller.orgId, other.orgId]);
    return caller;
  }

  const sessions = async () => (await service.sandbox.books()).checkouts.length;

  const failing = (path: string, times = 1) =>
    service.sandbox.fault({ method: 'GET', path, kind: 'error_before', status: 500, times });

  describe.each([
    ['on the way back', cancelled, reactivate],
    ['by who has had a trial', withoutTrial, checkOut],
  ] as const)('%s', (_, begin, open) => {
    it('is not sold again to who has paid and of whom nothing has been heard', async () => {
      const caller = await begin();
      await service.sandbox.pay((await open(caller)).checkoutUrl);
      const before = await sessions();
      await expect(open(caller)).rejects.toMatchObject(SUBSCRIBED);
      await expect(open(caller)).rejects.toMatchObject({ status: 409 });
      expect(await sessions()).toBe(before);
    });

    it('is sold again to who has left the page, and to whom the card was declined', async () => {
      const caller = await begin();
      await open(caller);
      await service.sandbox.pay((await open(caller)).checkoutUrl, CARDS.declined);
      await expect(open(caller)).resolves.toMatchObject({ checkoutUrl: expect.any(String) });
    });

    it('is not sold again to whom a second card was taken, though Dodo names the payment that failed', async () => {
      const caller = await begin();
      const { checkoutUrl } = await open(caller);
      const failed = await service.sandbox.pay(checkoutUrl, CARDS.declined);
      const { subscription_id } = await service.sandbox.pay(checkoutUrl);
      const session = `/checkouts/${new URL(checkoutUrl).pathname.split('/').at(-1)}`;
      await service.sandbox.lag(session, { payment_id: failed.payment_id });
      await service.sandbox.lag(`/payments/${failed.payment_id}`, { subscription_id });
      await expect(open(caller)).rejects.toMatchObject(SUBSCRIBED);
    });

    it.each(['/checkouts/*', '/payments/*', '/subscriptions/*'])(
      'is not sold while Dodo does not answer for %s',
      async (path) => {
        const caller = await begin();
        await service.sandbox.pay((await open(caller)).checkoutUrl);
        const before = await sessions();
        await failing(path);
        await expect(open(caller)).rejects.toMatchObject(AWAY);
        expect(await sessions()).toBe(before);
        await expect(open(caller)).rejects.toMatchObject(SUBSCRIBED);
      },
    );

    it('is not sold again while its payment is known and its subscription is not', async () => {
      const caller = await begin();
      const paid = await service.sandbox.pay((await open(caller)).checkoutUrl);
      await service.tell('payment.succeeded', paid.payment_id);
      await service.sandbox.lag(`/subscriptions/${paid.subscription_id}`, { status: 'pending' });
      await expect(open(caller)).rejects.toMatchObject(BEING_SET_UP);
      // However long that takes: the money has moved.
      await service.passSeconds(3600);
      await service.sandbox.lag(`/subscriptions/${paid.subscription_id}`, { status: 'pending' });
      await expect(open(caller)).rejects.toMatchObject(BEING_SET_UP);
      await expect(open(caller)).rejects.toMatchObject(SUBSCRIBED);
    });

    it('is not sold again while a payment is under way, and is once that was given up', async () => {
      const caller = await begin();
      const paid = await service.sandbox.pay((await open(caller)).checkoutUrl);
      const underWay = async () => {
        await service.sandbox.lag(`/payments/${paid.payment_id}`, { status: 'requires_customer_action' });
        await service.sandbox.lag(`/subscriptions/${paid.subscription_id}`, { status: 'pending' });
      };
      await underWay();
      await expect(open(caller)).rejects.toMatchObject(BEING_SET_UP);
      await service.passSeconds(1_000);
      await underWay();
      await expect(open(caller)).resolves.toMatchObject({ checkoutUrl: expect.any(String) });
    });

    it('is sold whatever another organization is about to buy', async () => {
      const [caller, another] = [await begin(), await begin()];
      const paid = await service.sandbox.pay((await open(another)).checkoutUrl);
      await service.sandbox.lag(`/payments/${paid.payment_id}`, { status: 'requires_customer_action' });
      await service.sandbox.lag(`/subscriptions/${paid.subscription_id}`, { status: 'pending' });
      await expect(open(caller)).resolves.toMatchObject({ checkoutUrl: expect.any(String) });
    });

    it('is sold to who has just paid for credits', async () => {
      const caller = await begin();
      await service.sandbox.pay(await service.orderPack(caller.orgId));
      await expect(open(caller)).resolves.toMatchObject({ checkoutUrl: expect.any(String) });
    });

    it('asks Dodo for no session of before yesterday, nor for one that is known to be paid', async () => {
      const caller = await begin();
      await open(caller);
      await service.passSeconds(86_400 + 1_000);
      await failing('/checkouts/*', 9);
      const paid = await service.sandbox.pay((await open(caller)).checkoutUrl);
      await service.tell('payment.succeeded', paid.payment_id);
      await service.tell('subscription.active', paid.subscription_id!);
      await service.get(CancellationsService).cancel(caller.orgId, { when: 'now' }, UNKEYED_CALL);
      await expect(reactivate(caller)).resolves.toMatchObject({ checkoutUrl: expect.any(String) });
      expect(await service.sandbox.hasHit('/checkouts/*')).toBe(false);
    });
  });

  it('is not sold, nor is a trial, to who has a subscription in a state that is new to us', async () => {
    const caller = await service.newOrg();
    const { subscription_id } = await service.buy(caller);
    await service.sandbox.lag(`/subscriptions/${subscription_id}`, { status: 'delinquent' }, 9);
    await service.tell('subscription.active', subscription_id!);
    const before = await sessions();
    await expect(checkOut(caller)).rejects.toMatchObject(SUBSCRIBED);
    await expect(reactivate(caller)).rejects.toMatchObject({ status: 409 });
    expect(await sessions()).toBe(before);
  });

  it('is not sold on the way back while a new subscription is being set up', async () => {
    const caller = await cancelled();
    const paid = await service.sandbox.pay((await reactivate(caller)).checkoutUrl);
    await service.sandbox.lag(`/subscriptions/${paid.subscription_id}`, { status: 'pending' });
    await service.tell('subscription.updated', paid.subscription_id!);
    await failing('/checkouts/*');
    await expect(reactivate(caller)).rejects.toMatchObject(BEING_SET_UP);
    expect(await service.sandbox.hasHit('/checkouts/*')).toBe(false);
  });

  it('is sold again once what was bought the same day has ended', async () => {
    const caller = await cancelled();
    await service.sandbox.pay((await reactivate(caller)).checkoutUrl);
    await expect(reactivate(caller)).rejects.toMatchObject(SUBSCRIBED);
    await service.get(CancellationsService).cancel(caller.orgId, { when: 'now' }, UNKEYED_CALL);
    await expect(reactivate(caller)).resolves.toMatchObject({ checkoutUrl: expect.any(String) });
  });

  it('is decided on what Dodo has, not on what was last heard', async () => {
    const caller = await service.newOrg();
    const paid = await service.buy(caller, CARDS.failsOnRenewal);
    await service.tell('subscription.active', paid.subscription_id!);
    await service.passSeconds(4 * 86_400);
    await service.tell('subscription.on_hold', paid.subscription_id!);
    await service.sandbox.call('PATCH', `/subscriptions/${paid.subscription_id}`, { status: 'cancelled' });
    await expect(reactivate(caller)).resolves.toMatchObject({ sessionId: expect.stringMatching(/^cs_/) });
  });
});
