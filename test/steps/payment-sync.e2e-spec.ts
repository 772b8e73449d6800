import { Logger } from '@nestjs/common';
import type { Principal } from '../../src/auth/principal';
import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import { PaymentsService } from '../../src/billing/payments/payments.service';
import { NoOrganization, NotVisibleYet } from '../../src/webhooks/inbound/dodo-event.handlers';
import { CARDS } from '../support/sandbox-control';
import { FEE, StillService } from '../support/still-service';

const DAY = 86_400;

interface Bought extends Principal {
  paymentId: string;
  subscriptionId: string;
}

type Line = [productId: string, amount: number];

describe('a payment, read again', () => {
  const service = StillService.ofThisSuite();
  const said: string[] = [];

  beforeEach(() => {
    service.clock.at = new Date();
    said.splice(0);
    jest.spyOn(Logger.prototype, 'error').mockImplementation((text: string) => void said.push(text));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await service.sandbox.clearFaults();
  });

  /** The fee of a trial has been paid at the checkout; nothing of it has been heard. */
  async function bought(card?: string): Promise<Bought> {
    const caller = await service.newOrg();
    const { payment_id, subscription_id } = await service.buy(caller, card);
    return { ...caller, paymentId: payment_id, subscriptionId: subscription_id! };
  }

  async function packBought(): Promise<Principal & { paymentId: string }> {
    const caller = await service.newOrg();
    const checkoutUrl = await service.orderPack(caller.orgId);
    return { ...caller, paymentId: (await service.sandbox.pay(checkoutUrl)).payment_id };
  }

  const sync = ({ paymentId }: { paymentId: string }, options?: { hasSucceeded?: boolean }) =>
    service.get(PaymentsService).sync(paymentId, options);

  /** Until the test's end, Dodo shows this of it. */
  async function shows({ paymentId }: { paymentId: string }, values: object, lines?: Line[]): Promise<void> {
    await service.sandbox.clearFaults();
    await service.sandbox.lag(`/payments/${paymentId}`, values, 99);
    if (lines) await answers(`/payments/${paymentId}/line-items`, 200, { items: lines.map(toWire) });
  }

  const toWire = ([items_id, amount]: Line) => ({ items_id, amount });

  const answers = (path: string, status: number, body: object = { code: 'ANY', message: 'Any' }) =>
    service.sandbox.fault({
      method: 'GET',
      path,
      kind: 'error_before',
      status,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      times: 99,
    });

  const rowOf = ({ paymentId }: { paymentId: string }) =>
    service.get(PaymentsRepository).findPayment(paymentId);

  const told = async ({ orgId }: Principal): Promise<string[]> =>
    (await service.query('SELECT event FROM outbound_events WHERE org_id = $1 ORDER BY event', [orgId])).map(
      ({ event }: { event: string }) => event,
    );

  const entriesOf = ({ orgId }: Principal) =>
    service.query(`SELECT kind, cause, purchased_delta AS purchased FROM credit_entries WHERE org_id = $1`, [
      orgId,
    ]);

  const feesOwed = ({ orgId }: Principal) =>
    service.query(
      'SELECT dodo_payment_id AS "paymentId", dodo_product_id AS product FROM refunds WHERE org_id = $1',
      [orgId],
    );

  const checkoutOf = async ({ orgId }: Principal) =>
    (
      await service.query(
        `SELECT id, status, dodo_session_id AS "sessionId", dodo_payment_id AS "paymentId",
                dodo_subscription_id AS "subscriptionId", completed_at AS "completedAt"
           FROM checkouts WHERE org_id = $1`,
        [orgId],
      )
    )[0];

  const createdAt = async (it: { paymentId: string }): Promise<Date> => {
    const { created_at } = await service.sandbox.call<{ created_at: string }>(
      'GET',
      `/payments/${it.paymentId}`,
    );
    return new Date(created_at);
  };

  describe('is stored', () => {
    it('as Dodo has it, each time a version later', async () => {
      const org = await bought();
      await sync(org);
      const { id: checkoutId } = await checkoutOf(org);
      expect(await rowOf(org)).toEqual({
        dodoPaymentId: org.paymentId,
        orgId: org.orgId,
        dodoSubscriptionId: org.subscriptionId,
        checkoutId,
        status: 'succeeded',
        totalMinor: 100,
        currency: 'USD',
        setupFeeMinor: 100,
        planMinor: 0,
        planProductId: null,
        hasLineItems: true,
        isCardExchange: false,
        failureCode: null,
        invoiceUrl: `${service.sandbox.url}/invoices/payments/${org.paymentId}`,
        refundsAtDodo: [],
        disputesAtDodo: [],
        dodoCreatedAt: await createdAt(org),
        version: 1,
        syncedAt: service.clock.now(),
      });
      await shows(org, {
        invoice_url: 'https://dodo.test/invoice',
        refunds: [
          {
            refund_id: 'ref_1',
            status: 'succeeded',
            amount: 40,
            currency: 'EUR',
            is_partial: true,
            created_at: '2026-03-01T12:00:00+01:00',
          },
          { refund_id: 'ref_2', status: 'pending', amount: null, created_at: null },
        ],
      });
      service.clock.passSeconds(60);
      await sync(org);
      expect(await rowOf(org)).toMatchObject({
        version: 2,
        syncedAt: service.clock.now(),
        invoiceUrl: 'https://dodo.test/invoice',
        refundsAtDodo: [
          {
            id: 'ref_1',
            status: 'succeeded',
            amountMinor: 40,
            currency: 'EUR',
            isPartial: true,
            createdAt: '2026-03-01T11:00:00.000Z',
          },
          {
            id: 'ref_2',
            status: 'pending',
            amountMinor: null,
            currency: null,
            isPartial: null,
            createdAt: null,
          },
        ],
      });
    });

    it('also when it was declined, and opens nothing', async () => {
      const org = await bought(CARDS.declined);
      service.clock.at = new Date((await createdAt(org)).getTime() + 2 * DAY * 1000);
      await sync(org);
      expect(await rowOf(org)).toMatchObject({ status: 'failed', failureCode: 'GENERIC_DECLINE' });
      expect(await checkoutOf(org)).toMatchObject({ status: 'open', completedAt: null });
      expect(await told(org)).toEqual(['payment.failed']);
      const balances = await service.query('SELECT FROM credit_balances WHERE org_id = $1', [org.orgId]);
      expect(balances).toEqual([]);
    });

    it('one after the other when two have read it at once, and says all of it once', async () => {
      const org = await bought();
      await shows(org, { disputes: [{ dispute_id: 'dsp_1', dispute_status: 'dispute_opened' }] });
      await Promise.all([sync(org), sync(org)]);
      expect(await rowOf(org)).toMatchObject({ version: 2 });
      expect(said).toHaveLength(1);
      expect(await told(org)).toEqual(['checkout.completed', 'payment.succeeded']);
    });

    it('for the organization that it was known to be of, whatever Dodo says of that later', async () => {
      const org = await bought();
      await sync(org);
      const nobodys = { metadata: {}, checkout_session_id: null, customer: { customer_id: 'cus_other' } };
      await shows(org, { ...nobodys, subscription_id: null, subscription_ids: [] });
      await sync(org);
      expect(await rowOf(org)).toMatchObject({ orgId: org.orgId, checkoutId: null, version: 2 });
    });

    it.each<[string, object, Line[] | undefined]>([
      ['under way', { status: 'processing' }, undefined],
      ['in a state that is new to us', { status: 'looked_at_twice' }, undefined],
      ['in none', { status: null }, undefined],
      ['without what it paid for', {}, []],
    ])('as paid, and for what, when it is shown %s after that', async (_, values, lines) => {
      const org = await bought();
      await sync(org);
      await shows(org, { ...values, invoice_url: 'https://example.com/2' }, lines);
      await sync(org).catch(() => {});
      expect(await rowOf(org)).toMatchObject({
        status: 'succeeded',
        hasLineItems: true,
        setupFeeMinor: 100,
        invoiceUrl: 'https://example.com/2',
        version: 2,
      });
      expect(await told(org)).toEqual(['checkout.completed', 'payment.succeeded']);
    });

    it('for the organization whose customer has paid, whatever its metadata says', async () => {
      const [org, other] = [await bought(), await bought()];
      const checkoutId = (await checkoutOf(other)).id;
      await shows(org, {
        metadata: { org_id: other.orgId, checkout_id: checkoutId },
        checkout_session_id: null,
      });
      await sync(org);
      expect(await rowOf(org)).toMatchObject({ orgId: org.orgId, checkoutId: null });
      expect(await checkoutOf(other)).toMatchObject({ status: 'open', paymentId: null });
    });

    it('not at all while it is nobody’s', async () => {
      const org = await bought();
      await shows(org, { metadata: {}, checkout_session_id: 'cks_x', customer: { customer_id: 'cus_x' } });
      await expect(sync(org)).rejects.toMatchObject({
        constructor: NoOrganization,
        matchKeys: ['customer:cus_x', `subscription:${org.subscriptionId}`, 'session:cks_x'],
      });
      expect(await rowOf(org)).toBeNull();
    });

    it('where it is known, when something is told of it that may be nobody’s', async () => {
      const org = await bought();
      await service.get(PaymentsService).syncIfKnown(org.paymentId);
      expect(await rowOf(org)).toBeNull();
      await sync(org);
      await service.get(PaymentsService).syncIfKnown(org.paymentId);
      expect(await rowOf(org)).toMatchObject({ version: 2 });
    });
  });

  describe('is asked for again', () => {
    it('when it has succeeded and is not shown so yet', async () => {
      const org = await bought();
      await shows(org, { status: 'processing' });
      await expect(sync(org, { hasSucceeded: true })).rejects.toThrow(
        new NotVisibleYet(`Payment ${org.paymentId} has succeeded and is still shown as processing.`),
      );
      expect(await rowOf(org)).toMatchObject({ status: 'processing', hasLineItems: false });
      await expect(sync(org)).resolves.toBeUndefined();
    });

    it('when it does not list what it paid for', async () => {
      const org = await bought();
      await shows(org, {}, []);
      await expect(sync(org)).rejects.toThrow(
        new NotVisibleYet(`Payment ${org.paymentId} does not list yet what it paid for.`),
      );
      expect(await feesOwed(org)).toEqual([]);
      await shows(org, {});
      await sync(org, { hasSucceeded: true });
      expect(await feesOwed(org)).toEqual([{ paymentId: org.paymentId, product: FEE }]);
    });

    it('not where nothing was charged, so nothing will be listed', async () => {
      const org = await bought();
      await shows(org, { total_amount: 0 }, []);
      await expect(sync(org, { hasSucceeded: true })).resolves.toBeUndefined();
    });
  });

  describe('tells by its lines alone what it was for', () => {
    it.each<[string, Line[], object]>([
      [
        'the fee',
        [[FEE, 100]],
        { setupFeeMinor: 100, planMinor: 0, planProductId: null, hasLineItems: true },
      ],
      [
        'fees and a period',
        [
          [FEE, 100],
          ['pdt_pro', 4900],
          [FEE, 50],
        ],
        { setupFeeMinor: 150, planMinor: 4900, planProductId: 'pdt_pro' },
      ],
      ['a fee that was waived', [[FEE, 0]], { setupFeeMinor: null, planMinor: 0 }],
      ['a pack', [['pdt_pack_1000', 1000]], { setupFeeMinor: null, planMinor: 0, planProductId: null }],
      [
        'a change of plan: the new one is the last that costs something',
        [
          ['pdt_business', -2000],
          ['pdt_pro', 4900],
          ['pdt_starter', 900],
          ['pdt_business', 0],
        ],
        { setupFeeMinor: null, planMinor: 3800, planProductId: 'pdt_starter' },
      ],
      [
        'a period with add-ons, which are no plan',
        [
          ['pdt_pro', 4900],
          ['adn_seat', 700],
        ],
        { planMinor: 5600, planProductId: 'pdt_pro' },
      ],
      [
        'something that is not sold here',
        [['pdt_unheard_of', 700]],
        { planMinor: 700, planProductId: 'pdt_unheard_of' },
      ],
      [
        'an add-on to a plan that costs nothing this time',
        [
          ['pdt_pro', 0],
          ['adn_seat', 700],
        ],
        { planMinor: 0, planProductId: 'pdt_pro' },
      ],
    ])('%s', async (_, lines, expected) => {
      const org = await bought();
      await shows(org, {}, lines);
      await sync(org);
      expect(await rowOf(org)).toMatchObject(expected);
      const fee = lines.some(([product, amount]) => product === FEE && amount > 0);
      expect(await feesOwed(org)).toEqual(fee ? [{ paymentId: org.paymentId, product: FEE }] : []);
    });

    it('or, a day later, is taken for paid in full for the plan', async () => {
      const org = await bought();
      await shows(org, { total_amount: 5000 }, []);
      const then = await createdAt(org);
      service.clock.at = new Date(then.getTime() + DAY * 1000 - 1);
      await expect(sync(org)).rejects.toThrow(NotVisibleYet);
      expect(await rowOf(org)).toMatchObject({ planMinor: 0 });
      service.clock.at = new Date(then.getTime() + DAY * 1000);
      await expect(sync(org)).rejects.toThrow(NotVisibleYet);
      expect(await rowOf(org)).toMatchObject({ planMinor: 5000, planProductId: null, hasLineItems: false });
      await shows(org, { total_amount: 5000 }, [[FEE, 100]]);
      await sync(org);
      expect(await rowOf(org)).toMatchObject({ planMinor: 0, setupFeeMinor: 100, hasLineItems: true });
    });
  });

  describe('completes its checkout', () => {
    const isOpen = { status: 'open', paymentId: null, completedAt: null };
    const completedBy = ({ paymentId, subscriptionId }: Bought) => ({
      status: 'completed',
      paymentId,
      subscriptionId,
      completedAt: service.clock.now(),
    });
    const unnamed = { checkout_session_id: null };

    it('once, and asks for no session that it names itself', async () => {
      const org = await bought();
      await answers('/checkouts/*', 500);
      await sync(org);
      const completed = completedBy(org);
      expect(await checkoutOf(org)).toMatchObject(completed);
      expect(await told(org)).toEqual(['checkout.completed', 'payment.succeeded']);
      service.clock.passSeconds(60);
      await shows(org, unnamed);
      await answers('/checkouts/*', 500);
      await sync(org);
      expect(await checkoutOf(org)).toMatchObject(completed);
      expect(await service.sandbox.hasHit('/checkouts/*')).toBe(false);
    });

    it('when the session says that this is the payment', async () => {
      const org = await bought();
      await shows(org, unnamed);
      await sync(org);
      expect(await checkoutOf(org)).toMatchObject(completedBy(org));
    });

    it('when the session was never known: its answer had been lost', async () => {
      const org = await bought();
      const lost = `UPDATE checkouts SET dodo_session_id = NULL, status = 'unknown' WHERE org_id = $1`;
      await service.query(lost, [org.orgId]);
      await sync(org);
      expect(await checkoutOf(org)).toMatchObject(completedBy(org));
    });

    it.each<[string, number, object]>([
      ['when the session was paid with another', 200, { payment_id: 'pay_first' }],
      ['when Dodo has forgotten the session', 404, { code: 'NOT_FOUND', message: 'None' }],
    ])('not %s', async (_, status, body) => {
      const org = await bought();
      await shows(org, unnamed);
      await answers('/checkouts/*', status, body);
      await sync(org);
      expect(await checkoutOf(org)).toMatchObject(isOpen);
      expect(await rowOf(org)).toMatchObject({ checkoutId: (await checkoutOf(org)).id, version: 1 });
      expect(await told(org)).toEqual(['payment.succeeded']);
    });

    it.each([400, 500])('and is not stored while the session can not be read (%i)', async (status) => {
      const org = await bought();
      await shows(org, unnamed);
      await answers('/checkouts/*', status);
      await expect(sync(org)).rejects.toThrow(/reading checkout|checkout session/);
      expect(await rowOf(org)).toBeNull();
    });

    it('not before it has succeeded, and asks for no session until then', async () => {
      const org = await bought();
      await shows(org, { ...unnamed, status: 'processing' });
      await answers('/checkouts/*', 500);
      await sync(org);
      expect(await checkoutOf(org)).toMatchObject(isOpen);
    });
  });

  describe('brings credits', () => {
    const purchase = ({ paymentId }: { paymentId: string }, purchased: number) => ({
      kind: 'purchase',
      cause: `purchase:${paymentId}`,
      purchased,
    });
    const wasHereSince = (org: Principal, at: Date) =>
      service.query('UPDATE organizations SET created_at = $2 WHERE id = $1', [org.orgId, at]);

    it('for each pack', async () => {
      const org = await packBought();
      const both: Line[] = [
        ['pdt_pack_1000', 1000],
        ['pdt_pack_5000', 4000],
      ];
      await shows(org, {}, both);
      await sync(org);
      expect(await entriesOf(org)).toEqual([purchase(org, 6000)]);
    });

    it('for the period that it pays, which so begins', async () => {
      const org = await bought();
      await service.sandbox.lag(`/subscriptions/${org.subscriptionId}`, { trial_period_days: 0 });
      await service.tell('subscription.active', org.subscriptionId);
      expect(await told(org)).toEqual([]);
      await shows(org, {}, [['pdt_pro', 4900]]);
      await sync(org);
      expect(await entriesOf(org)).toMatchObject([{ kind: 'allocation', purchased: 0 }]);
      expect(await told(org)).toEqual(['checkout.completed', 'payment.succeeded', 'subscription.activated']);
    });

    it('for a pack that was bought elsewhere, from the moment on at which its organization was here', async () => {
      const org = await packBought();
      const then = await createdAt(org);
      await shows(org, { metadata: {}, checkout_session_id: null });
      await wasHereSince(org, new Date(then.getTime() + 1));
      await sync(org);
      expect(await rowOf(org)).toMatchObject({ checkoutId: null });
      expect(await entriesOf(org)).toEqual([]);
      await wasHereSince(org, then);
      await sync(org);
      expect(await entriesOf(org)).toEqual([purchase(org, 1000)]);
    });

    it('for a pack of our own checkout whatever the clocks say', async () => {
      const org = await packBought();
      await wasHereSince(org, new Date((await createdAt(org)).getTime() + DAY * 1000));
      await sync(org);
      expect(await entriesOf(org)).toEqual([purchase(org, 1000)]);
    });
  });

  it('has the operator told of each turn of each dispute, once', async () => {
    const org = await bought();
    const turn = (id: string, status: string) => ({ dispute_id: id, dispute_status: `dispute_${status}` });
    const about = (id: string, status: string) =>
      `Payment ${org.paymentId} of organization ${org.orgId} is disputed (${id}, ${status}): ` +
      'a person has to look at it at Dodo.';
    for (const disputes of [
      [turn('dsp_1', 'opened'), turn('dsp_2', 'opened')],
      [turn('dsp_1', 'opened'), turn('dsp_2', 'lost')],
      [turn('dsp_1', 'opened'), turn('dsp_2', 'lost'), turn('dsp_3', 'lost')],
    ]) {
      await shows(org, { disputes });
      await sync(org);
    }
    expect(said).toEqual([
      about('dsp_1', 'opened'),
      about('dsp_2', 'opened'),
      about('dsp_2', 'lost'),
      about('dsp_3', 'lost'),
    ]);
  });

  describe('counts', () => {
    const repository = () => service.get(PaymentsRepository);

    it.each<[string, object, Line[], { period: boolean; fee: boolean }]>([
      ['the fee', {}, [[FEE, 100]], { period: false, fee: true }],
      ['a period', {}, [['pdt_pro', 4900]], { period: true, fee: false }],
      [
        'a period, and what is not sold here',
        {},
        [
          ['pdt_pro', 4900],
          ['pdt_unheard_of', 700],
        ],
        { period: true, fee: false },
      ],
      ['what is not sold here', {}, [['pdt_unheard_of', 4900]], { period: false, fee: false }],
      [
        'the fee, and what is not sold here',
        {},
        [
          [FEE, 100],
          ['pdt_unheard_of', 4900],
        ],
        { period: false, fee: true },
      ],
      [
        'the fee and what is not sold here, beside a plan in trial',
        {},
        [
          [FEE, 100],
          ['pdt_pro', 0],
          ['pdt_unheard_of', 4900],
        ],
        { period: false, fee: true },
      ],
      [
        'a move from our plan to what is not sold here',
        {},
        [
          ['pdt_pro', -2000],
          ['pdt_unheard_of', 4900],
        ],
        { period: false, fee: false },
      ],
      ['what has not succeeded', { status: 'processing' }, [], { period: false, fee: false }],
    ])('as paid for: %s', async (_, values, lines, { period, fee }) => {
      const [org, other] = [await bought(), await bought()];
      await shows(org, values, lines);
      await sync(org);
      // Long after, it is taken for the plan's; that does not make it one that was paid.
      service.clock.at = new Date((await createdAt(org)).getTime() + 2 * DAY * 1000);
      await sync(org);
      expect(await repository().hasPaidPeriod(org.subscriptionId)).toBe(period);
      expect(await repository().hasPaidPeriod(other.subscriptionId)).toBe(false);
      expect(await repository().hasPaidSetupFee(org.orgId)).toBe(fee);
      expect(await repository().hasPaidSetupFee(other.orgId)).toBe(false);
    });
  });
});
