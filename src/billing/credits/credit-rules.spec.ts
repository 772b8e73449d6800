import { allocationDue, hasEnded, isLow, spend, totalOf } from './credit-rules';

describe('allocationDue', () => {
  const start = new Date('2026-11-23T12:00:00Z');
  const trialEnd = new Date('2026-11-26T12:00:00Z');
  const firstEnd = new Date('2026-12-26T12:00:00Z');
  const secondEnd = new Date('2027-01-26T12:00:00Z');
  const inTrial = new Date('2026-11-24T12:00:00Z');

  const period = (currentPeriodStart: Date | null, currentPeriodEnd: Date | null, status = 'active') => ({
    dodoSubscriptionId: 'sub_1',
    status: status as 'active',
    trialPeriodDays: 3,
    dodoCreatedAt: start,
    currentPeriodStart,
    currentPeriodEnd,
  });
  const trial = period(start, trialEnd);
  const first = period(trialEnd, firstEnd);
  const second = period(firstEnd, secondEnd);
  const paidAt = (dodoCreatedAt: Date, dodoPaymentId = 'pay_1') => ({ dodoPaymentId, dodoCreatedAt });
  const trialGiven = { periodStart: start, paidAt: null };
  const firstGiven = { periodStart: trialEnd, paidAt: trialEnd };

  it('is the trial’s, until its end', () => {
    expect(allocationDue(trial, [], null, inTrial)).toEqual({
      cause: 'allocation:sub_1:trial',
      periodStart: start,
      resetsAt: trialEnd,
      paidBy: null,
    });
  });

  it('is nothing twice', () => {
    expect(allocationDue(trial, [], trialGiven, inTrial)).toBeNull();
    expect(allocationDue(first, [paidAt(trialEnd)], firstGiven, trialEnd)).toBeNull();
  });

  it('is the first paid period’s, by the payment that paid it', () => {
    expect(allocationDue(first, [paidAt(trialEnd)], trialGiven, trialEnd)).toEqual({
      cause: 'allocation:sub_1:2026-11-26T12:00:00.000Z',
      periodStart: trialEnd,
      resetsAt: firstEnd,
      paidBy: paidAt(trialEnd),
    });
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

  it('is the newest period’s alone when the ones before were missed', () => {
    const payments = [paidAt(trialEnd), paidAt(firstEnd, 'pay_2')];
    expect(allocationDue(second, payments, null, firstEnd)?.paidBy?.dodoPaymentId).toBe('pay_2');
    expect(allocationDue(second, payments, trialGiven, firstEnd)?.periodStart).toEqual(firstEnd);
  });

  it('is not paid for by what pays for a later period', () => {
    expect(allocationDue(first, [paidAt(firstEnd)], trialGiven, firstEnd)).toBeNull();
  });

  it('is an upgrade’s, also when the period before it was taken for paid by its payment', () => {
    const upgradedAt = new Date('2026-12-01T12:00:00Z');
    const upgrade = paidAt(upgradedAt, 'pay_upgrade');
    // The payment of the first period has not been read, nor the period that the upgrade began.
    const early = allocationDue(first, [upgrade], trialGiven, upgradedAt);
    expect(early?.paidBy).toEqual(upgrade);
    const given = { periodStart: early!.periodStart, paidAt: early!.paidBy!.dodoCreatedAt };
    const upgraded = period(upgradedAt, new Date('2027-01-01T12:00:00Z'));
    const payments = [upgrade, paidAt(trialEnd)];
    expect(allocationDue(upgraded, payments, given, upgradedAt)).toMatchObject({
      periodStart: upgradedAt,
      paidBy: upgrade,
    });
    expect(
      allocationDue(upgraded, payments, { periodStart: upgradedAt, paidAt: upgradedAt }, upgradedAt),
    ).toBeNull();
  });

  it('is the first period’s when there was no trial, also if its payment began earlier', () => {
    const earlier = new Date('2026-11-23T11:50:00Z');
    const untried = { ...period(start, trialEnd), trialPeriodDays: 0 };
    expect(allocationDue(untried, [paidAt(earlier)], null, start)?.paidBy).toEqual(paidAt(earlier));
    expect(allocationDue(untried, [], null, start)).toBeNull();
  });

  it.each(['pending', 'past_due', 'on_hold', 'paused', 'cancelled', 'expired', 'failed', 'unknown'])(
    'is nothing while the subscription is %s',
    (status) => {
      expect(allocationDue(period(start, trialEnd, status), [paidAt(start)], null, inTrial)).toBeNull();
    },
  );

  it('is nothing without dates', () => {
    expect(allocationDue(period(null, trialEnd), [paidAt(start)], null, inTrial)).toBeNull();
    expect(allocationDue(period(start, null), [paidAt(start)], null, inTrial)).toBeNull();
  });
});

describe('spend', () => {
  it.each([
    ['of the allocation first', 30, { allocationDelta: -30, purchasedDelta: 0 }],
    ['all of the allocation, and the rest of the packs', 70, { allocationDelta: -50, purchasedDelta: -20 }],
    ['the last credit', 150, { allocationDelta: -50, purchasedDelta: -100 }],
  ])('takes %s', (_, amount, taken) => {
    expect(spend({ allocationLeft: 50, purchasedLeft: 100 }, amount)).toEqual(taken);
  });

  it('takes nothing when it is one credit short', () => {
    expect(spend({ allocationLeft: 50, purchasedLeft: 100 }, 151)).toBeNull();
    expect(totalOf({ allocationLeft: 50, purchasedLeft: 100 })).toBe(150);
  });
});

describe('isLow', () => {
  it.each([
    [200, 0, 2000, false],
    [199, 0, 2000, true],
    [0, 200, 2000, false],
    [0, 0, 0, false],
  ])('%i and %i of packs, of %i: %s', (allocationLeft, purchasedLeft, allocation, low) => {
    expect(isLow({ allocationLeft, purchasedLeft, allocation })).toBe(low);
  });
});

describe('hasEnded', () => {
  it('is true once a subscription can’t come back', () => {
    expect((['cancelled', 'expired'] as const).map((status) => hasEnded({ status }))).toEqual([true, true]);
    expect((['active', 'on_hold', 'paused'] as const).map((status) => hasEnded({ status }))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
