import { REFUND_STATES, isSettled, mayBecome } from './refund-state';
import type { RefundState } from './refund-state';

describe('the states of a refund', () => {
  const all: RefundState[] = [...REFUND_STATES];

  it('never leaves success', () => {
    expect(all.filter((to) => mayBecome('succeeded', to))).toEqual([]);
  });

  it('never goes back to owed', () => {
    expect(all.filter((from) => mayBecome(from, 'owed'))).toEqual([]);
  });

  it('follows Dodo from pending through review to the end', () => {
    expect(all.filter((to) => mayBecome('pending', to))).toEqual(['review', 'succeeded', 'failed']);
    expect(all.filter((to) => mayBecome('review', to))).toEqual(['succeeded', 'failed']);
  });

  it('is never settled by hand but by a hand, and stays so unless Dodo gives it back after all', () => {
    expect(all.filter((from) => mayBecome(from, 'settled_by_hand'))).toEqual([]);
    expect(all.filter((to) => mayBecome('settled_by_hand', to))).toEqual(['succeeded']);
  });

  it('is settled when money has moved or will not', () => {
    expect(all.filter(isSettled)).toEqual(['succeeded', 'failed', 'settled_by_hand']);
  });
});
