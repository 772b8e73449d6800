import { ApiKeysService } from '../../src/auth/api-keys.service';
import { OrganizationsService } from '../../src/auth/organizations.service';
import { THE_TESTS, TestService, type Caller } from '../support/test-service';
import { until } from '../support/until';

/** Sign-ups that are all at the checkout before the first of them pays. */
const AT_ONCE = 12;
const SIGN_UPS = 1_000;
const LONG_MS = 600_000;

describe('scripted sign-ups with one mail box', () => {
  const service = TestService.ofThisSuite({ ONE_TRIAL_PER_EMAIL: 'on' });

  async function signUp(n: number): Promise<Caller> {
    const email = `${n % 2 ? 'J.oe' : 'joe'}+${n}@${n % 3 ? 'gmail.com' : 'GoogleMail.com'}`;
    const { id: orgId } = await service.app.get(OrganizationsService).create('Acme', email, THE_TESTS);
    const { key } = await service.app.get(ApiKeysService).create(orgId, 'test', THE_TESTS);
    return { orgId, key: key.reveal() };
  }

  /** What is in the cart of each checkout that was ever opened, by its session. */
  async function carts(): Promise<Map<string, string[]>> {
    const { checkouts } = (await service.sandbox.books()) as unknown as { checkouts: Record<string, any>[] };
    return new Map(
      checkouts.map(({ session_id, cart }) => [
        session_id,
        cart.map((item: Record<string, any>) => item.product_id),
      ]),
    );
  }

  it(
    'get one trial together; who comes too late buys the plan alone',
    async () => {
      const early = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => signUp(n)));
      const opened = await Promise.all(early.map(({ key }) => service.checkout(key)));
      const paid = await Promise.all(opened.map(({ body }) => service.sandbox.pay(body.data.checkoutUrl)));
      for (const { payment_id } of paid) {
        await service.untilRefund(payment_id, 'succeeded');
        expect(await service.sandbox.refundsOf(payment_id)).toHaveLength(1);
      }
      await until('one trial is left', async () => {
        const { subscriptions } = await service.sandbox.books();
        return subscriptions.filter(({ status }) => status === 'active').length === 1;
      });
      await service.untilQuiet();
      const statuses = await Promise.all(early.map(async ({ key }) => (await service.status(key)).status));
      expect(statuses.toSorted()).toEqual([...Array(AT_ONCE - 1).fill(null), 'trialing'].toSorted());

      const surplus = early[statuses.indexOf(null)]!;
      const { sessionId } = opened[statuses.indexOf(null)]!.body.data;
      const verified = await service.call('POST', '/billing/verify-checkout', {
        key: surplus.key,
        body: { sessionId },
      });
      expect(verified.body.data).toMatchObject({ status: 'cancelled', isTrialing: false });

      const late: string[] = [];
      for (let n = AT_ONCE; n < SIGN_UPS; n += AT_ONCE) {
        const together = Array.from({ length: Math.min(AT_ONCE, SIGN_UPS - n) }, async (_, i) => {
          const { body } = await service.checkout((await signUp(n + i)).key);
          return (body.data.checkoutUrl as string).split('/').at(-1)!;
        });
        late.push(...(await Promise.all(together)));
      }
      expect(late).toHaveLength(SIGN_UPS - AT_ONCE);
      const bought = await carts();
      expect(new Set(late.map((session) => bought.get(session)?.join()))).toEqual(new Set(['pdt_pro']));
      expect(await service.query('SELECT * FROM trial_claims')).toHaveLength(1);
      expect(await service.query('SELECT * FROM credit_entries')).toHaveLength(1);

      const { body } = await service.checkout(surplus.key);
      await service.sandbox.pay(body.data.checkoutUrl);
      expect(await service.untilStatus(surplus, 'active')).toMatchObject({ isTrialing: false });
    },
    LONG_MS,
  );
});
