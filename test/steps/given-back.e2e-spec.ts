import { Logger } from '@nestjs/common';
import { HistoryService } from '../../src/billing/history/history.service';
import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import { DodoLists } from '../../src/billing/reconciliation/dodo-lists.service';
import { Mender } from '../../src/billing/reconciliation/mender.service';
import { ConsolePaymentsRepository } from '../../src/console/payments/console-payments.repository';
import { DodoEventHandlers } from '../../src/webhooks/inbound/dodo-event.handlers';
import { StillService } from '../support/still-service';

interface Bought {
  orgId: string;
  paymentId: string;
}

describe('what a person gives back at Dodo', () => {
  const service = StillService.ofThisSuite();

  async function inTrial(): Promise<Bought> {
    const caller = await service.newOrg();
    const paid = await service.buy(caller);
    await service.tell('subscription.active', paid.subscription_id!);
    await service.tell('payment.succeeded', paid.payment_id);
    return { orgId: caller.orgId, paymentId: paid.payment_id };
  }

  async function withPack(): Promise<Bought> {
    const { orgId } = await inTrial();
    const checkoutUrl = await service.orderPack(orgId);
    const { payment_id: paymentId } = await service.sandbox.pay(checkoutUrl);
    await service.tell('payment.succeeded', paymentId);
    return { orgId, paymentId };
  }

  /** What the merchant's dashboard does. */
  async function giveBack(
    payment_id: string,
    items?: { item_id: string; amount: number }[],
  ): Promise<string> {
    const body = items ? { payment_id, items } : { payment_id };
    const { refund_id } = await service.sandbox.call<{ refund_id: string }>('POST', '/refunds', body);
    await service.sandbox.advance('1m');
    return refund_id;
  }

  const refundsOf = async ({ orgId }: Bought) =>
    (await service.get(HistoryService).list(orgId, { type: 'refund', limit: 50, offset: 0 })).items.map(
      ({ id, status, amount, currency, description }) => ({ id, status, amount, currency, description }),
    );

  const ours = { id: expect.stringMatching(/^rfd_/), description: 'Setup fee given back', amount: 100 };

  it('is a refund in the history, once, whatever it was for', async () => {
    const bought = await withPack();
    const id = await giveBack(bought.paymentId);
    await service.tell('refund.succeeded', id);
    await service.tell('refund.succeeded', id);
    expect(await refundsOf(bought)).toEqual([
      { id, status: 'succeeded', amount: 1000, currency: 'USD', description: 'Payment given back' },
      expect.objectContaining(ours),
    ]);
  });

  it('may be a part of the payment', async () => {
    const bought = await withPack();
    const id = await giveBack(bought.paymentId, [{ item_id: 'pdt_pack_1000', amount: 400 }]);
    await service.tell('refund.succeeded', id);
    expect((await refundsOf(bought))[0]).toMatchObject({
      id,
      amount: 400,
      description: 'Part of a payment given back',
    });
  });

  it('is worth what Dodo says, in another currency than the payment too', async () => {
    const bought = await withPack();
    const made = { refund_id: 'ref_whole', status: 'succeeded', created_at: '2026-03-01T12:00:00Z' };
    const refunds = [{ ...made, amount: 870, currency: 'EUR', is_partial: false }];
    await service.sandbox.lag(`/payments/${bought.paymentId}`, { refunds });
    await service.tell('payment.succeeded', bought.paymentId);
    expect(await refundsOf(bought)).toContainEqual({
      id: 'ref_whole',
      status: 'succeeded',
      amount: 870,
      currency: 'EUR',
      description: 'Payment given back',
    });
    const shown = await service
      .get(ConsolePaymentsRepository)
      .findPayment(bought.paymentId, service.clock.now());
    expect(shown!.refunds).toMatchObject([{ id: 'ref_whole', amountMinor: 870, currency: 'EUR' }]);
  });

  it('is not shown beside the refund of the fee that it is', async () => {
    await service.sandbox.behave({ grantTrial: false });
    const bought = await inTrial();
    await service.sandbox.behave({ grantTrial: true });
    const id = await giveBack(bought.paymentId);
    await service.tell('refund.succeeded', id);
    // While it is not known whether that was ours, ours alone is shown.
    expect(await refundsOf(bought)).toMatchObject([{ ...ours, status: 'owed' }]);
    const [{ refund_id: refundId }] = await service.query(
      'SELECT id AS refund_id FROM refunds WHERE dodo_payment_id = $1',
      [bought.paymentId],
    );
    await service.run('refund.drive', { refundId });
    expect(await refundsOf(bought)).toMatchObject([
      { id: refundId, status: 'succeeded', amount: 5000, description: 'Payment given back' },
    ]);
  });

  it('is found by reconciliation when its webhook is lost, and looked into once', async () => {
    const bought = await withPack();
    const id = await giveBack(bought.paymentId);
    const look = async () =>
      (await service.get(DodoLists).lookAtRefunds({ page: 0, createdSince: null })).differences.filter(
        ({ objectId }) => objectId === bought.paymentId,
      );
    const [difference] = await look();
    expect(difference).toMatchObject({
      kind: 'payment',
      orgId: bought.orgId,
      found: 'outdated',
      detail: 'refund none → succeeded',
    });
    const finding = { ...difference!, foundAt: service.clock.now() };
    expect(await service.get(Mender).mend(finding as never, false)).toMatchObject({ outcome: 'mended' });
    expect((await refundsOf(bought))[0]).toMatchObject({ id, status: 'succeeded' });
    expect(await look()).toEqual([]);
  });

  it('is nothing to us when the payment is nobody’s here', async () => {
    const product = { product_cart: [{ product_id: 'pdt_pack_1000', quantity: 1 }] };
    const { payment_id } = await service.sandbox.buyElsewhere({
      ...product,
      customer: { email: 'stranger@example.com', name: 'Stranger' },
    });
    await expect(service.tell('refund.succeeded', await giveBack(payment_id))).resolves.toBeUndefined();
  });

  describe('when a bank asks for it', () => {
    const said: string[] = [];

    beforeEach(() => {
      said.splice(0);
      jest.spyOn(Logger.prototype, 'error').mockImplementation((text: string) => void said.push(text));
    });
    afterEach(() => jest.restoreAllMocks());

    /** What is read of the payment next. */
    async function standsAt({ paymentId }: Bought, word: string): Promise<void> {
      const disputes = [
        { dispute_id: 'dsp_1', dispute_status: `dispute_${word}`, created_at: '2026-03-01T12:00:00Z' },
      ];
      await service.sandbox.lag(`/payments/${paymentId}`, { disputes });
    }

    async function dispute(bought: Bought, word: string, payment = bought.paymentId): Promise<void> {
      await standsAt(bought, word);
      const follow = service.get(DodoEventHandlers).find(`dispute.${word}`)!;
      await follow({ type: `dispute.${word}`, data: { dispute_id: 'dsp_1', payment_id: payment } });
    }

    it('is kept with the payment, and the operator is told of each turn once', async () => {
      const bought = await withPack();
      await dispute(bought, 'opened');
      await dispute(bought, 'opened');
      await dispute(bought, 'lost');
      const about = (word: string) =>
        `Payment ${bought.paymentId} of organization ${bought.orgId} is disputed (dsp_1, ${word}): ` +
        'a person has to look at it at Dodo.';
      expect(said).toEqual([about('opened'), about('lost')]);
      const [{ disputes }] = await service.query(
        'SELECT disputes_at_dodo AS disputes FROM payments WHERE dodo_payment_id = $1',
        [bought.paymentId],
      );
      expect(disputes).toEqual([{ id: 'dsp_1', status: 'lost', createdAt: '2026-03-01T12:00:00.000Z' }]);
    });

    it('counts as open until it is answered', async () => {
      const open = () => service.get(PaymentsRepository).countDisputed();
      const before = await open();
      const bought = await withPack();
      await dispute(bought, 'opened');
      expect(await open()).toBe(before + 1);
      await dispute(bought, 'challenged');
      expect(await open()).toBe(before);
    });

    it('is found by reconciliation when its webhook is lost, and looked into once', async () => {
      const bought = await withPack();
      const look = async (word: string) => {
        const { items } = await service.sandbox.call<{ items: { payment_id: string }[] }>('GET', '/payments');
        const shown = items.map((it) =>
          it.payment_id === bought.paymentId ? { ...it, dispute_status: `dispute_${word}` } : it,
        );
        await service.sandbox.lag('/payments', { items: shown });
        const { differences } = await service.get(DodoLists).lookAtPayments({ page: 0, createdSince: null });
        return differences.filter(({ objectId }) => objectId === bought.paymentId);
      };
      const [difference] = await look('opened');
      expect(difference).toMatchObject({ found: 'outdated', detail: 'dispute none → opened' });
      await standsAt(bought, 'opened');
      const finding = { ...difference!, foundAt: service.clock.now() };
      expect(await service.get(Mender).mend(finding as never, false)).toMatchObject({ outcome: 'mended' });
      expect(said).toHaveLength(1);
      expect(await look('opened')).toEqual([]);
      expect(await look('lost')).toMatchObject([{ detail: 'dispute opened → lost' }]);
    });

    it('is compared one by one where Dodo lists them, those of others left out', async () => {
      const bought = await withPack();
      await service.sandbox.dispute(bought.paymentId);
      const { payment_id: other } = await service.sandbox.buyElsewhere({
        product_cart: [{ product_id: 'pdt_pack_1000', quantity: 1 }],
        customer: { email: 'stranger@example.com', name: 'Stranger' },
      });
      await service.sandbox.dispute(other);
      const look = () => service.get(DodoLists).lookAtDisputes({ page: 0, createdSince: null });
      const { rows, differences } = await look();
      expect(rows).toBe(2);
      expect(differences).toEqual([
        {
          kind: 'payment',
          objectId: bought.paymentId,
          orgId: bought.orgId,
          found: 'outdated',
          outcome: 'open',
          detail: 'dispute none → opened',
        },
      ]);
      await service.tell('payment.succeeded', bought.paymentId);
      expect((await look()).differences).toEqual([]);
    });

    it('is nothing to us when the payment is nobody’s here', async () => {
      const bought = await withPack();
      await dispute(bought, 'opened', 'pay_of_another');
      expect(said).toEqual([]);
    });
  });
});
