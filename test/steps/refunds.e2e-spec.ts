import { DodoError } from '../../src/dodo/dodo.errors';
import { Database } from '../../src/database/database';
import { ALREADY_REFUNDED, FINAL_REFUSALS } from '../../src/billing/refunds/refund-policy';
import { RefundRecorder } from '../../src/billing/refunds/refund-recorder';
import { RefundsRepository } from '../../src/billing/refunds/refunds.repository';
import { RefundsService } from '../../src/billing/refunds/refunds.service';
import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import type { DodoRefund } from '../../src/dodo/dodo.types';
import type { Fault } from '../support/sandbox-control';
import { FEE, StillService } from '../support/still-service';
import { letTheBankWait, refundSteps } from '../support/refund-steps';
import type { Debt } from '../support/refund-steps';

const MINUTE = 60;
const HOUR = 3600;

describe('a refund, one step at a time', () => {
  const service = StillService.ofThisSuite();

  beforeEach(() => letTheBankWait(service));

  const {
    owe,
    ask,
    drive,
    driveNow,
    row,
    change,
    atDodo,
    settle,
    refundByHand,
    fails,
    looks,
    inSeconds,
    told,
    changesCounted,
  } = refundSteps(service);

  describe('is owed', () => {
    it('once for a payment, with a job to drive it', async () => {
      const before = await changesCounted('owed');
      await looks();
      const debt = await owe();
      expect(await row(debt)).toEqual({
        id: debt.id,
        org_id: debt.orgId,
        dodo_payment_id: debt.paymentId,
        purpose: 'setup_fee',
        dodo_product_id: FEE,
        state: 'owed',
        dodo_refund_id: null,
        failed_dodo_refund_ids: [],
        amount_minor: '100',
        currency: 'USD',
        asks: 0,
        ask_again_at: null,
        failure_code: null,
        failure_message: null,
        created_at: service.clock.now(),
        updated_at: service.clock.now(),
        settled_at: null,
      });
      expect(debt.id).toMatch(/^rfd_/);
      expect(await looks()).toEqual([{ payload: { refundId: debt.id }, delaySeconds: 0 }]);
      expect(await changesCounted('owed')).toBe(before + 1);
    });

    it('not once more, by any number of calls', async () => {
      const debt = await owe();
      const payment = (await service.get(PaymentsRepository).findPayment(debt.paymentId))!;
      await looks();
      const before = await changesCounted('owed');
      await service
        .get(Database)
        .transaction((tx) => service.get(RefundsService).oweSetupFee(tx, payment, FEE));
      expect(
        await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [debt.paymentId]),
      ).toEqual([{ id: debt.id }]);
      expect(await looks()).toEqual([]);
      expect(await changesCounted('owed')).toBe(before);
    });
  });

  describe('is asked for', () => {
    it('by the line of the fee, without an amount, and with our id', async () => {
      const before = await changesCounted('requested');
      const debt = await ask();
      const [made, ...others] = await atDodo(debt);
      expect(others).toEqual([]);
      expect(made).toMatchObject({
        amount: 100,
        items: [{ item_id: FEE, amount: 100 }],
        reason: 'The setup fee is given back once the checkout is complete.',
        metadata: { org_id: debt.orgId, refund_id: debt.id },
      });
      expect(await row(debt)).toMatchObject({
        state: 'pending',
        dodo_refund_id: made!.refund_id,
        asks: 1,
        ask_again_at: inSeconds(20),
        settled_at: null,
        updated_at: service.clock.now(),
      });
      expect(await changesCounted('requested')).toBe(before + 1);
    });

    it('never without a look at Dodo, also for the first time', async () => {
      const debt = await owe();
      await service.sandbox.fault({ method: 'GET', path: '/payments/*', kind: 'error_before', status: 500 });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'owed', asks: 0 });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', asks: 1 });
    });

    it('by one of those who saw it owed', async () => {
      const debt = await owe();
      const refunds = service.get(RefundsRepository);
      const seen = (await refunds.findRefund(debt.id))!;
      expect(await refunds.saveAsked(seen, inSeconds(0), inSeconds(20))).toBe(1);
      expect(await refunds.saveAsked(seen, inSeconds(0), inSeconds(20))).toBeNull();
      expect(await row(debt)).toMatchObject({ state: 'requested', asks: 1 });
    });

    it('by nobody who saw it as it was before, in the same state', async () => {
      const debt = await owe();
      const refunds = service.get(RefundsRepository);
      await change(debt, `state = 'requested', asks = 1`);
      const seen = (await refunds.findRefund(debt.id))!;
      await change(debt, `asks = 2`);
      expect(await refunds.saveAsked(seen, inSeconds(0), inSeconds(20))).toBeNull();
      await change(debt, `state = 'owed', asks = 1`);
      expect(await refunds.saveAsked(seen, inSeconds(0), inSeconds(20))).toBeNull();
    });

    it('not at Dodo by those who lose the row', async () => {
      const debt = await owe();
      await Promise.all([drive(debt), drive(debt), drive(debt), drive(debt)]);
      expect(await atDodo(debt)).toHaveLength(1);
      expect(await row(debt)).toMatchObject({ asks: 1 });
    });

    it('is no step of one that is not there', async () => {
      await service.run('refund.drive', { refundId: 'rfd_nobody' });
      await expect(service.get(RefundsService).driveNow('rfd_nobody', true)).resolves.toBeUndefined();
    });
  });

  describe('has no answer', () => {
    it.each<[string, Partial<Fault>, number, string]>([
      ['when the connection is cut', { kind: 'drop_before' }, 20, 'UND_ERR_SOCKET'],
      ['when Dodo has trouble', { status: 500, code: 'INTERNAL' }, 8, 'INTERNAL'],
      ['when Dodo limits our rate', { status: 429, code: 'TOO_MANY_REQUESTS' }, 0, 'TOO_MANY_REQUESTS'],
    ])('%s', async (_, fault, quietSeconds, code) => {
      const debt = await owe();
      await fails(fault);
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'requested',
        asks: 1,
        ask_again_at: inSeconds(quietSeconds),
        failure_code: code,
        failure_message: expect.stringMatching(/./),
      });
      expect(await atDodo(debt)).toEqual([]);
      expect(await looks()).toEqual([{ payload: { refundId: debt.id, tries: 1 }, delaySeconds: 2.5 }]);
    });

    it('and the next look comes later, the more have failed', async () => {
      const debt = await owe();
      await fails({ status: 503 });
      await drive(debt, 3);
      expect(await looks()).toEqual([{ payload: { refundId: debt.id, tries: 4 }, delaySeconds: 20 }]);
    });

    it('and is read, not asked for, while it may be under way', async () => {
      const debt = await owe();
      await fails({ kind: 'drop_before' });
      await drive(debt);
      service.clock.passSeconds(19);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'requested', asks: 1 });
      expect(await looks()).toEqual([{ payload: { refundId: debt.id }, delaySeconds: 2 }]);
      expect(await atDodo(debt)).toEqual([]);
    });

    it('and is asked for again as soon as nothing is under way any more', async () => {
      const debt = await owe();
      await fails({ kind: 'drop_before' });
      await drive(debt);
      service.clock.passSeconds(20);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', asks: 2, failure_code: null });
      expect(await row(debt)).toMatchObject({ failure_message: null });
      expect(await atDodo(debt)).toHaveLength(1);
    });

    it.each<[string, Partial<Fault>]>([
      ['has trouble', { status: 500 }],
      ['does not answer', { kind: 'drop_before' }],
    ])('and while Dodo %s, it is asked for less and less often', async (_, fault) => {
      await looks();
      const debt = await owe();
      await fails({ ...fault, times: 999 });
      const asks: number[] = [];
      let [next] = await looks();
      for (let seconds = 0; seconds < HOUR;) {
        const { asks: before } = await row(debt);
        await service.run('refund.drive', next!.payload);
        if ((await row(debt)).asks > before) asks.push(seconds);
        [next] = await looks();
        service.clock.passSeconds(next!.delaySeconds);
        seconds += next!.delaySeconds;
      }
      const pauses = asks.slice(1).map((at, index) => at - asks[index]!);
      expect(pauses.length).toBeLessThan(16);
      expect(pauses.slice(-3)).toEqual([600, 600, 600]);
    });

    describe('and is compared with Dodo meanwhile', () => {
      async function failedThreeTimes(): Promise<Debt> {
        const debt = await owe();
        await fails({ status: 500 });
        await drive(debt, 3);
        service.clock.passSeconds(15);
        return debt;
      }

      it('by the schedule: it is left to its own job, which keeps its time', async () => {
        const debt = await failedThreeTimes();
        await driveNow(debt, false);
        expect(await row(debt)).toMatchObject({ state: 'requested', asks: 1 });
        expect(await looks()).toEqual([{ payload: { refundId: debt.id, tries: 4 }, delaySeconds: 20 }]);
      });

      it('by the schedule, and its job was lost: it is asked for', async () => {
        const debt = await failedThreeTimes();
        await looks();
        await driveNow(debt, false);
        expect(await row(debt)).toMatchObject({ state: 'pending', asks: 2 });
      });

      it('by a person: it is asked for', async () => {
        const debt = await failedThreeTimes();
        await driveNow(debt, true);
        expect(await row(debt)).toMatchObject({ state: 'pending', asks: 2 });
      });
    });

    it('and is found at Dodo, where it was made', async () => {
      const debt = await owe();
      await fails({ kind: 'drop_after' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'requested', dodo_refund_id: null });
      await drive(debt);
      const [made, ...others] = await atDodo(debt);
      expect(others).toEqual([]);
      expect(await row(debt)).toMatchObject({ state: 'pending', asks: 1, dodo_refund_id: made!.refund_id });
    });

    it('and a late error changes nothing any more', async () => {
      const debt = await ask();
      const trouble = { askAgainAt: inSeconds(99), failureCode: 'late', failureMessage: 'late' };
      const refunds = service.get(RefundsRepository);
      await refunds.saveTrouble(debt.id, 1, trouble);
      expect(await row(debt)).toMatchObject({ state: 'pending', failure_code: null });
      await change(debt, `state = 'requested', asks = 2`);
      await refunds.saveTrouble(debt.id, 1, trouble);
      expect(await row(debt)).toMatchObject({ failure_code: null });
      await refunds.saveTrouble(debt.id, 2, trouble);
      expect(await row(debt)).toMatchObject({ failure_code: 'late', ask_again_at: inSeconds(99) });
    });

    it('of our own database: the queue tries again, not we', async () => {
      const debt = await owe();
      await looks();
      await service.query(`ALTER TABLE refunds RENAME COLUMN asks TO asks_elsewhere`);
      try {
        await expect(service.run('refund.drive', { refundId: debt.id })).rejects.toThrow(/asks/);
        await expect(driveNow(debt)).rejects.not.toBeInstanceOf(DodoError);
      } finally {
        await service.query(`ALTER TABLE refunds RENAME COLUMN asks_elsewhere TO asks`);
      }
      expect(await looks()).toEqual([]);
    });
  });

  describe('has been made already', () => {
    it.each([...ALREADY_REFUNDED])('says Dodo with %s, and it is followed', async (code) => {
      const debt = await owe();
      const { refund_id } = await refundByHand(debt);
      await fails({ status: 409, code });
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'pending',
        dodo_refund_id: refund_id,
        failure_code: null,
      });
      expect(await atDodo(debt)).toHaveLength(1);
    });

    it('says Dodo, and does not show it yet: it is looked for again', async () => {
      const debt = await owe();
      await fails({ status: 409, code: 'PAYMENT_ALREADY_REFUNDED' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'requested',
        failure_code: 'PAYMENT_ALREADY_REFUNDED',
        ask_again_at: inSeconds(0),
      });
      expect(await looks()).toMatchObject([{ payload: { tries: 1 } }]);
    });

    it('says Dodo of another refund, which is none of ours', async () => {
      await service.sandbox.behave({ grantTrial: false });
      const debt = await owe();
      await refundByHand(debt, [{ item_id: 'pdt_pro' }]);
      await fails({ status: 409, code: 'EXISTING_REFUND_REQUEST_PROCESSING' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'requested', dodo_refund_id: null });
    });
  });

  describe('is refused for good', () => {
    it.each([...FINAL_REFUSALS])('with %s, and waits for a person', async (code) => {
      const debt = await owe();
      await fails({ status: 422, code });
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'failed',
        failure_code: code,
        failure_message: expect.stringMatching(/./),
        settled_at: service.clock.now(),
        asks: 1,
      });
      expect(await looks()).toEqual([]);
      service.clock.passSeconds(48 * HOUR);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'failed', asks: 1 });
      expect(await atDodo(debt)).toEqual([]);
      expect(await told(debt)).toEqual(['refund.failed']);
    });

    it('but not with a code that says nothing about the future', async () => {
      const debt = await owe();
      await fails({ status: 422, code: 'SOMETHING_NEW' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'requested', failure_code: 'SOMETHING_NEW' });
    });

    it('by the holder of the ticket alone', async () => {
      const debt = await owe();
      await fails({ kind: 'drop_before' });
      await drive(debt);
      const refund = (await service.get(RefundsRepository).findRefund(debt.id))!;
      const rejection = { code: 'LATE', detail: 'late', message: 'late' } as never;
      await service.get(RefundRecorder).refuse(refund, 0, rejection);
      expect(await row(debt)).toMatchObject({ state: 'requested' });
      await change(debt, `state = 'pending', dodo_refund_id = 'ref_known'`);
      await service.get(RefundRecorder).refuse(refund, 1, rejection);
      expect(await row(debt)).toMatchObject({ state: 'pending' });
    });

    it.each(['REFUND_WINDOW_EXPIRED', 'PARTIAL_REFUND_NOT_ALLOWED'])(
      'with %s, and is adopted when Dodo tells that a person has made it',
      async (code) => {
        const debt = await owe();
        await fails({ status: 422, code });
        await drive(debt);
        await refundByHand(debt, null);
        const made = await settle(debt, 'succeeded');
        await service.tell('refund.succeeded', made);
        expect(await row(debt)).toMatchObject({
          state: 'succeeded',
          dodo_refund_id: made,
          failure_code: null,
        });
        expect(await told(debt)).toEqual(['refund.failed', 'refund.succeeded']);
      },
    );

    it('and is adopted when the operator looks, if a person has made it', async () => {
      const debt = await owe();
      await fails({ status: 422, code: 'REFUND_WINDOW_EXPIRED' });
      await drive(debt);
      await driveNow(debt);
      expect(await row(debt)).toMatchObject({ state: 'failed', dodo_refund_id: null });
      const { refund_id } = await refundByHand(debt);
      await driveNow(debt);
      expect(await row(debt)).toMatchObject({
        state: 'pending',
        dodo_refund_id: refund_id,
        failure_code: null,
        settled_at: null,
      });
    });
  });

  describe('is known by an answer that lacks its worth', () => {
    it('and keeps the worth that was owed', async () => {
      const debt = await ask();
      const { dodo_refund_id: id } = await row(debt);
      const bare: DodoRefund = {
        id,
        paymentId: debt.paymentId,
        status: 'succeeded',
        amountMinor: null,
        createdAt: null,
        isPartial: null,
        currency: null,
        metadata: {},
      };
      await service.get(RefundRecorder).adopt(debt.id, bare);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', amount_minor: '100', currency: 'USD' });
    });
  });

  it('is counted until it has succeeded, those that wait for a person apart', async () => {
    await service.query('DELETE FROM refunds');
    const refused = await owe();
    await fails({ status: 422, code: 'REFUND_WINDOW_EXPIRED' });
    await drive(refused);
    const failed = await ask();
    await settle(failed, 'failed');
    await drive(failed);
    const done = await ask();
    await settle(done, 'succeeded');
    await drive(done);
    await owe();
    const since = service.clock.now();
    service.clock.passSeconds(MINUTE);
    await owe();
    const counts = await service.get(RefundsRepository).countUnfinished();
    expect(Object.fromEntries(counts)).toEqual({
      owed: { count: 2, oldest: since },
      failed: { count: 1, oldest: since },
      refused: { count: 1, oldest: since },
    });
  });
});
