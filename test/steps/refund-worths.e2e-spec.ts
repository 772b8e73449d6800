import { FEE, StillService } from '../support/still-service';
import { letTheBankWait, refundSteps } from '../support/refund-steps';
import type { Debt } from '../support/refund-steps';

const DAY = 86_400;

/** Amounts tell nothing for sure: tax, another currency, its rate, and what people do move them. The line decides. */
describe('what a refund of the fee is worth', () => {
  const service = StillService.ofThisSuite();

  beforeEach(() => letTheBankWait(service));

  const { owe, ask, drive, row, atDodo, settle, refundByHand, looks } = refundSteps(service);

  /** A fee that was charged in the customer's own currency. */
  async function oweIn(currency: string, amount: number): Promise<Debt> {
    const caller = await service.newOrg();
    const { payment_id: paymentId } = await service.buy(caller);
    await service.sandbox.lag(`/payments/${paymentId}`, { currency, total_amount: amount }, 99);
    const items = [{ items_id: FEE, amount, tax: 0, refundable_amount: amount }];
    await service.sandbox.lag(`/payments/${paymentId}/line-items`, { currency, items }, 99);
    await service.tell('payment.succeeded', paymentId);
    const [{ id }] = await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
    return { id, orgId: caller.orgId, paymentId };
  }

  /** Dodo takes the next request, and says that the refund is worth this. */
  const answers = ({ paymentId }: Debt, amount: number, currency: string) =>
    service.sandbox.fault({
      method: 'POST',
      path: '/refunds',
      kind: 'error_before',
      status: 200,
      body: JSON.stringify({
        refund_id: `ref_of_${paymentId}`,
        payment_id: paymentId,
        status: 'succeeded',
        amount,
        currency,
        metadata: {},
        created_at: service.clock.now().toISOString(),
      }),
      headers: { 'content-type': 'application/json' },
    });

  describe('in another currency', () => {
    it.each<[string, string, number, number, string]>([
      ['at another rate', 'INR', 8900, 8830, 'INR'],
      ['in that of the merchant', 'INR', 8900, 100, 'USD'],
      ['where there is no smaller unit', 'JPY', 150, 150, 'JPY'],
      ['where there is a thousandth', 'KWD', 310, 310, 'KWD'],
    ])('is what Dodo says: %s', async (_, charged, amount, given, currency) => {
      const debt = await oweIn(charged, amount);
      expect(await row(debt)).toMatchObject({ amount_minor: String(amount), currency: charged });
      await answers(debt, given, currency);
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'succeeded',
        asks: 1,
        amount_minor: String(given),
        currency,
      });
    });

    it('tells nothing where nothing is left of the line: it has come back, and is not asked for', async () => {
      const debt = await owe();
      const { refund_id } = await refundByHand(debt);
      await settle(debt, 'succeeded');
      await service.sandbox.lag(`/refunds/${refund_id}`, { amount: 93 }, 9);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: refund_id, asks: 0 });
    });

    it('tells nothing where the rate has left a rest of the line, if Dodo says that it was all', async () => {
      const debt = await owe();
      const { refund_id } = await refundByHand(debt);
      await settle(debt, 'succeeded');
      await service.sandbox.lag(`/refunds/${refund_id}`, { amount: 93 }, 9);
      const items = [{ items_id: FEE, amount: 100, tax: 0, refundable_amount: 7 }];
      await service.sandbox.lag(`/payments/${debt.paymentId}/line-items`, { items }, 9);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: refund_id, asks: 1 });
      expect(await atDodo(debt)).toHaveLength(1);
    });
  });

  it.each([
    ['what is left, when a person has given a part of it back before', 'succeeded', [40, 60]],
    ['all of it, when the part that a person gave back before has come to nothing', 'failed', [40, 100]],
  ] as const)('is %s', async (_, outcome, amounts) => {
    const debt = await owe();
    await refundByHand(debt, [{ item_id: FEE, amount: 40 }]);
    await drive(debt);
    expect(await row(debt)).toMatchObject({ state: 'requested', dodo_refund_id: null });
    expect(await atDodo(debt)).toHaveLength(1);
    await settle(debt, outcome);
    await drive(debt);
    await settle(debt, 'succeeded');
    await drive(debt);
    const made = await atDodo(debt);
    expect(made.map(({ amount }) => amount)).toEqual(amounts);
    expect(await row(debt)).toMatchObject({
      state: 'succeeded',
      dodo_refund_id: made[1]!.refund_id,
      amount_minor: String(amounts[1]),
    });
  });

  it.each(['review', 'stuck_pending'] as const)(
    'is asked for once, though Dodo keeps it for days (%s), and anew if nothing comes of it',
    async (outcome) => {
      const debt = await ask(outcome);
      for (let days = 0; days < 10; days += 1) {
        service.clock.passSeconds(DAY);
        await drive(debt);
        expect(await looks()).toMatchObject([{ delaySeconds: 900 }]);
      }
      expect(await atDodo(debt)).toHaveLength(1);
      await settle(debt, 'failed');
      await drive(debt);
      service.clock.passSeconds(DAY);
      await drive(debt);
      await settle(debt, 'succeeded');
      await drive(debt);
      expect((await atDodo(debt)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', asks: 2, amount_minor: '100' });
    },
  );
});
