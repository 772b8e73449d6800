import { isSettled, mayBecome } from './refund-state';
import type { RefundState } from './refund-state';

describe('the states of a refund', () => {
  const all: RefundState[] = ['owed', 'requested', 'pending', 'review', 'succeeded', 'failed'];

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

  it('is settled when money has moved or will not', () => {
    expect(all.filter(isSettled)).toEqual(['succeeded', 'failed']);
  });
});
