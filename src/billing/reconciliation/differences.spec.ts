import type { ListedSubscription } from '../../dodo/dodo.types';
import type { Payment } from '../payments/payment.entity';
import type { Refund } from '../refunds/refund.entity';
import type { Subscription } from '../subscriptions/subscription.entity';
import {
  changeOfDisputes,
  differenceOfDispute,
  differenceOfForeignRefund,
  differenceOfPayment,
  differenceOfRefund,
  differenceOfSubscription,
} from './differences';

const THEN = new Date('2026-11-01T00:00:00Z');
const LATER = new Date('2026-12-01T00:00:00Z');

describe('a subscription in Dodo’s list', () => {
  const ours = {
    status: 'active',
    snapshot: { rawStatus: 'active' },
    dodoProductId: 'pdt_1',
    trialPeriodDays: 3,
    currentPeriodStart: THEN,
    currentPeriodEnd: LATER,
    cancelAtPeriodEnd: false,
    cancelledAt: null,
    pendingProductId: null,
    pendingChangeAt: null,
  };
  const listed = {
    status: 'active',
    rawStatus: 'active',
    productId: 'pdt_1',
    trialPeriodDays: 3,
    currentPeriodStart: new Date(THEN),
    currentPeriodEnd: new Date(LATER),
    cancelAtPeriodEnd: false,
    cancelledAt: null,
    scheduledChange: null,
  } as unknown as ListedSubscription;
  const difference = (changes: Partial<ListedSubscription>, held: Partial<Subscription> = {}) =>
    differenceOfSubscription({ ...listed, ...changes }, { ...ours, ...held } as unknown as Subscription);

  it('is as it is here', () => expect(difference({})).toBeNull());

  it.each<[Partial<ListedSubscription>, string]>([
    [{ status: 'on_hold' }, 'status active → on_hold'],
    [{ productId: 'pdt_2' }, 'product pdt_1 → pdt_2'],
    [{ trialPeriodDays: 0 }, 'trial days 3 → 0'],
    [{ currentPeriodStart: LATER }, `start of period ${THEN.toISOString()} → ${LATER.toISOString()}`],
    [{ currentPeriodEnd: THEN }, `end of period ${LATER.toISOString()} → ${THEN.toISOString()}`],
    [{ cancelAtPeriodEnd: true }, 'cancellation at end of period false → true'],
    [{ cancelledAt: LATER }, `cancellation none → ${LATER.toISOString()}`],
    [
      { scheduledChange: { productId: 'pdt_2', effectiveAt: LATER } },
      `scheduled product none → pdt_2, scheduled change none → ${LATER.toISOString()}`,
    ],
  ])('differs in %j', (changes, said) => expect(difference(changes)).toBe(said));

  it('differs in no field that the list does not show', () => {
    const held = { pendingProductId: 'pdt_2', pendingChangeAt: LATER };
    expect(difference({ scheduledChange: undefined }, held)).toBeNull();
    expect(difference({ scheduledChange: null }, held)).toContain('scheduled product pdt_2 → none');
    expect(difference({ cancelledAt: undefined }, { cancelledAt: THEN })).toBeNull();
  });

  it('is compared by a word that is new to us, once it has one', () => {
    const unknown = { status: 'unknown', rawStatus: 'resting' } as const;
    expect(difference(unknown)).toBe('status active → resting');
    const snapshot = { rawStatus: 'resting' } as Subscription['snapshot'];
    expect(difference(unknown, { snapshot })).toBeNull();
  });
});

describe('a payment in Dodo’s list', () => {
  const ours = (...statuses: string[]) =>
    ({
      status: 'succeeded',
      disputesAtDodo: statuses.map((status, i) => ({ id: `dsp_${i + 1}`, status })),
    }) as unknown as Payment;
  const listed = (disputeStatus: string | null, status = 'succeeded') =>
    ({ status, disputeStatus }) as Parameters<typeof differenceOfPayment>[0];

  it('differs in its status', () => {
    expect(differenceOfPayment(listed(null), ours())).toBeNull();
    expect(differenceOfPayment(listed(null, 'failed'), ours())).toBe('status succeeded → failed');
  });

  it('differs in a dispute that none of ours could be', () => {
    expect(differenceOfPayment(listed('won'), ours('won', 'opened'))).toBeNull();
    expect(differenceOfPayment(listed('lost'), ours('won', 'opened'))).toBe('dispute opened → lost');
    expect(differenceOfPayment(listed('opened'), ours())).toBe('dispute none → opened');
    expect(differenceOfPayment(listed(null), ours('won'))).toBeNull();
  });

  it('differs in each dispute by itself', () => {
    const dispute = (id: string, status: string) =>
      differenceOfDispute({ id, status } as Parameters<typeof differenceOfDispute>[0], ours('won', 'opened'));
    expect(dispute('dsp_2', 'opened')).toBeNull();
    expect(dispute('dsp_2', 'won')).toBe('dispute opened → won');
    expect(dispute('dsp_3', 'won')).toBe('dispute none → won');
    expect(changeOfDisputes(ours('opened'), ours('won', 'opened'))).toBe(
      'dispute opened → won, dispute none → opened',
    );
    expect(changeOfDisputes(null, ours('won'))).toBeNull();
  });
});

describe('a refund in Dodo’s list', () => {
  const ours = (changes: Partial<Refund>) =>
    ({ state: 'requested', dodoRefundId: null, failedDodoRefundIds: [], ...changes }) as unknown as Refund;
  const listed = (id: string, status: string) => ({ id, status }) as Parameters<typeof differenceOfRefund>[0];

  it('is news where it is the one that we follow, and has moved', () => {
    const followed = ours({ state: 'pending', dodoRefundId: 'ref_1' });
    expect(differenceOfRefund(listed('ref_1', 'pending'), followed)).toBeNull();
    expect(differenceOfRefund(listed('ref_1', 'succeeded'), followed)).toBe(
      'state pending → succeeded (ref_1)',
    );
  });

  it('may be the one that is owed, unless it failed, or that is given back', () => {
    expect(differenceOfRefund(listed('ref_9', 'pending'), ours({}))).toBe(
      'state requested → pending (ref_9)',
    );
    expect(differenceOfRefund(listed('ref_9', 'failed'), ours({}))).toBeNull();
    expect(
      differenceOfRefund(listed('ref_9', 'pending'), ours({ failedDodoRefundIds: ['ref_9'] })),
    ).toBeNull();
    const done = ours({ state: 'succeeded', dodoRefundId: 'ref_1' });
    expect(differenceOfRefund(listed('ref_9', 'succeeded'), done)).toBeNull();
  });

  it('is a part of its payment where it is not ours', () => {
    const payment = { refundsAtDodo: [{ id: 'ref_1', status: 'pending' }] } as unknown as Payment;
    const foreign = (id: string, status: string, refund?: Refund) =>
      differenceOfForeignRefund(listed(id, status), payment, refund);
    expect(foreign('ref_1', 'pending')).toBeNull();
    expect(foreign('ref_1', 'succeeded')).toBe('refund pending → succeeded');
    expect(foreign('ref_2', 'pending')).toBe('refund none → pending');
    expect(foreign('ref_2', 'pending', ours({ dodoRefundId: 'ref_2' }))).toBeNull();
    expect(foreign('ref_2', 'failed', ours({ failedDodoRefundIds: ['ref_2'] }))).toBeNull();
  });
});
