import { BillingStatusService } from '../../src/billing/status/billing-status.service';
import { loadPlanCatalogue } from '../../src/billing/plans/plan-catalogue';
import { savePlanCatalogue } from '../../src/billing/plans/plans.repository';
import { PlanChangesService } from '../../src/billing/subscription-orders/plan-changes.service';
import { Database } from '../../src/database/database';
import { UNKEYED_CALL } from '../../src/http/idempotency/idempotent-call';
import { FEE, StillService } from '../support/still-service';

interface Subscriber {
  orgId: string;
  paymentId: string;
  subscriptionId: string;
}

type Line = [productId: string, amount: number];

describe('a period counts as paid', () => {
  const service = StillService.ofThisSuite();

  afterEach(() => service.sandbox.clearFaults());

  /** Has paid at the checkout; nothing of it has been heard. */
  async function bought(): Promise<Subscriber> {
    const { orgId, ...caller } = await service.newOrg();
    const paid = await service.buy({ orgId, ...caller });
    return { orgId, paymentId: paid.payment_id, subscriptionId: paid.subscription_id! };
  }

  /** The payment lists these lines, and has cost their sum, unless it is said otherwise. */
  async function lists(paymentId: string, lines: Line[], said: object = {}): Promise<void> {
    const items = lines.map(([items_id, amount]) => ({
      items_id,
      amount,
      tax: 0,
      refundable_amount: amount,
    }));
    const total_amount = lines.reduce((sum, [, amount]) => sum + amount, 0);
    await service.sandbox.lag(`/payments/${paymentId}`, { total_amount, ...said }, 99);
    await service.sandbox.lag(`/payments/${paymentId}/line-items`, { items }, 99);
  }

  async function hear({ paymentId, subscriptionId }: Subscriber, isPaymentFirst = true): Promise<void> {
    const tell = [
      () => service.tell('payment.succeeded', paymentId),
      () => service.tell('subscription.active', subscriptionId),
    ];
    for (const say of isPaymentFirst ? tell : tell.toReversed()) await say();
  }

  /** The next period has begun at Dodo; nothing of it has been heard. */
  async function renewed(org: Subscriber, days: number): Promise<Subscriber> {
    await service.passDays(days);
    const [newest] = await service.sandbox.paymentsFor(org.subscriptionId);
    return { ...org, paymentId: newest! };
  }

  async function trialEnded(): Promise<Subscriber> {
    const org = await bought();
    await hear(org);
    return renewed(org, 4);
  }

  const statusOf = async ({ orgId }: Subscriber) =>
    (await service.get(BillingStatusService).view(orgId)).status;

  const allocations = async ({ orgId }: Subscriber): Promise<(string | null)[]> =>
    (
      await service.query(
        `SELECT dodo_payment_id AS "paidBy" FROM credit_entries
          WHERE org_id = $1 AND kind = 'allocation' ORDER BY created_at, period_start`,
        [orgId],
      )
    ).map(({ paidBy }: { paidBy: string | null }) => paidBy);

  const told = async ({ orgId }: Subscriber): Promise<string[]> =>
    (
      await service.query(
        `SELECT event FROM outbound_events WHERE org_id = $1 AND event LIKE 'subscription.%' ORDER BY created_at, event`,
        [orgId],
      )
    ).map(({ event }: { event: string }) => event);

  it('and brings its credits once where Dodo does not say when it began', async () => {
    const org = await trialEnded();
    const saysNothing = () =>
      service.sandbox.lag(`/subscriptions/${org.subscriptionId}`, { previous_billing_date: null }, 99);
    await saysNothing();
    await hear(org);
    await hear(org, false);
    expect(await allocations(org)).toEqual([null, org.paymentId]);
    await service.sandbox.clearFaults();
    await hear(org);
    const next = await renewed(org, 32);
    await saysNothing();
    await hear(next, false);
    await hear(next);
    expect(await allocations(org)).toEqual([null, org.paymentId, next.paymentId]);
    expect((await told(org)).filter((event) => event === 'subscription.renewed')).toHaveLength(1);
  });

  it.each<[string, Line[]]>([
    ['nothing', []],
    ['the plan', [['pdt_pro', 0]]],
  ])('not by a payment of nothing that exchanges the card, though it lists %s', async (_, lines) => {
    const org = await trialEnded();
    await service.tell('subscription.renewed', org.subscriptionId);
    const exchanges = { is_update_payment_method: true };
    await lists(org.paymentId, lines, exchanges);
    await hear(org);
    expect(await allocations(org)).toEqual([null]);
    // What was owed may have been charged with it.
    await service.sandbox.clearFaults();
    await service.sandbox.lag(`/payments/${org.paymentId}`, exchanges, 99);
    await hear(org);
    expect(await allocations(org)).toEqual([null, org.paymentId]);
  });

  describe.each([true, false])('by what its payment lists (payment first: %s)', (isPaymentFirst) => {
    it.each<[string, Line[]]>([
      ['the plan', [['pdt_pro', 4900]]],
      [
        'the plan, and what is not sold here',
        [
          ['pdt_pro', 4900],
          ['pdt_unheard_of', 700],
        ],
      ],
      [
        'an add-on, and the plan for nothing, as with a discount',
        [
          ['pdt_pro', 0],
          ['adn_seat', 700],
        ],
      ],
      [
        'what was left of another plan, which is taken off',
        [
          ['pdt_starter', -900],
          ['pdt_pro', 4900],
        ],
      ],
    ])('%s', async (_, lines) => {
      const org = await trialEnded();
      await lists(org.paymentId, lines);
      await hear(org, isPaymentFirst);
      expect(await allocations(org)).toEqual([null, org.paymentId]);
      expect(await told(org)).toEqual(['subscription.trialing', 'subscription.activated']);
    });

    it('the product that the plan was sold under before', async () => {
      const org = await trialEnded();
      const { plans, ...rest } = loadPlanCatalogue(null, FEE);
      const former = plans.map((plan) =>
        Object.assign({}, plan, { dodoProductId: `${plan.dodoProductId}_former` }),
      );
      const start = (onSale: typeof plans) =>
        service.get(Database).transaction((tx) => savePlanCatalogue(tx, { ...rest, plans: onSale }));
      await start(former);
      await start(plans);
      await lists(org.paymentId, [['pdt_pro_former', 4900]]);
      await hear(org, isPaymentFirst);
      expect(await allocations(org)).toEqual([null, org.paymentId]);
    });

    it.each<[string, Line[], boolean]>([
      ['not what is not sold here', [['pdt_unheard_of', 4900]], false],
      [
        'not what is not sold here and was paid with what the customer had left',
        [['pdt_unheard_of', 4900]],
        true,
      ],
      [
        'not a move from the plan to what is not sold here',
        [
          ['pdt_pro', -2000],
          ['pdt_unheard_of', 4900],
        ],
        false,
      ],
    ])('%s', async (_, lines, isFree) => {
      const org = await trialEnded();
      await lists(org.paymentId, lines, isFree ? { total_amount: 0 } : {});
      await hear(org, isPaymentFirst);
      expect(await allocations(org)).toEqual([null]);
      expect(await told(org)).toEqual(['subscription.trialing']);
    });
  });

  it.each<[string, Line[]]>([
    [
      'no plan',
      [
        [FEE, 100],
        ['pdt_unheard_of', 5000],
      ],
    ],
    [
      'the plan for nothing',
      [
        [FEE, 100],
        ['pdt_pro', 0],
        ['pdt_unheard_of', 5000],
      ],
    ],
  ])('not while it is a trial, whatever was bought with it beside %s', async (_, lines) => {
    const org = await bought();
    await lists(org.paymentId, lines);
    await hear(org);
    expect(await statusOf(org)).toBe('trialing');
    expect(await allocations(org)).toEqual([null]);
    expect(await told(org)).toEqual(['subscription.trialing']);

    await service.get(PlanChangesService).change(org.orgId, 'plan_business', UNKEYED_CALL);
    expect(await statusOf(org)).toBe('trialing');
  });

  it('by a product that is made a plan here only later, without a second look at the payment', async () => {
    const org = await trialEnded();
    await service.sandbox.lag(`/subscriptions/${org.subscriptionId}`, { product_id: 'pdt_late' }, 99);
    await lists(org.paymentId, [['pdt_late', 4900]]);
    await hear(org);
    expect(await allocations(org)).toEqual([null]);
    const onSale = loadPlanCatalogue(null, FEE);
    const late = Object.assign({}, onSale.plans[0]!, { id: 'plan_late', dodoProductId: 'pdt_late' });
    const plans = [...onSale.plans, late];
    await service.get(Database).transaction((tx) => savePlanCatalogue(tx, { ...onSale, plans }));
    await service.tell('subscription.updated', org.subscriptionId);
    expect(await allocations(org)).toEqual([null, org.paymentId]);
  });
});
