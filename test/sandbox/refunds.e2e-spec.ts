import { until } from '../support/until';
import { Bench, FEE, PRO, refusal, type Paid } from './support';

const code = async (call: Promise<unknown>) => (await refusal(call)).code;

describe('POST /refunds', () => {
  let bench: Bench;
  const refund = (
    payment_id: string,
    items?: { item_id: string; amount?: number; tax_inclusive?: boolean }[],
  ) => bench.dodo.refunds.create({ payment_id, ...(items && { items }) });
  const lines = async ({ payment_id }: Paid) =>
    (await bench.dodo.payments.retrieveLineItems(payment_id)).items;
  /** Fee and first period in one payment. */
  const buyBoth = () => bench.buy(undefined, { subscription_data: { trial_period_days: 0 } });

  beforeAll(async () => {
    bench = await Bench.start();
  });
  beforeEach(() => bench.control('POST', '/reset'));
  afterAll(() => bench.close());

  it('is pending first, and succeeds a second later', async () => {
    const paid = await bench.buy();
    const created = await bench.dodo.refunds.create({
      payment_id: paid.payment_id,
      items: [{ item_id: FEE }],
      metadata: { key: 'k1' },
    });
    expect(created).toMatchObject({ status: 'pending', amount: 100, metadata: { key: 'k1' } });
    const { happened } = await bench.advance('2s');
    expect(happened).toMatchObject([{ type: 'refund.succeeded', id: created.refund_id }]);
    expect(await bench.dodo.payments.retrieve(paid.payment_id)).toMatchObject({
      refund_status: 'full',
      refunds: [{ refund_id: created.refund_id, status: 'succeeded', amount: 100 }],
    });
  });

  it('settles by itself, without anybody moving the clock', async () => {
    await bench.behave({ refundSettleSeconds: 0.05 });
    const { refund_id } = await refund((await bench.buy()).payment_id);
    const isSettled = async () => (await bench.dodo.refunds.retrieve(refund_id)).status === 'succeeded';
    expect(await until('the refund has succeeded', isSettled)).toBe(true);
  });

  it('leaves the other lines and the subscription alone', async () => {
    const paid = await buyBoth();
    expect(await refund(paid.payment_id, [{ item_id: FEE }])).toMatchObject({
      amount: 100,
      is_partial: true,
    });
    await bench.advance('2s');
    expect((await lines(paid)).map((line) => [line.items_id, line.refundable_amount])).toEqual([
      [FEE, 0],
      [PRO, 4900],
    ]);
    expect((await bench.dodo.payments.retrieve(paid.payment_id)).refund_status).toBe('partial');
    expect((await bench.dodo.subscriptions.retrieve(paid.subscription_id)).status).toBe('active');
  });

  it('shows the lines as they were before, or none, when it is told to lag', async () => {
    const paid = await buyBoth();
    await refund(paid.payment_id, [{ item_id: FEE }]);
    await bench.behave({ lineItems: 'stale' });
    expect((await lines(paid)).map((line) => line.refundable_amount)).toEqual([100, 4900]);
    await bench.behave({ lineItems: 'none' });
    expect(await lines(paid)).toEqual([]);
  });

  it('gives back everything that is left when no items are named', async () => {
    const paid = await buyBoth();
    expect(await refund(paid.payment_id)).toMatchObject({ amount: 5000, is_partial: false });
  });

  it('counts a failed refund as never made', async () => {
    await bench.behave({ refundOutcome: 'failed' });
    const paid = await bench.buy();
    await refund(paid.payment_id, [{ item_id: FEE }]);
    expect((await lines(paid))[0]?.refundable_amount).toBe(0);
    expect((await bench.advance('2s')).happened).toMatchObject([{ type: 'refund.failed' }]);
    expect((await lines(paid))[0]?.refundable_amount).toBe(100);
    expect((await bench.dodo.payments.retrieve(paid.payment_id)).refund_status).toBeNull();
  });

  it.each([
    ['review', 'review'],
    ['stuck_pending', 'pending'],
  ])('with outcome %s stays %s until somebody settles it', async (refundOutcome, status) => {
    await bench.behave({ refundOutcome });
    const { refund_id } = await refund((await bench.buy()).payment_id);
    expect((await bench.advance('10d')).happened.map(({ type }) => type)).not.toContain('refund.succeeded');
    expect((await bench.dodo.refunds.retrieve(refund_id)).status).toBe(status);
    await bench.control('POST', `/refunds/${refund_id}/settle`, { status: 'succeeded' });
    expect((await bench.dodo.refunds.retrieve(refund_id)).status).toBe('succeeded');
  });

  it('takes tax with it, inside the amount or on top of it', async () => {
    await bench.behave({ taxRatePercent: 25 });
    const paid = await buyBoth();
    expect(
      await refund(paid.payment_id, [{ item_id: PRO, amount: 1000, tax_inclusive: false }]),
    ).toMatchObject({
      amount: 1250,
    });
  });

  describe('refuses', () => {
    it('an unknown payment', async () => {
      expect(await refusal(refund('pay_unknown'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    });

    it('a payment that has not succeeded', async () => {
      const { payment_id } = await bench.buy('4000000000000002');
      expect(await code(refund(payment_id))).toBe('PAYMENT_NOT_SUCCEEDED');
    });

    it('a payment of nothing', async () => {
      const { payment_id } = await bench.buy(undefined, { product_cart: [{ product_id: PRO, quantity: 1 }] });
      expect(await code(refund(payment_id))).toBe('ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED');
    });

    it('a payment older than 30 days', async () => {
      const { payment_id } = await bench.buy();
      await bench.advance('31d');
      expect(await code(refund(payment_id))).toBe('REFUND_WINDOW_EXPIRED');
    });

    it.each([400, 409, 422])('a second request while the first is under way, with %s', async (status) => {
      await bench.behave({ duplicateRefundStatus: status });
      const { payment_id } = await buyBoth();
      await refund(payment_id, [{ item_id: FEE }]);
      expect(await refusal(refund(payment_id, [{ item_id: PRO }]))).toMatchObject({
        status,
        code: 'EXISTING_REFUND_REQUEST_PROCESSING',
      });
    });

    it('what has been refunded already', async () => {
      const { payment_id } = await bench.buy();
      await refund(payment_id, [{ item_id: FEE }]);
      await bench.advance('2s');
      expect(await code(refund(payment_id, [{ item_id: FEE }]))).toBe('LINE_ITEM_FULLY_REFUNDED');
      expect(await code(refund(payment_id))).toBe('PAYMENT_ALREADY_REFUNDED');
    });

    it('a line that is not there, or is named twice', async () => {
      const { payment_id } = await bench.buy();
      expect(await code(refund(payment_id, [{ item_id: PRO }]))).toBe('LINE_ITEM_NOT_FOUND');
      expect(await code(refund(payment_id, [{ item_id: FEE }, { item_id: FEE }]))).toBe(
        'DUPLICATE_LINE_ITEMS_IN_REQUEST',
      );
    });

    it('more than the line, or next to nothing', async () => {
      const { payment_id } = await bench.buy();
      expect(await code(refund(payment_id, [{ item_id: FEE, amount: 101 }]))).toBe(
        'LINE_ITEM_REFUND_AMOUNT_TOO_HIGH',
      );
      expect(await code(refund(payment_id, [{ item_id: FEE, amount: 0 }]))).toBe(
        'LINE_ITEM_REFUND_AMOUNT_TOO_LOW',
      );
    });

    it('a prorated line, and then has nothing to refund', async () => {
      const { subscription_id } = await buyBoth();
      await bench.dodo.subscriptions.changePlan(subscription_id, {
        product_id: 'pdt_business',
        quantity: 1,
        proration_billing_mode: 'difference_immediately',
      });
      const { items } = await bench.dodo.payments.list({ subscription_id, page_number: 0 });
      const payment_id = items[0]?.payment_id ?? '';
      expect(await code(refund(payment_id, [{ item_id: 'pdt_business' }]))).toBe('LINE_ITEM_PRORATED');
      expect(await code(refund(payment_id))).toBe('NOTHING_TO_REFUND');
    });

    it('more than was paid, where a credit paid for a part', async () => {
      const { subscription_id } = await bench.buy(undefined, {
        product_cart: [{ product_id: 'pdt_business', quantity: 1 }],
        subscription_data: { trial_period_days: 0 },
      });
      const change = {
        product_id: PRO,
        quantity: 1,
        proration_billing_mode: 'difference_immediately' as const,
      };
      await bench.dodo.subscriptions.changePlan(subscription_id, change);
      await bench.advance('95d');
      const { items } = await bench.dodo.payments.list({ subscription_id, page_number: 0 });
      const part = items.find(({ total_amount }) => total_amount > 0 && total_amount < 4900);
      const call = refund(part?.payment_id ?? '', [{ item_id: PRO }]);
      expect(await code(call)).toBe('REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT');
    });
  });
});
