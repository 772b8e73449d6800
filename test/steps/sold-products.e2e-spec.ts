import { HistoryService } from '../../src/billing/history/history.service';
import { CreditsService } from '../../src/billing/credits/credits.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import type { OnSale } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { BillingStatusService } from '../../src/billing/status/billing-status.service';
import { PlanChangesService } from '../../src/billing/subscription-orders/plan-changes.service';
import { Config } from '../../src/config';
import { Database } from '../../src/database/database';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { FEE, StillService } from '../support/still-service';

interface Subscriber {
  orgId: string;
  paymentId: string;
  subscriptionId: string;
}

describe('what was sold under a product that has been replaced since', () => {
  let service: StillService;

  beforeEach(async () => {
    service = await StillService.start();
  });
  afterEach(() => service.stop());

  /** What a start with other settings does. */
  async function startWith(changes: Partial<OnSale>): Promise<void> {
    const onSale = { ...loadPlanCatalogue(null, FEE), ...changes };
    await service.get(Database).transaction((tx) => savePlanCatalogue(tx, onSale));
    service.get(Config).dodo.setupFeeProductId = onSale.setupFeeProductId;
  }

  /** The catalogue, where this plan or pack is another one. */
  function withArticle(
    id: string,
    changes: { id?: string; dodoProductId?: string },
  ): Pick<OnSale, 'plans' | 'creditPacks'> {
    const { plans, creditPacks } = loadPlanCatalogue(null, FEE);
    Object.assign(
      [...plans, ...creditPacks].find((article) => article.id === id)!,
      changes,
    );
    return { plans, creditPacks };
  }

  const withProduct = (id: string, dodoProductId: string) => withArticle(id, { dodoProductId });

  /** A product at Dodo that is sold as often as the one that it is to replace. */
  async function newProduct(like: string): Promise<string> {
    const { product_id: _, ...copied } = await service.sandbox.call<Record<string, unknown>>(
      'GET',
      `/products/${like}`,
    );
    const made = await service.sandbox.call<{ product_id: string }>('POST', '/products', {
      name: copied.name,
      tax_category: copied.tax_category,
      price: copied.price,
    });
    return made.product_id;
  }

  /** Has been to the checkout and paid; nothing of it has been heard. */
  async function bought(): Promise<Subscriber> {
    const caller = await service.newOrg();
    const paid = await service.buy(caller);
    return { orgId: caller.orgId, paymentId: paid.payment_id, subscriptionId: paid.subscription_id! };
  }

  async function hear({ subscriptionId, paymentId }: Subscriber): Promise<void> {
    await service.tell('subscription.active', subscriptionId);
    await service.tell('payment.succeeded', paymentId);
  }

  async function renew({ subscriptionId }: Subscriber, days: number): Promise<void> {
    await service.passDays(days);
    const [newest] = await service.sandbox.paymentsFor(subscriptionId);
    await service.tell('subscription.renewed', subscriptionId);
    await service.tell('payment.succeeded', newest!);
  }

  const statusOf = ({ orgId }: Subscriber) => service.get(BillingStatusService).view(orgId);
  const creditsOf = ({ orgId }: Subscriber) => service.get(CreditsService).view(orgId);

  const told = async ({ orgId }: Subscriber): Promise<string[]> =>
    (await service.query('SELECT event FROM outbound_events WHERE org_id = $1 ORDER BY event', [orgId])).map(
      ({ event }: { event: string }) => event,
    );

  /** Drives the refund as its job does, and answers what has been given back at Dodo. */
  async function driveRefund({ paymentId }: Subscriber) {
    const [{ id }] = await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
    await service.run('refund.drive', { refundId: id });
    return (await service.sandbox.refundsOf(paymentId)).map(({ items }) => items);
  }

  const givenBack = [[expect.objectContaining({ item_id: FEE, amount: 100 })]];

  describe('the setup fee', () => {
    it('is given back, and the trial is one, when it was sold before and is heard of after', async () => {
      const org = await bought();
      await startWith({ setupFeeProductId: await newProduct(FEE) });
      await hear(org);
      expect(await driveRefund(org)).toEqual(givenBack);
      expect(await statusOf(org)).toMatchObject({ status: 'trialing', setupFeeVerified: true });
    });

    it('is given back by its own line when it was owed before and is asked for after', async () => {
      const org = await bought();
      await hear(org);
      await startWith({ setupFeeProductId: await newProduct(FEE) });
      expect(await driveRefund(org)).toEqual(givenBack);
    });

    it('is given back by the product of then when it was owed before that was noted', async () => {
      const org = await bought();
      await hear(org);
      await service.query('UPDATE refunds SET dodo_product_id = NULL');
      await startWith({ setupFeeProductId: await newProduct(FEE) });
      expect(await driveRefund(org)).toEqual(givenBack);
    });

    it('that a person has given back is found, by its own line', async () => {
      const org = await bought();
      await hear(org);
      await startWith({ setupFeeProductId: await newProduct(FEE) });
      const { refund_id: id } = await service.sandbox.call<{ refund_id: string }>('POST', '/refunds', {
        payment_id: org.paymentId,
        items: [{ item_id: FEE }],
      });
      expect(await driveRefund(org)).toEqual(givenBack);
      expect(await service.query('SELECT dodo_refund_id AS id FROM refunds')).toEqual([{ id }]);
    });

    it('is sold under the new product, and given back once each', async () => {
      const before = await bought();
      const setupFeeProductId = await newProduct(FEE);
      await startWith({ setupFeeProductId });
      const after = await bought();
      await hear(after);
      await hear(before);
      expect(await driveRefund(before)).toEqual(givenBack);
      expect(await driveRefund(after)).toEqual([[expect.objectContaining({ item_id: setupFeeProductId })]]);
    });
  });

  describe('a plan', () => {
    it('stays the subscriber’s plan, and its periods bring credits', async () => {
      const org = await bought();
      await hear(org);
      await startWith(withProduct('plan_pro', await newProduct('pdt_pro')));
      await renew(org, 4);
      await renew(org, 31);
      expect(await statusOf(org)).toMatchObject({ plan: 'plan_pro', planName: 'Pro', accountLimit: 20 });
      expect(await creditsOf(org)).toMatchObject({ balance: 2000 });
      expect(await told(org)).not.toContain('subscription.plan_changed');
      const page = { limit: 50, offset: 0 };
      const { items } = await service.get(HistoryService).list(org.orgId, { ...page, type: 'plan_change' });
      expect(items).toEqual([]);
      await expect(
        service.get(PlanChangesService).change(org.orgId, 'plan_pro', UNKEYED_CALL),
      ).rejects.toMatchObject({ status: 409 });
    });

    it('stays it when the plan is no longer sold, too', async () => {
      const org = await bought();
      const { plans } = withProduct('plan_pro', await newProduct('pdt_pro'));
      await startWith({ plans });
      await startWith({ plans: plans.filter(({ id }) => id !== 'plan_pro') });
      await hear(org);
      expect(await statusOf(org)).toMatchObject({ plan: 'plan_pro', status: 'trialing' });
    });
  });

  it('a pack brings its credits when its checkout was open before', async () => {
    const org = await bought();
    await hear(org);
    const checkoutUrl = await service.orderPack(org.orgId);
    await startWith(withProduct('pack_1000', await newProduct('pdt_pack_1000')));
    const { payment_id: paymentId } = await service.sandbox.pay(checkoutUrl);
    await service.tell('payment.succeeded', paymentId);
    expect(await creditsOf(org)).toMatchObject({ balance: 3000 });
  });

  describe('a start', () => {
    const rows = () => service.query('SELECT * FROM sold_products ORDER BY number');

    it('with the same catalogue adds nothing', async () => {
      const before = await rows();
      await startWith({});
      expect(await rows()).toEqual(before);
    });

    it.each<[string, () => Partial<OnSale>, RegExp]>([
      [
        'another plan',
        () => withArticle('plan_pro', { id: 'plan_pro_2' }),
        /pdt_pro has been the product of plan_pro and can't be that of plan_pro_2/,
      ],
      [
        'the setup fee',
        () => ({ setupFeeProductId: 'pdt_pack_1000', creditPacks: [] }),
        /pdt_pack_1000 has been the product of pack_1000 and can't be that of the setup fee/,
      ],
      [
        'a pack',
        () => ({ ...withProduct('pack_1000', FEE), setupFeeProductId: 'pdt_new_fee' }),
        /pdt_setup_fee has been the product of the setup fee and can't be that of pack_1000/,
      ],
    ])('is refused, and changes nothing, where a product moves to %s', async (_, changes, problem) => {
      const before = await rows();
      await expect(startWith(changes())).rejects.toThrow(problem);
      expect(await rows()).toEqual(before);
    });
  });
});
