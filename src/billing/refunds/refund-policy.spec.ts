import { DodoOutcomeUnknown, DodoRejected, DodoUnavailable } from '../../dodo/dodo.errors';
import { ALREADY_REFUNDED, FINAL_REFUSALS, isFinal, pauseSeconds, quietSeconds } from './refund-policy';
import type { RefundState } from './refund-state';

describe('the pause after a refund that came to nothing', () => {
  it('doubles from an hour to a day', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((failures) => pauseSeconds(failures) / 3600)).toEqual([
      1, 2, 4, 8, 16, 24, 24,
    ]);
  });

  it('is an hour before any has', () => {
    expect(pauseSeconds(0)).toBe(3600);
  });
});

describe('how long nobody asks again', () => {
  const cause = new Error('x');

  it('is as long as the request, or its effect, may not show yet', () => {
    expect(quietSeconds(new DodoOutcomeUnknown('refunding', 'timeout', true, cause))).toBe(20);
    expect(quietSeconds(new DodoOutcomeUnknown('refunding', 'internal', false, cause))).toBe(8);
  });

  it('is no time at all when nothing has happened', () => {
    expect(quietSeconds(new DodoUnavailable('refunding', 'rate_limit', cause))).toBe(0);
    expect(quietSeconds(new DodoRejected('refunding', 422, 'NEW', cause))).toBe(0);
  });
});

describe('whether anything can come of it by itself', () => {
  it.each<[RefundState, string | null, boolean]>([
    ['owed', null, false],
    ['requested', 'REFUND_WINDOW_EXPIRED', false],
    ['pending', null, false],
    ['review', null, false],
    ['succeeded', null, true],
    ['settled_by_hand', null, true],
    ['failed', 'refund_failed', false],
    ['failed', 'REFUND_WINDOW_EXPIRED', true],
  ])('%s with %s', (state, failureCode, expected) => {
    expect(isFinal({ state, failureCode })).toBe(expected);
  });
});

describe('what Dodo says', () => {
  it('of a refund that is there', () => {
    expect([...ALREADY_REFUNDED].toSorted()).toEqual([
      'EXISTING_REFUND_REQUEST_PROCESSING',
      'LINE_ITEM_FULLY_REFUNDED',
      'NOTHING_TO_REFUND',
      'PAYMENT_ALREADY_REFUNDED',
      'PAYMENT_HAS_BEEN_REFUNDED',
    ]);
  });

  it('of a refund that will never be', () => {
    expect([...FINAL_REFUSALS].toSorted()).toEqual([
      'LINE_ITEM_NOT_FOUND',
      'LINE_ITEM_PRORATED',
      'LINE_ITEM_REFUND_AMOUNT_TOO_HIGH',
      'LINE_ITEM_REFUND_AMOUNT_TOO_LOW',
      'PARTIAL_REFUND_NOT_ALLOWED',
      'REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT',
      'REFUND_WINDOW_EXPIRED',
      'ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED',
    ]);
  });
});
