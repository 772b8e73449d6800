import { Bench, BUSINESS, FEE, PRO, refusal, STARTER, type Moved } from './support';

const DAY_MS = 86_400_000;
const types = ({ happened }: Moved): string[] => happened.map(({ type }) => type);

const to = (
  product_id: string,
  proration_billing_mode:
    'prorated_immediately' | 'do_not_bill' | 'full_immediately' | 'difference_immediately',
) => ({ product_id, quantity: 1, proration_billing_mode }) as const;

describe('the life of a subscription', () => {
  let bench: Bench;
  const subscription = (id: string) => bench.dodo.subscriptions.retrieve(id);
  const payments = async (subscription_id: string) =>
    (await bench.dodo.payments.list({ subscription_id, page_number: 0, page_size: 100 })).items;

  beforeAll(async () => {
    bench = await Bench.start();
  });
  beforeEach(() => bench.control('POST', '/reset'));
  afterAll(() => bench.close());

  describe('paying a mixed cart', () => {
    it('makes one payment of the fee alone, and one subscription in trial', async () => {
      const session = await bench.session({ metadata: { org: 'o1' } });
      const paid = await bench.pay(session.session_id);
      const payment = await bench.dodo.payments.retrieve(paid.payment_id);
      expect(payment).toMatchObject({
        status: 'succeeded',
        total_amount: 100,
        subscription_id: paid.subscription_id,
        checkout_session_id: session.session_id,
        metadata: { org: 'o1' },
        product_cart: [{ product_id: FEE, quantity: 1 }],
      });
      const { items } = await bench.dodo.payments.retrieveLineItems(paid.payment_id);
      expect(items.map(({ items_id, refundable_amount }) => [items_id, refundable_amount])).toEqual([
        [FEE, 100],
      ]);
      const plan = await subscription(paid.subscription_id);
      expect(plan).toMatchObject({
        status: 'active',
        product_id: PRO,
        trial_period_days: 3,
        metadata: { org: 'o1' },
      });
      expect(Date.parse(plan.next_billing_date) - Date.parse(plan.created_at)).toBe(3 * DAY_MS);
    });

    it('charges fee and first period together without a trial', async () => {
      const paid = await bench.buy(undefined, { subscription_data: { trial_period_days: 0 } });
      const { items } = await bench.dodo.payments.retrieveLineItems(paid.payment_id);
      expect(items.map(({ items_id, amount }) => [items_id, amount])).toEqual([
        [FEE, 100],
        [PRO, 4900],
      ]);
    });

    it('makes a $0 payment for a trial without anything else', async () => {
      const paid = await bench.buy(undefined, { product_cart: [{ product_id: PRO, quantity: 1 }] });
      expect(await bench.dodo.payments.retrieve(paid.payment_id)).toMatchObject({
        status: 'succeeded',
        total_amount: 0,
      });
    });

    it('can be tried again with another card in the same session', async () => {
      const { session_id } = await bench.session();
      const first = await bench.pay(session_id, '4000000000009995');
      expect(first).toMatchObject({ status: 'failed', error_code: 'INSUFFICIENT_FUNDS' });
      expect((await bench.dodo.checkoutSessions.retrieve(session_id)).payment_status).toBe('failed');
      const second = await bench.pay(session_id);
      expect(second.status).toBe('succeeded');
      expect(second.payment_id).not.toBe(first.payment_id);
    });

    it.each([
      ['4242424242424242', 'succeeded'],
      ['5555555555554444', 'succeeded'],
      ['4000000000000341', 'succeeded'],
      ['4576238912771450', 'succeeded'],
      ['5409162669381034', 'succeeded'],
      ['4000000000000002', 'failed'],
      ['4000000000009995', 'failed'],
      ['4706131211212123', 'failed'],
      ['5105105105105100', 'failed'],
    ])('test card %s: %s', async (card, status) => {
      expect((await bench.buy(card)).status).toBe(status);
    });

    it('declines a card that is no test card', async () => {
      expect(await bench.buy('4111111111111111')).toMatchObject({
        status: 'failed',
        error_code: 'INVALID_CARD_NUMBER',
      });
    });

    it('takes a session only once', async () => {
      const { session_id } = await bench.session();
      await bench.pay(session_id);
      await expect(bench.pay(session_id)).rejects.toThrow('CHECKOUT_SESSION_CONSUMED');
    });

    it('lets a session expire after a day', async () => {
      const { session_id } = await bench.session();
      await bench.advance('25h');
      await expect(bench.pay(session_id)).rejects.toThrow('410');
    });

    it('keeps one customer for one email unless told otherwise', async () => {
      await bench.buy();
      await bench.buy();
      expect((await bench.dodo.customers.list({ page_number: 0 })).items).toHaveLength(1);
      await bench.buy(undefined, { feature_flags: { always_create_new_customer: true } });
      expect((await bench.dodo.customers.list({ page_number: 0 })).items).toHaveLength(2);
    });
  });

  describe('time', () => {
    it('charges the plan when the trial ends, at the moment it ends', async () => {
      const { subscription_id } = await bench.buy();
      const before = await subscription(subscription_id);
      const moved = await bench.advance('4d');
      expect(types(moved)).toEqual(['payment.succeeded', 'subscription.renewed', 'subscription.updated']);
      expect(moved.happened[0]?.at).toBe(before.next_billing_date);
      const [renewal] = await payments(subscription_id);
      expect(renewal).toMatchObject({ total_amount: 4900, created_at: before.next_billing_date });
      expect((await subscription(subscription_id)).previous_billing_date).toBe(before.next_billing_date);
    });

    it('renews across several periods, in order', async () => {
      const { subscription_id } = await bench.buy();
      const moved = await bench.advance('100d');
      const renewals = moved.happened
        .filter(({ type }) => type === 'subscription.renewed')
        .map(({ at }) => at);
      expect(renewals).toHaveLength(4);
      expect(renewals).toEqual(renewals.toSorted());
      expect(await payments(subscription_id)).toHaveLength(5);
    });

    it('keeps the day of the month through short months', async () => {
      await bench.control('POST', '/clock', { to: '2027-01-31T10:00:00Z' });
      const paid = await bench.buy(undefined, { subscription_data: { trial_period_days: 0 } });
      const day = async () => (await subscription(paid.subscription_id)).next_billing_date.slice(0, 10);
      expect(await day()).toBe('2027-02-28');
      await bench.advance('29d');
      expect(await day()).toBe('2027-03-31');
      await bench.advance('31d');
      expect(await day()).toBe('2027-04-30');
    });

    it('does not go back', async () => {
      await expect(bench.control('POST', '/clock', { to: '2020-01-01T00:00:00Z' })).rejects.toThrow(
        'only goes forward',
      );
    });

    it('goes no further at once than could be carried out', async () => {
      await expect(bench.advance('7301d')).rejects.toThrow('at most 20 years');
    });

    it('settles an Indian debit two days after it began', async () => {
      const { subscription_id } = await bench.buy('4576238912771450');
      expect(types(await bench.advance('4d'))).toEqual(['payment.processing']);
      expect((await subscription(subscription_id)).status).toBe('active');
      expect(types(await bench.advance('2d'))).toContain('subscription.renewed');
    });
  });

  describe('a renewal that fails', () => {
    const FAILS_LATER = '4000000000000341';

    it('puts the subscription on hold', async () => {
      const { subscription_id } = await bench.buy(FAILS_LATER);
      const moved = await bench.advance('4d');
      expect(types(moved)).toEqual(['payment.failed', 'subscription.on_hold', 'subscription.updated']);
      const [failed] = await payments(subscription_id);
      expect(await bench.dodo.payments.retrieve(failed?.payment_id ?? '')).toMatchObject({
        status: 'failed',
        retry_attempt: 0,
        error_code: 'GENERIC_DECLINE',
      });
    });

    it('is past due first where the merchant grants grace', async () => {
      await bench.behave({ gracePeriodDays: 3 });
      const { subscription_id } = await bench.buy(FAILS_LATER);
      expect(types(await bench.advance('4d'))).toContain('subscription.past_due');
      expect((await subscription(subscription_id)).status).toBe('past_due');
      expect(types(await bench.advance('3d'))).toContain('subscription.on_hold');
    });

    it('is retried where the merchant wants it', async () => {
      await bench.behave({ paymentRetries: true });
      const { subscription_id } = await bench.buy(FAILS_LATER);
      await bench.advance('5d');
      const attempts = (await payments(subscription_id)).filter(({ status }) => status === 'failed');
      const full = await Promise.all(
        attempts.map(({ payment_id }) => bench.dodo.payments.retrieve(payment_id)),
      );
      expect(full.map(({ retry_attempt }) => retry_attempt).toSorted()).toEqual([0, 1, 2]);
    });

    it('is made good by another card, and the subscription goes on', async () => {
      const good = await bench.buy();
      const { subscription_id } = await bench.buy(FAILS_LATER);
      await bench.advance('4d');
      const { payment_method_id } = await subscription(good.subscription_id);
      const { payment_id } = await bench.dodo.subscriptions.updatePaymentMethod(subscription_id, {
        payment_method: { type: 'existing', payment_method_id: payment_method_id ?? '' },
      });
      expect(await bench.dodo.payments.retrieve(payment_id ?? '')).toMatchObject({
        status: 'succeeded',
        total_amount: 4900,
        is_update_payment_method: true,
      });
      const recovered = await subscription(subscription_id);
      expect(recovered.status).toBe('active');
      expect(Date.parse(recovered.next_billing_date)).toBeGreaterThan(Date.now() + 20 * DAY_MS);
    });
  });

  describe('cancelling', () => {
    it('at once is final', async () => {
      const { subscription_id } = await bench.buy();
      expect(
        (await bench.dodo.subscriptions.update(subscription_id, { status: 'cancelled' })).cancelled_at,
      ).not.toBeNull();
      const revive = bench.dodo.subscriptions.update(subscription_id, { status: 'active' });
      expect(await refusal(revive)).toMatchObject({ status: 422, code: 'SUBSCRIPTION_INACTIVE' });
    });

    it('at the period end stays active until then, and charges nothing', async () => {
      const { subscription_id } = await bench.buy();
      const flagged = await bench.dodo.subscriptions.update(subscription_id, {
        cancel_at_next_billing_date: true,
        cancellation_feedback: 'unused',
      });
      expect(flagged).toMatchObject({ status: 'active', cancellation_feedback: 'unused' });
      expect(types(await bench.advance('4d'))).toEqual(['subscription.cancelled', 'subscription.updated']);
      expect(await payments(subscription_id)).toHaveLength(1);
    });

    it('can be taken back before it takes effect', async () => {
      const { subscription_id } = await bench.buy();
      await bench.dodo.subscriptions.update(subscription_id, { cancel_at_next_billing_date: true });
      await bench.dodo.subscriptions.update(subscription_id, { cancel_at_next_billing_date: false });
      expect(types(await bench.advance('4d'))).toContain('subscription.renewed');
    });

    it('happens by itself when the term is over', async () => {
      const { product_id } = await bench.dodo.products.create({
        name: 'One month',
        tax_category: 'saas',
        price: {
          type: 'recurring_price',
          currency: 'USD',
          price: 900,
          discount: 0,
          purchasing_power_parity: false,
          payment_frequency_count: 1,
          payment_frequency_interval: 'Month',
          subscription_period_count: 1,
          subscription_period_interval: 'Month',
        },
      });
      const cart = {
        product_cart: [{ product_id, quantity: 1 }],
        subscription_data: { trial_period_days: 0 },
      };
      const { subscription_id } = await bench.buy(undefined, cart);
      expect(types(await bench.advance('40d'))).toEqual(['subscription.expired', 'subscription.updated']);
      expect(await payments(subscription_id)).toHaveLength(1);
    });
  });

  describe('pausing', () => {
    it('moves the next billing date by the time it lasted', async () => {
      const { subscription_id } = await bench.buy();
      const before = await subscription(subscription_id);
      await bench.dodo.subscriptions.update(subscription_id, { status: 'paused' });
      expect(types(await bench.advance('10d'))).toEqual([]);
      const after = await bench.dodo.subscriptions.update(subscription_id, { status: 'active' });
      const moved = Date.parse(after.next_billing_date) - Date.parse(before.next_billing_date);
      expect(moved).toBeGreaterThanOrEqual(10 * DAY_MS);
      expect(moved).toBeLessThan(10 * DAY_MS + 60_000);
    });

    it('has to be asked for alone, and no longer by `pause`', async () => {
      const { subscription_id } = await bench.buy();
      const { subscriptions } = bench.dodo;
      const both = subscriptions.update(subscription_id, { status: 'paused', metadata: { a: 'b' } });
      expect(await refusal(both)).toMatchObject({ status: 422 });
      expect(await refusal(subscriptions.update(subscription_id, { pause: true }))).toMatchObject({
        status: 422,
      });
    });
  });

  describe('changing the plan', () => {
    it.each([
      ['full_immediately', 14900],
      ['difference_immediately', 10000],
      ['do_not_bill', null],
    ] as const)('%s charges %s', async (mode, amount) => {
      const { subscription_id } = await bench.buy(undefined, { subscription_data: { trial_period_days: 0 } });
      await bench.dodo.subscriptions.changePlan(subscription_id, to(BUSINESS, mode));
      expect(await subscription(subscription_id)).toMatchObject({
        product_id: BUSINESS,
        recurring_pre_tax_amount: 14900,
      });
      const [last, ...others] = await payments(subscription_id);
      expect(amount === null ? others : [last?.total_amount]).toEqual(amount === null ? [] : [amount]);
    });

    it('prorates what is left of the old period', async () => {
      const { subscription_id } = await bench.buy(undefined, { subscription_data: { trial_period_days: 0 } });
      await bench.advance('15d');
      const quote = await bench.dodo.subscriptions.previewChangePlan(
        subscription_id,
        to(BUSINESS, 'prorated_immediately'),
      );
      await bench.dodo.subscriptions.changePlan(subscription_id, to(BUSINESS, 'prorated_immediately'));
      const [charged] = await payments(subscription_id);
      expect(charged?.total_amount).toBeCloseTo(quote.immediate_charge.summary.total_amount, -1);
      expect(charged?.total_amount).toBeGreaterThan(12000);
      expect(charged?.total_amount).toBeLessThan(13000);
    });

    it('ends a trial and charges the new plan whole', async () => {
      const { subscription_id } = await bench.buy();
      await bench.dodo.subscriptions.changePlan(subscription_id, to(BUSINESS, 'prorated_immediately'));
      expect((await payments(subscription_id))[0]?.total_amount).toBe(14900);
      const { next_billing_date } = await subscription(subscription_id);
      expect(Date.parse(next_billing_date)).toBeGreaterThan(Date.now() + 20 * DAY_MS);
    });

    it('carries a downgrade forward as credit', async () => {
      const { subscription_id } = await bench.buy(undefined, { subscription_data: { trial_period_days: 0 } });
      await bench.dodo.subscriptions.changePlan(subscription_id, to(STARTER, 'difference_immediately'));
      await bench.advance('32d');
      const [renewal] = await payments(subscription_id);
      expect(renewal?.total_amount).toBe(0);
    });

    it('waits for the billing date when it is scheduled', async () => {
      const { subscription_id } = await bench.buy();
      const later = { ...to(STARTER, 'full_immediately'), effective_at: 'next_billing_date' as const };
      await bench.dodo.subscriptions.changePlan(subscription_id, later);
      expect(await subscription(subscription_id)).toMatchObject({
        product_id: PRO,
        scheduled_change: { product_id: STARTER, product_name: 'Starter' },
      });
      expect(await refusal(bench.dodo.subscriptions.changePlan(subscription_id, later))).toMatchObject({
        status: 409,
        code: 'SCHEDULED_PLAN_CHANGE_EXISTS',
      });
      expect(types(await bench.advance('4d'))).toContain('subscription.plan_changed');
      expect((await payments(subscription_id))[0]?.total_amount).toBe(1900);
    });

    it('keeps the old plan when the charge fails and that is what was asked', async () => {
      const { subscription_id } = await bench.buy('4000000000000341');
      const { subscriptions } = bench.dodo;
      await subscriptions.changePlan(subscription_id, {
        ...to(BUSINESS, 'full_immediately'),
        on_payment_failure: 'prevent_change',
      });
      expect(await subscription(subscription_id)).toMatchObject({ product_id: PRO, status: 'active' });
      await subscriptions.changePlan(subscription_id, to(BUSINESS, 'full_immediately'));
      expect(await subscription(subscription_id)).toMatchObject({ product_id: BUSINESS, status: 'on_hold' });
    });

    it('is refused for what is not active', async () => {
      const { subscription_id } = await bench.buy();
      await bench.dodo.subscriptions.update(subscription_id, { status: 'cancelled' });
      const change = bench.dodo.subscriptions.changePlan(subscription_id, to(BUSINESS, 'full_immediately'));
      expect(await refusal(change)).toMatchObject({
        code: 'INACTIVE_SUBSCRIPTION_PLAN_CHANGE_NOT_SUPPORTED',
      });
    });
  });

  describe('what Dodo leaves open', () => {
    it.each([
      ['null', null],
      ['fee', [FEE]],
      ['all', [FEE, PRO]],
    ])('product_cart of a mixed payment: %s', async (mixedProductCart, expected) => {
      await bench.behave({ mixedProductCart, trialPlanLineItem: 'zero' });
      const { payment_id } = await bench.buy();
      const { product_cart } = await bench.dodo.payments.retrieve(payment_id);
      expect(product_cart?.map(({ product_id }) => product_id) ?? null).toEqual(expected);
    });

    it('a customer who had a trial gets no second one, where misuse is prevented', async () => {
      await bench.behave({ preventTrialMisuse: true });
      await bench.buy();
      const again = await bench.buy(undefined, { customer: { email: 'ADA+two@example.com', name: 'Ada' } });
      expect((await bench.dodo.payments.retrieve(again.payment_id)).total_amount).toBe(5000);
      expect((await subscription(again.subscription_id)).trial_period_days).toBe(0);
    });

    it('tax comes on top', async () => {
      await bench.behave({ taxRatePercent: 20 });
      const { payment_id } = await bench.buy();
      expect(await bench.dodo.payments.retrieve(payment_id)).toMatchObject({ total_amount: 120, tax: 20 });
    });

    it('payments may come without metadata', async () => {
      await bench.behave({ paymentMetadata: false });
      const paid = await bench.buy(undefined, { metadata: { org: 'o1' } });
      expect((await bench.dodo.payments.retrieve(paid.payment_id)).metadata).toEqual({});
      expect((await subscription(paid.subscription_id)).metadata).toEqual({ org: 'o1' });
    });

    it('the way back may name the payment, too', async () => {
      await bench.behave({ returnParams: 'both' });
      const paid = await bench.buy(undefined, { return_url: 'https://m.example/back?x=%2F&y=#frag' });
      expect(paid.redirect_url).toBe(
        `https://m.example/back?x=%2F&y=&subscription_id=${paid.subscription_id}&status=active&payment_id=${paid.payment_id}&email=ada%40example.com#frag`,
      );
    });
  });
});
