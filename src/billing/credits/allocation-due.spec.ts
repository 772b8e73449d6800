import { allocationDue } from './allocation-due';
import type { LastAllocation } from './allocation-due';

describe('allocationDue', () => {
  const start = new Date('2026-11-23T12:00:00Z');
  const trialEnd = new Date('2026-11-26T12:00:00Z');
  const firstEnd = new Date('2026-12-26T12:00:00Z');
  const secondEnd = new Date('2027-01-26T12:00:00Z');
  const inTrial = new Date('2026-11-24T12:00:00Z');

  const period = (currentPeriodStart: Date | null, currentPeriodEnd: Date | null, status = 'active') => ({
    dodoSubscriptionId: 'sub_1',
    planId: 'plan_pro',
    status: status as 'active',
    trialPeriodDays: 3,
    dodoCreatedAt: start,
    currentPeriodStart,
    currentPeriodEnd,
  });
  const trial = period(start, trialEnd);
  const first = period(trialEnd, firstEnd);
  const second = period(firstEnd, secondEnd);
  const paidAt = (dodoCreatedAt: Date, dodoPaymentId = 'pay_1', planId = 'plan_pro') => ({
    dodoPaymentId,
    dodoCreatedAt,
    planId,
    isFree: false,
  });
  const freeAt = (dodoCreatedAt: Date) => ({ ...paidAt(dodoCreatedAt), isFree: true });
  /** What was given for a period of Pro, which is not known to be running. */
  const given = (periodStart: Date, paidOn: Date | null): LastAllocation => ({
    cause: 'allocation:sub_1:before',
    periodStart,
    paidAt: paidOn,
    dodoPaymentId: paidOn && 'pay_1',
    planId: 'plan_pro',
    resetsAt: null,
    worth: null,
  });
  const trialGiven = given(start, null);
  const firstGiven = given(trialEnd, trialEnd);

  describe('for a trial', () => {
    it('is the trial’s, until its end', () => {
      expect(allocationDue(trial, [], null, inTrial)).toEqual({
        cause: 'allocation:sub_1:trial',
        periodStart: start,
        resetsAt: trialEnd,
        paidBy: null,
        isUpgrade: false,
      });
    });

    it('is what a payment paid for, and no trial’s, once there is one', () => {
      expect(allocationDue(trial, [paidAt(start)], null, inTrial)?.paidBy).toEqual(paidAt(start));
    });

    it('is nothing without an end', () => {
      expect(allocationDue(period(start, null), [paidAt(start)], null, inTrial)).toBeNull();
    });
  });

  describe('for a period that is billed', () => {
    it('is the first paid period’s, by the payment that paid it', () => {
      expect(allocationDue(first, [paidAt(trialEnd)], trialGiven, trialEnd)).toEqual({
        cause: 'allocation:sub_1:2026-11-26T12:00:00.000Z:plan_pro',
        periodStart: trialEnd,
        resetsAt: firstEnd,
        paidBy: paidAt(trialEnd),
        isUpgrade: false,
      });
    });

    it('is the first period’s when there was no trial, also if its payment began earlier', () => {
      const earlier = new Date('2026-11-23T11:50:00Z');
      const untried = { ...period(start, trialEnd), trialPeriodDays: 0 };
      expect(allocationDue(untried, [paidAt(earlier)], null, start)?.paidBy).toEqual(paidAt(earlier));
      expect(allocationDue(untried, [], null, start)).toBeNull();
    });

    it('is the newest period’s alone when the ones before were missed', () => {
      const payments = [paidAt(trialEnd), paidAt(firstEnd, 'pay_2')];
      expect(allocationDue(second, payments, null, firstEnd)?.paidBy?.dodoPaymentId).toBe('pay_2');
      expect(allocationDue(second, payments, trialGiven, firstEnd)?.periodStart).toEqual(firstEnd);
    });

    it('is not paid for by what pays for a later period', () => {
      expect(allocationDue(first, [paidAt(firstEnd)], trialGiven, firstEnd)).toBeNull();
    });

    it('waits for the period when its payment is known first', () => {
      expect(allocationDue(trial, [paidAt(trialEnd)], trialGiven, trialEnd)).toBeNull();
      expect(
        allocationDue(first, [paidAt(trialEnd), paidAt(firstEnd, 'pay_2')], firstGiven, firstEnd),
      ).toBeNull();
    });

    it('waits for the payment when its period is known first', () => {
      expect(allocationDue(first, [], trialGiven, trialEnd)).toBeNull();
      expect(allocationDue(second, [paidAt(trialEnd)], firstGiven, firstEnd)).toBeNull();
    });

    it('begins with its payment where no beginning is known, or with the subscription', () => {
      const unsaid = period(null, firstEnd);
      expect(allocationDue(period(null, trialEnd), [], null, inTrial)?.periodStart).toEqual(start);
      expect(allocationDue(unsaid, [paidAt(trialEnd)], trialGiven, trialEnd)?.periodStart).toEqual(trialEnd);
      expect(allocationDue(unsaid, [paidAt(trialEnd)], firstGiven, trialEnd)).toBeNull();
      expect(allocationDue(unsaid, [freeAt(trialEnd)], trialGiven, trialEnd)).toBeNull();
    });
  });

  describe('for a period that costs nothing', () => {
    it('is due all the same, once it has been billed', () => {
      const free = freeAt(trialEnd);
      expect(allocationDue(first, [free], trialGiven, trialEnd)).toMatchObject({
        cause: 'allocation:sub_1:2026-11-26T12:00:00.000Z:plan_pro',
        paidBy: free,
      });
      const aMomentBefore = freeAt(new Date(firstEnd.getTime() - 60_000));
      expect(allocationDue(second, [aMomentBefore], firstGiven, firstEnd)?.paidBy).toEqual(aMomentBefore);
      expect(allocationDue({ ...trial, trialPeriodDays: 0 }, [freeAt(start)], null, start)).toMatchObject({
        paidBy: freeAt(start),
      });
    });

    it('is none for a payment of nothing that belongs to the trial, or to the period before', () => {
      expect(allocationDue(trial, [freeAt(start)], null, inTrial)).toMatchObject({
        cause: 'allocation:sub_1:trial',
        paidBy: null,
      });
      expect(allocationDue(trial, [freeAt(inTrial)], trialGiven, inTrial)).toBeNull();
      expect(allocationDue(first, [freeAt(inTrial)], trialGiven, trialEnd)).toBeNull();
      const cardExchanged = freeAt(new Date('2026-12-15T12:00:00Z'));
      expect(allocationDue(second, [cardExchanged], firstGiven, firstEnd)).toBeNull();
      expect(allocationDue(first, [paidAt(trialEnd), cardExchanged], firstGiven, firstEnd)).toBeNull();
    });
  });

  it('is an upgrade’s, also when the period before it was taken for paid by its payment', () => {
    const upgradedAt = new Date('2026-12-01T12:00:00Z');
    const upgrade = paidAt(upgradedAt, 'pay_upgrade', 'plan_business');
    // The payment of the first period has not been read, nor the period that the upgrade began.
    const early = allocationDue(first, [upgrade], trialGiven, upgradedAt);
    expect(early?.paidBy).toEqual(upgrade);
    const upgraded = { ...period(upgradedAt, new Date('2027-01-01T12:00:00Z')), planId: 'plan_business' };
    const payments = [upgrade, paidAt(trialEnd)];
    const counted = { ...given(trialEnd, upgradedAt), resetsAt: firstEnd };
    expect(allocationDue(upgraded, payments, counted, upgradedAt)).toMatchObject({
      periodStart: upgradedAt,
      paidBy: upgrade,
      isUpgrade: false,
    });
    const upgradeGiven = { ...given(upgradedAt, upgradedAt), planId: 'plan_business' };
    expect(allocationDue(upgraded, payments, upgradeGiven, upgradedAt)).toBeNull();
  });

  describe('where an upgrade leaves the period as it is', () => {
    const upgradedAt = new Date('2026-12-01T12:00:00Z');
    const upgraded = { ...first, planId: 'plan_business' };
    const upgrade = paidAt(upgradedAt, 'pay_upgrade', 'plan_business');
    const due = {
      cause: 'allocation:sub_1:2026-11-26T12:00:00.000Z:plan_business',
      periodStart: trialEnd,
      resetsAt: firstEnd,
      paidBy: upgrade,
      isUpgrade: true,
    };

    it('is the second plan’s, once it is paid and the plan has changed', () => {
      const payments = [upgrade, paidAt(trialEnd)];
      expect(allocationDue(upgraded, payments, firstGiven, upgradedAt)).toEqual(due);
      expect(allocationDue(first, payments, firstGiven, upgradedAt)).toBeNull();
      expect(allocationDue(upgraded, [paidAt(trialEnd)], firstGiven, upgradedAt)).toBeNull();
    });

    it('is the second plan’s also when its payment was counted for the first', () => {
      expect(allocationDue(upgraded, [upgrade], given(trialEnd, upgradedAt), upgradedAt)).toEqual(due);
    });

    it('has the same cause when nothing was given for the first', () => {
      expect(allocationDue(upgraded, [upgrade], trialGiven, upgradedAt)).toEqual({
        ...due,
        isUpgrade: false,
      });
      expect(allocationDue(upgraded, [upgrade], null, upgradedAt)).toEqual({ ...due, isUpgrade: false });
    });

    it('is the second plan’s after a trial, too', () => {
      const inTrialUpgraded = { ...trial, planId: 'plan_business' };
      const paid = paidAt(inTrial, 'pay_upgrade', 'plan_business');
      expect(allocationDue(inTrialUpgraded, [paid], trialGiven, inTrial)).toMatchObject({ isUpgrade: true });
    });

    it.each<[string, typeof upgraded, LastAllocation, Date]>([
      ['its plan’s credits were given', upgraded, { ...firstGiven, planId: 'plan_business' }, upgradedAt],
      ['it is not known what was given', upgraded, { ...firstGiven, planId: null }, upgradedAt],
      ['it was paid before what was given', upgraded, firstGiven, new Date(trialEnd.getTime() - 1)],
      ['it may be the renewal’s', upgraded, firstGiven, new Date(firstEnd.getTime() - 3_600_000)],
      ['it is read as it was in an earlier period', upgraded, given(firstEnd, trialEnd), upgradedAt],
    ])('is nothing where %s', (_, subscription, last, at) => {
      const payment = paidAt(at, 'pay_upgrade', 'plan_business');
      expect(allocationDue(subscription, [payment, paidAt(trialEnd)], last, upgradedAt)).toBeNull();
    });

    it('brings nothing once more when the period begins anew after all', () => {
      const anew = { ...period(upgradedAt, new Date('2027-01-01T12:00:00Z')), planId: 'plan_business' };
      const last = { ...given(trialEnd, upgradedAt), planId: 'plan_business', resetsAt: firstEnd };
      expect(allocationDue(anew, [upgrade, paidAt(trialEnd)], last, upgradedAt)).toBeNull();
    });
  });

  describe('where what was left of the old plan’s period pays for the new one', () => {
    const yearEnd = new Date('2027-11-26T12:00:00Z');
    const halfway = new Date('2027-05-28T00:00:00Z');
    const changed = period(halfway, new Date('2027-06-28T00:00:00Z'));
    /** A yearly plan, of which one period costs as much as so many of the new plan’s. */
    const yearly = (worth: number | null): LastAllocation => ({
      ...given(trialEnd, trialEnd),
      planId: 'plan_yearly',
      resetsAt: yearEnd,
      worth,
    });
    const payment = paidAt(trialEnd, 'pay_1', 'plan_yearly');

    it('is the new period’s, by the payment of the old one', () => {
      expect(allocationDue(changed, [payment], yearly(2), halfway)).toEqual({
        cause: 'allocation:sub_1:2027-05-28T00:00:00.000Z:plan_pro',
        periodStart: halfway,
        resetsAt: changed.currentPeriodEnd,
        paidBy: payment,
        isUpgrade: false,
      });
    });

    it('is nothing more where the old plan comes back in it, unpaid', () => {
      const back = { ...changed, planId: 'plan_yearly' };
      const covered = { ...given(halfway, trialEnd), resetsAt: changed.currentPeriodEnd };
      expect(allocationDue(back, [payment], covered, halfway)).toBeNull();
    });

    it.each<[string, LastAllocation]>([
      ['too little was left', yearly(1.99)],
      ['prices do not compare', yearly(null)],
      ['the plan is the same', { ...yearly(2), planId: 'plan_pro' }],
      ['the old one was a trial', { ...yearly(2), paidAt: null, dodoPaymentId: null }],
      ['it is not known when the old one was to end', { ...yearly(2), resetsAt: null }],
      ['the old one was over', { ...yearly(2), resetsAt: halfway }],
    ])('waits for a payment where %s', (_, last) => {
      expect(allocationDue(changed, [], last, halfway)).toBeNull();
    });
  });

  describe('at the border of two periods', () => {
    it('is not paid for by the renewal of the plan before, however short ago that was', () => {
      const upgradedAt = new Date(firstEnd.getTime() + 11 * 60_000);
      const upgraded = { ...period(upgradedAt, new Date('2027-01-26T12:11:00Z')), planId: 'plan_business' };
      const renewal = paidAt(firstEnd, 'pay_renewal');
      const renewed = { ...given(firstEnd, firstEnd), resetsAt: secondEnd };
      expect(allocationDue(upgraded, [renewal], renewed, upgradedAt)).toBeNull();
      const upgrade = paidAt(upgradedAt, 'pay_upgrade', 'plan_business');
      expect(allocationDue(upgraded, [renewal, upgrade], renewed, upgradedAt)?.paidBy).toEqual(upgrade);
    });

    it('is what a payment begins from an hour before its period on, though another plan’s was counted with it', () => {
      const anHourAhead = new Date(firstEnd.getTime() - 3_600_000);
      const counted = { ...given(trialEnd, firstEnd), planId: 'plan_starter' };
      expect(allocationDue(second, [paidAt(anHourAhead)], counted, firstEnd)?.periodStart).toEqual(firstEnd);
      const earlier = new Date(anHourAhead.getTime() - 1);
      expect(allocationDue(second, [paidAt(earlier)], counted, firstEnd)).toBeNull();
      expect(allocationDue(second, [paidAt(earlier)], trialGiven, firstEnd)?.periodStart).toEqual(firstEnd);
      expect(allocationDue(second, [paidAt(earlier)], firstGiven, firstEnd)?.paidBy).toEqual(paidAt(earlier));
    });

    it('is what a payment from the last hour of the period before begins, though it was counted for that one', () => {
      const anHourAhead = new Date(firstEnd.getTime() - 3_600_000);
      const counted = { ...given(trialEnd, anHourAhead), resetsAt: firstEnd };
      expect(allocationDue(second, [paidAt(anHourAhead)], counted, firstEnd)?.periodStart).toEqual(firstEnd);
      expect(
        allocationDue(second, [paidAt(anHourAhead)], given(trialEnd, anHourAhead), firstEnd),
      ).not.toBeNull();
    });
  });

  it('is nothing twice', () => {
    expect(allocationDue(trial, [], trialGiven, inTrial)).toBeNull();
    expect(allocationDue(first, [paidAt(trialEnd)], firstGiven, trialEnd)).toBeNull();
  });

  it.each(['pending', 'past_due', 'on_hold', 'paused', 'cancelled', 'expired', 'failed', 'unknown'])(
    'is nothing while the subscription is %s',
    (status) => {
      expect(allocationDue(period(start, trialEnd, status), [paidAt(start)], null, inTrial)).toBeNull();
    },
  );
});
