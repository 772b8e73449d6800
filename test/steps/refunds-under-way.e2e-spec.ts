import { Logger } from '@nestjs/common';
import { RefundRecorder } from '../../src/billing/refunds/refund-recorder';
import { RefundSchedule } from '../../src/billing/refunds/refund-schedule';
import { DodoError } from '../../src/dodo/dodo.errors';
import type { DodoRefund } from '../../src/dodo/dodo.types';
import type { SandboxRefund } from '../support/sandbox-control';
import { FEE, StillService } from '../support/still-service';
import { letTheBankWait, refundSteps } from '../support/refund-steps';
import type { Debt } from '../support/refund-steps';

const HOUR = 3600;

describe('a refund that Dodo has taken on', () => {
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

  describe('is pending', () => {
    it.each(['stuck_pending', 'review'] as const)('as %s, and is looked at in a while', async (outcome) => {
      const debt = await ask(outcome);
      expect(await looks()).toEqual([{ payload: { refundId: debt.id }, delaySeconds: 900 }]);
      service.clock.passSeconds(900);
      await drive(debt);
      expect(await looks()).toEqual([{ payload: { refundId: debt.id }, delaySeconds: 900 }]);
      expect(await row(debt)).toMatchObject({
        state: outcome === 'review' ? 'review' : 'pending',
        asks: 1,
      });
      expect(await atDodo(debt)).toHaveLength(1);
      expect(await told(debt)).toEqual([]);
    });

    it('and succeeds, as a look finds out', async () => {
      const before = await changesCounted('succeeded');
      const debt = await ask();
      await settle(debt, 'succeeded');
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'succeeded',
        settled_at: service.clock.now(),
        failure_code: null,
      });
      expect(await looks()).toEqual([]);
      expect(await told(debt)).toEqual(['refund.succeeded']);
      expect(await changesCounted('succeeded')).toBe(before + 1);
    });

    it('and is counted and logged once that is committed', async () => {
      const debt = await owe();
      const fresh: DodoRefund = {
        id: 'ref_made',
        paymentId: debt.paymentId,
        status: 'pending',
        amountMinor: 100,
        createdAt: null,
        isPartial: null,
        currency: 'USD',
        metadata: {},
      };
      const adopt = () => service.get(RefundRecorder).adopt(debt.id, fresh);
      const log = jest.spyOn(Logger.prototype, 'log');
      const before = await changesCounted('pending');
      const plan = jest.spyOn(service.get(RefundSchedule), 'plan').mockRejectedValueOnce(new Error('undone'));
      await expect(adopt()).rejects.toThrow('undone');
      plan.mockRestore();
      expect(await row(debt)).toMatchObject({ state: 'owed' });
      expect([await changesCounted('pending'), log.mock.calls]).toEqual([before, []]);
      await adopt();
      expect([await changesCounted('pending'), log.mock.calls]).toEqual([
        before + 1,
        [[`Refund ${debt.id} of payment ${debt.paymentId}: owed → pending`]],
      ]);
      log.mockRestore();
    });

    it('and nothing is asked any more once it has succeeded', async () => {
      const debt = await ask();
      await settle(debt, 'succeeded');
      await drive(debt);
      await service.sandbox.fault({ method: 'GET', path: '/*', kind: 'error_before', status: 500 });
      await drive(debt);
      await driveNow(debt, true);
      expect(await looks()).toEqual([]);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', asks: 1 });
    });

    it('and can not be read for a moment: nothing is concluded', async () => {
      const debt = await ask();
      await service.sandbox.fault({ method: 'GET', path: '/refunds/*', kind: 'error_before', status: 503 });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending' });
      expect(await looks()).toEqual([{ payload: { refundId: debt.id, tries: 1 }, delaySeconds: 2.5 }]);
    });

    it('and our key is refused for a moment: nothing is concluded', async () => {
      const debt = await ask();
      await service.sandbox.fault({
        method: 'GET',
        path: '/refunds/*',
        kind: 'error_before',
        status: 403,
        code: 'FORBIDDEN',
      });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending' });
    });

    it('and Dodo no longer knows it: it counts as failed', async () => {
      const debt = await ask();
      await settle(debt, 'failed');
      await change(debt, `dodo_refund_id = 'ref_gone_' || id`);
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'failed',
        dodo_refund_id: `ref_gone_${debt.id}`,
        failed_dodo_refund_ids: [`ref_gone_${debt.id}`],
        failure_code: 'refund_failed',
        amount_minor: '100',
        currency: 'USD',
      });
    });

    it('and Dodo no longer knows it, but another one that has moved the money', async () => {
      const debt = await ask();
      const made = await settle(debt, 'succeeded');
      await change(debt, `dodo_refund_id = 'ref_gone_' || id`);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: made });
    });

    it('and Dodo no longer knows it, and another one is only under way', async () => {
      const debt = await ask();
      await change(debt, `dodo_refund_id = 'ref_gone_' || id`);
      await drive(debt);
      expect(await row(debt)).toMatchObject({
        state: 'failed',
        failed_dodo_refund_ids: [`ref_gone_${debt.id}`],
      });
    });
  });

  describe('fails at Dodo', () => {
    async function fail(): Promise<Debt & { first: string }> {
      const debt = await ask();
      const first = await settle(debt, 'failed');
      await drive(debt);
      return { ...debt, first };
    }

    it('and is planned to be asked for again, after an hour', async () => {
      const debt = await fail();
      expect(await row(debt)).toMatchObject({
        state: 'failed',
        dodo_refund_id: debt.first,
        failed_dodo_refund_ids: [debt.first],
        ask_again_at: inSeconds(HOUR),
        failure_code: 'refund_failed',
        failure_message: 'Dodo accepted the refund and could not carry it out. It will be asked for again.',
        settled_at: service.clock.now(),
      });
      expect(await looks()).toEqual([{ payload: { refundId: debt.id }, delaySeconds: HOUR }]);
      expect(await told(debt)).toEqual(['refund.failed']);
    });

    it('and waits, to the second, when it is looked at too early', async () => {
      const debt = await fail();
      service.clock.passSeconds(HOUR - 10.5);
      await drive(debt);
      expect(await looks()).toEqual([{ payload: { refundId: debt.id }, delaySeconds: 11 }]);
      expect(await row(debt)).toMatchObject({ state: 'failed', asks: 1 });
    });

    it('and is asked for again when it is time', async () => {
      const debt = await fail();
      service.clock.passSeconds(HOUR);
      await drive(debt);
      const made = await atDodo(debt);
      expect(made).toHaveLength(2);
      expect(await row(debt)).toMatchObject({
        state: 'pending',
        asks: 2,
        dodo_refund_id: made.find(({ refund_id }) => refund_id !== debt.first)!.refund_id,
        failed_dodo_refund_ids: [debt.first],
        settled_at: null,
        failure_code: null,
      });
    });

    it('and is asked for at once when the operator says so', async () => {
      const debt = await fail();
      await driveNow(debt, false);
      expect(await row(debt)).toMatchObject({ state: 'failed', asks: 1 });
      await driveNow(debt, true);
      expect(await row(debt)).toMatchObject({ state: 'pending', asks: 2 });
    });

    it('and follows none of before while it is asked for', async () => {
      const debt = await fail();
      service.clock.passSeconds(HOUR);
      await fails({ kind: 'drop_before' });
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'requested', dodo_refund_id: null, settled_at: null });
      expect(await row(debt)).toMatchObject({ updated_at: service.clock.now() });
    });

    it('and a person has made it, of which Dodo tells before its time has come', async () => {
      const debt = await fail();
      await refundByHand(debt, null);
      const made = await settle(debt, 'succeeded');
      await service.tell('refund.succeeded', made);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: made, asks: 1 });
    });

    it('and Dodo carries out both in the end: that is for a person to see', async () => {
      const debt = await fail();
      const [first] = await atDodo(debt);
      await driveNow(debt, true);
      await service.tell('refund.succeeded', await settle(debt, 'succeeded'));
      const [second] = (await atDodo(debt)).slice(1);
      await service.sandbox.lag(`/refunds/${first!.refund_id}`, { status: 'succeeded' });
      const said = jest.spyOn(Logger.prototype, 'error').mockImplementation();
      await service.tell('refund.succeeded', first!.refund_id);
      expect(said.mock.calls.flat().join('\n')).toContain(
        `was given back twice, by ${second!.refund_id} and ${first!.refund_id}`,
      );
      said.mockRestore();
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: second!.refund_id });
    });

    it('and a person was quicker: that one is followed', async () => {
      const debt = await fail();
      service.clock.passSeconds(HOUR);
      const { refund_id } = await refundByHand(debt);
      await drive(debt);
      expect(await row(debt)).toMatchObject({ state: 'pending', asks: 1, dodo_refund_id: refund_id });
      expect(await atDodo(debt)).toHaveLength(2);
    });

    it('for the operator, who hears that Dodo is away, after the next try is planned', async () => {
      const debt = await fail();
      await looks();
      await service.sandbox.fault({ method: 'GET', path: '/payments/*', kind: 'error_before', status: 503 });
      await expect(driveNow(debt, true)).rejects.toBeInstanceOf(DodoError);
      expect(await looks()).toEqual([{ payload: { refundId: debt.id, tries: 1 }, delaySeconds: 2.5 }]);
    });
  });

  describe('is told of by an event', () => {
    it('that settles it', async () => {
      const debt = await ask();
      await service.tell('refund.succeeded', await settle(debt, 'succeeded'));
      expect(await row(debt)).toMatchObject({ state: 'succeeded' });
    });

    it('and was made by a person: by the id that is followed', async () => {
      const debt = await owe();
      await refundByHand(debt);
      await drive(debt);
      await service.tell('refund.succeeded', await settle(debt, 'succeeded'));
      expect(await row(debt)).toMatchObject({ state: 'succeeded', asks: 0 });
    });

    it('before our own answer came, by our id', async () => {
      const debt = await owe();
      await fails({ kind: 'drop_after' });
      await drive(debt);
      const made = await settle(debt, 'succeeded');
      await service.tell('refund.succeeded', made);
      expect(await row(debt)).toMatchObject({ state: 'succeeded', dodo_refund_id: made, asks: 1 });
    });

    it('and is not ours: neither without our id, nor with an id that we do not know', async () => {
      const debt = await owe();
      const { refund_id } = await refundByHand(debt);
      await service.tell('refund.succeeded', refund_id);
      expect(await row(debt)).toMatchObject({ state: 'owed' });
      await settleAll(debt);
      const other = await owe();
      const stranger = await service.sandbox.call<SandboxRefund>('POST', '/refunds', {
        payment_id: other.paymentId,
        items: [{ item_id: FEE }],
        metadata: { refund_id: 'rfd_nobody' },
      });
      await service.tell('refund.succeeded', stranger.refund_id);
      expect(await row(other)).toMatchObject({ state: 'owed' });
    });

    it('with our id, and of another payment: it is not believed', async () => {
      const [debt, other] = [await owe(), await owe()];
      const { refund_id } = await service.sandbox.call<SandboxRefund>('POST', '/refunds', {
        payment_id: other.paymentId,
        items: [{ item_id: FEE }],
        metadata: { refund_id: debt.id },
      });
      await service.tell('refund.succeeded', refund_id);
      expect(await row(debt)).toMatchObject({ state: 'owed' });
    });

    it('late, of one that failed: the one that followed it stays', async () => {
      const debt = await ask();
      const first = await settle(debt, 'failed');
      await drive(debt);
      service.clock.passSeconds(HOUR);
      await drive(debt);
      const { dodo_refund_id: second } = await row(debt);
      await service.tell('refund.failed', first);
      expect(await row(debt)).toMatchObject({ state: 'pending', dodo_refund_id: second, asks: 2 });
    });

    const settleAll = async (debt: Debt) => settle(debt, 'succeeded');
  });
});
