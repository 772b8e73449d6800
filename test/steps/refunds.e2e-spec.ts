import { Logger } from '@nestjs/common';
import { DodoError } from '../../src/dodo/dodo.errors';
import { Database } from '../../src/database/database';
import { ALREADY_REFUNDED, FINAL_REFUSALS } from '../../src/billing/refunds/refund-policy';
import { RefundRecorder } from '../../src/billing/refunds/refund-recorder';
import { RefundsRepository } from '../../src/billing/refunds/refunds.repository';
import { RefundsService } from '../../src/billing/refunds/refunds.service';
import { PaymentsRepository } from '../../src/billing/payments/payments.repository';
import type { DodoRefund } from '../../src/dodo/dodo.types';
import { Metrics } from '../../src/watch/metrics';
import type { Fault, SandboxRefund } from '../support/sandbox-control';
import { FEE, StillService } from '../support/still-service';

const MINUTE = 60;
const HOUR = 3600;

/** A setup fee that is owed. */
interface Debt {
  id: string;
  orgId: string;
  paymentId: string;
}

describe('a refund, one step at a time', () => {
  let service: StillService;

  beforeAll(async () => {
    service = await StillService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    await service.sandbox.call('DELETE', '/_sandbox/faults');
    // When the bank is done is for the test to say.
    await service.sandbox.behave({
      refundOutcome: 'stuck_pending',
      taxRatePercent: 0,
      grantTrial: true,
      lineItems: 'current',
    });
  });

  async function owe(): Promise<Debt> {
    const caller = await service.newOrg();
    const { payment_id: paymentId } = await service.buy(caller);
    await service.tell('payment.succeeded', paymentId);
    const [{ id }] = await service.query('SELECT id FROM refunds WHERE dodo_payment_id = $1', [paymentId]);
    return { id, orgId: caller.orgId, paymentId };
  }

  /** One that has been asked for, and is in this state at Dodo. */
  async function ask(outcome: 'stuck_pending' | 'review' = 'stuck_pending'): Promise<Debt> {
    const debt = await owe();
    await service.sandbox.behave({ refundOutcome: outcome });
    await drive(debt);
    return debt;
  }

  /** Without the jobs that were planned until now: only what follows is looked at. */
  async function drive({ id }: Debt, tries?: number): Promise<void> {
    await service.takeJobs('refund.drive');
    await service.run('refund.drive', { refundId: id, ...(tries !== undefined && { tries }) });
  }

  const driveNow = ({ id }: Debt, atOnce = false) => service.get(RefundsService).driveNow(id, atOnce);

  async function row({ id }: Debt): Promise<Record<string, any>> {
    return (await service.query('SELECT * FROM refunds WHERE id = $1', [id]))[0];
  }

  const change = ({ id }: Debt, to: string, ...values: unknown[]) =>
    service.query(`UPDATE refunds SET ${to} WHERE id = $1`, [id, ...values]);

  const atDodo = ({ paymentId }: Debt): Promise<SandboxRefund[]> => service.sandbox.refundsOf(paymentId);

  const settle = async (debt: Debt, status: 'succeeded' | 'failed') => {
    const last = (await atDodo(debt)).at(-1)!.refund_id;
    await service.sandbox.call('POST', `/_sandbox/refunds/${last}/settle`, { status });
    return last;
  };

  /** As a person does in Dodo's dashboard. */
  const refundByHand = ({ paymentId }: Debt, items: object[] | null = [{ item_id: FEE }]) =>
    service.sandbox.call<SandboxRefund>('POST', '/refunds', { payment_id: paymentId, items });

  const fails = (fault: Partial<Fault>) =>
    service.sandbox.fault({ method: 'POST', path: '/refunds', kind: 'error_before', ...fault });

  const looks = () => service.takeJobs('refund.drive');

  const inSeconds = (seconds: number) => service.clock.secondsFromNow(seconds);

  const told = async ({ id }: Debt): Promise<string[]> =>
    (
      await service.query(`SELECT event FROM outbound_events WHERE cause LIKE '%' || $1 ORDER BY event`, [id])
    ).map(({ event }: { event: string }) => event);

  async function changesCounted(state: string): Promise<number> {
    const { body } = await service.get(Metrics).text();
    const line = new RegExp(`^billing_refund_changes_total\\{state="${state}"\\} (\\d+)$`, 'm');
    return Number(line.exec(body)?.[1] ?? 0);
  }

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
