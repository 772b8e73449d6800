import { FEE, StillService } from '../support/still-service';
import { letTheBankWait, refundSteps } from '../support/refund-steps';
import type { Debt } from '../support/refund-steps';

const MINUTE = 60;

describe('a refund that may have been made already', () => {
  const service = StillService.ofThisSuite();

  beforeEach(() => letTheBankWait(service));

  const { owe, drive, driveNow, row, atDodo, settle, refundByHand, fails } = refundSteps(service);

  describe('is looked for', () => {
    /** Dodo was asked, and nobody knows what came of it. */
    async function lose(): Promise<Debt> {
      const debt = await owe();
      await fails({ kind: 'drop_before' });
      await drive(debt);
      return debt;
    }

    it('by our id first, whatever it is worth', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await lose();
      const other = await refundByHand(debt, [{ item_id: 'pdt_pro', amount: 100 } as object]);
      await settleById(other.refund_id);
      await service.sandbox.call('POST', '/refunds', {
        payment_id: debt.paymentId,
        items: [{ item_id: FEE, amount: 40 }],
        metadata: { refund_id: debt.id },
      });
      await drive(debt);
      const ours = (await atDodo(debt)).find(({ amount }) => amount === 40)!;
      expect(await row(debt)).toMatchObject({ dodo_refund_id: ours.refund_id, amount_minor: '40' });
    });

    it('by the worth of the fee', async () => {
      const debt = await lose();
      const { refund_id } = await refundByHand(debt);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: refund_id, asks: 1 });
    });

    it('by the worth of the fee with its tax', async () => {
      await service.sandbox.behave({ grantTrial: false, taxRatePercent: 19 });
      const debt = await lose();
      const { refund_id, amount } = await refundByHand(debt);
      expect(amount).toBe(119);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ dodo_refund_id: refund_id, amount_minor: '119' });
    });

    it.each([
      ['the fee', 0, { item_id: FEE }, 100],
      ['the fee with its tax', 19, { item_id: FEE }, 119],
    ])('by the worth of %s, among others of the payment', async (_, taxRatePercent, item, worth) => {
      await service.sandbox.behave({ grantTrial: false, taxRatePercent });
      const debt = await lose();
      await handOut(debt, [{ item_id: 'pdt_pro', amount: 500 }]);
      const fee = await handOut(debt, [item]);
      await handOut(debt, [{ item_id: 'pdt_pro', amount: 700 }]);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ dodo_refund_id: fee, amount_minor: String(worth) });
    });

    it('not as one of another line, while Dodo lists no lines', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      const other = await handOut(debt, [{ item_id: 'pdt_pro', amount: 500 }]);
      await service.sandbox.behave({ lineItems: 'none' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', asks: 1 });
      expect((await row(debt)).dodo_refund_id).not.toBe(other);
    });

    it('not among those that failed', async () => {
      const debt = await lose();
      const { refund_id } = await refundByHand(debt);
      await service.sandbox.call('POST', `/_sandbox/refunds/${refund_id}/settle`, { status: 'failed' });
      service.clock.passSeconds(MINUTE);
      await drive(debt);
      expect(await atDodo(debt)).toHaveLength(2);
      expect((await row(debt)).dodo_refund_id).not.toBe(refund_id);
    });

    it('as a refund of the whole payment, when nothing is left of the fee', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await lose();
      const { refund_id, amount } = await refundByHand(debt, null);
      expect(amount).toBeGreaterThan(100);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: refund_id });
    });

    it('not as one of another line, nor of a part of the fee', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await lose();
      const { refund_id } = await refundByHand(debt, [{ item_id: 'pdt_pro' }]);
      await settleById(refund_id);
      await refundByHand(debt, [{ item_id: FEE, amount: 40 } as object]);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'requested', dodo_refund_id: null });
    });

    it('not as one of another line that is worth as much, while nothing is gone of the fee', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      const other = await refundByHand(debt, [{ item_id: 'pdt_pro', amount: 100 }]);
      await settleById(other.refund_id);
      await drive(debt);
      const ours = (await atDodo(debt)).at(-1)!;
      expect(ours.items).toEqual([{ item_id: FEE, amount: 100 }]);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: ours.refund_id, asks: 1 });
    });

    it('not as one of another line that is worth as much, while a part of the fee is left', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      await handOut(debt, [{ item_id: 'pdt_pro', amount: 100 }]);
      await handOut(debt, [{ item_id: FEE, amount: 40 }]);
      await drive(debt);
      const ours = (await atDodo(debt)).at(-1)!;
      expect(ours.items).toEqual([{ item_id: FEE, amount: 60 }]);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: ours.refund_id, asks: 1 });
    });

    it('by its worth alone once Dodo says that nothing is left of the fee, whatever the line shows', async () => {
      const debt = await owe();
      const byHand = await handOut(debt, [{ item_id: FEE }]);
      await service.sandbox.behave({ lineItems: 'stale' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: byHand, asks: 1 });
      expect(await atDodo(debt)).toHaveLength(1);
    });

    it('and while one of it is under way that the line does not show, none other is made', async () => {
      const debt = await owe();
      const { refund_id: byHand } = await refundByHand(debt);
      await service.sandbox.behave({ lineItems: 'stale' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'requested',
        failure_code: 'EXISTING_REFUND_REQUEST_PROCESSING',
      });
      await settleById(byHand);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: byHand });
      expect(await atDodo(debt)).toHaveLength(1);
    });

    it('not as one of another line that is worth as much, while what has taken the fee may still fail', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      await handOut(debt, [{ item_id: 'pdt_pro', amount: 100 }]);
      const { refund_id: open } = await refundByHand(debt, null);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: open });
      await settle(debt, 'failed');
      await driveNow(debt, true);
      await driveNow(debt, true);
      const ours = (await atDodo(debt)).at(-1)!;
      expect(ours.items).toEqual([{ item_id: FEE, amount: 100 }]);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: ours.refund_id });
    });

    it('by one that may still fail, without asking for another, when the fee had come back before', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      const fee = await handOut(debt, [{ item_id: FEE }]);
      const { refund_id: other } = await refundByHand(debt, [{ item_id: 'pdt_pro', amount: 500 }]);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: other });
      await settle(debt, 'failed');
      await driveNow(debt, true);
      await driveNow(debt, true);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: fee, amount_minor: '100' });
      expect(await atDodo(debt)).toHaveLength(2);
    });

    it('as what has taken the fee in parts, when nothing is left of it', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      await handOut(debt, [{ item_id: FEE, amount: 40 }]);
      await handOut(debt, [
        { item_id: FEE, amount: 60 },
        { item_id: 'pdt_pro', amount: 500 },
      ]);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', amount_minor: '100', asks: 0 });
      expect(await atDodo(debt)).toHaveLength(2);
    });

    it('as the part of the fee that is under way, and it is asked for again when that fails', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      await handOut(debt, [{ item_id: FEE, amount: 40 }]);
      const { refund_id: last } = await refundByHand(debt, [{ item_id: FEE, amount: 60 }]);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: last });
      await settle(debt, 'failed');
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'failed', failed_dodo_refund_ids: [last] });
      await driveNow(debt, true);
      expect((await atDodo(debt)).at(-1)!.items).toEqual([{ item_id: FEE, amount: 60 }]);
    });

    const settleById = (id: string) =>
      service.sandbox.call('POST', `/_sandbox/refunds/${id}/settle`, { status: 'succeeded' });

    /** By hand, and it has arrived. */
    async function handOut(debt: Debt, items: object[]): Promise<string> {
      const { refund_id: id } = await refundByHand(debt, items);
      await settleById(id);
      return id;
    }
  });
});
