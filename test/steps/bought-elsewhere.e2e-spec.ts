import { CheckoutsService } from '../../src/billing/checkouts/checkouts.service';
import { CreditsService } from '../../src/billing/credits/credits.service';
import { PlanChangesService } from '../../src/billing/subscription-orders/plan-changes.service';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { StillService } from '../support/still-service';
import { CHECKOUT } from '../support/test-service';

/** All that is sold here is one of each and alone; a merchant's own page, or what was there before, may have more. */
describe('what was bought elsewhere', () => {
  const service = StillService.ofThisSuite();

  /** An organization whose customer at Dodo buys this on a page that is not ours. */
  async function buyElsewhere(
    product_cart: { product_id: string; quantity: number }[],
    { isPaymentFirst = false } = {},
  ) {
    const caller = await service.newOrg();
    await service.get(CheckoutsService).create(caller, CHECKOUT, UNKEYED_CALL);
    const [{ id: customer_id }] = await service.query(
      'SELECT dodo_customer_id AS id FROM organizations WHERE id = $1',
      [caller.orgId],
    );
    const cart = { product_cart, customer: { customer_id } };
    const paid = await service.sandbox.buyElsewhere(cart);
    const { subscription_ids } = await service.sandbox.call<{ subscription_ids: string[] }>(
      'GET',
      `/payments/${paid.payment_id}`,
    );
    const tell = [
      () => service.tell('payment.succeeded', paid.payment_id),
      ...subscription_ids.map((id) => () => service.tell('subscription.active', id)),
    ];
    for (const say of isPaymentFirst ? tell : tell.toReversed()) await say();
    return { orgId: caller.orgId, ...paid };
  }

  it.each(['plan_business', 'plan_starter'])('stays as many when the plan changes to %s', async (planId) => {
    const bought = await buyElsewhere([{ product_id: 'pdt_pro', quantity: 5 }]);
    await service.get(PlanChangesService).change(bought.orgId, planId, UNKEYED_CALL);
    const path = `/subscriptions/${bought.subscription_id}`;
    const { scheduled_change, quantity } = await service.sandbox.call<{
      quantity: number;
      scheduled_change: { quantity: number } | null;
    }>('GET', path);
    expect(scheduled_change?.quantity ?? quantity).toBe(5);
  });

  it('brings the credits of each pack', async () => {
    const { orgId, payment_id } = await buyElsewhere([{ product_id: 'pdt_pack_1000', quantity: 3 }]);
    await service.tell('payment.succeeded', payment_id);
    expect(await service.get(CreditsService).view(orgId)).toMatchObject({ balance: 3000 });
  });

  it('brings the credits of one pack where Dodo does not say how many', async () => {
    await service.sandbox.behave({ mixedProductCart: 'null' });
    const { orgId } = await buyElsewhere([
      { product_id: 'pdt_pro', quantity: 1 },
      { product_id: 'pdt_pack_1000', quantity: 3 },
    ]);
    const OF_THE_PLAN = 2000;
    expect(await service.get(CreditsService).view(orgId)).toMatchObject({ balance: OF_THE_PLAN + 1000 });
  });

  it.each([true, false])(
    'brings a plan’s credits beside another subscription (payment first: %s)',
    async (isPaymentFirst) => {
      const other = await service.sandbox.sellRecurring('Something else', 900);
      const cart = [other, 'pdt_pro'].map((id) => ({ product_id: id, quantity: 1 }));
      const { orgId } = await buyElsewhere(cart, { isPaymentFirst });
      expect(await service.get(CreditsService).view(orgId)).toMatchObject({ balance: 2000 });
    },
  );
});
