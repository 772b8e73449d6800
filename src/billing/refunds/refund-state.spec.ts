import { REFUND_STATES, isNews, isSettled, mayBecome } from './refund-state';
import type { KnownRefund, RefundState } from './refund-state';

const all: RefundState[] = [...REFUND_STATES];

describe('the states of a refund', () => {
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

  it('starts anew after a failure', () => {
    expect(all.filter((to) => mayBecome('failed', to))).toEqual([
      'requested',
      'pending',
      'review',
      'succeeded',
    ]);
  });

  it('is settled when money has moved or will not', () => {
    expect(all.filter(isSettled)).toEqual(['succeeded', 'failed', 'settled_by_hand']);
  });
});

describe('news of a refund', () => {
  const known = (state: RefundState, dodoRefundId: string | null, failed: string[] = []): KnownRefund => ({
    state,
    dodoRefundId,
    failedDodoRefundIds: failed,
  });
  const news = (row: KnownRefund, id: string): RefundState[] =>
    all.filter((status) => isNews(row, { id, status }));

  it('is what comes of the one that is followed', () => {
    expect(news(known('pending', 'ref_1'), 'ref_1')).toEqual(['review', 'succeeded', 'failed']);
    expect(news(known('failed', 'ref_1', ['ref_1']), 'ref_1')).toEqual(['succeeded']);
  });

  it('is anything of the first one that shows after Dodo has been asked', () => {
    expect(news(known('requested', null), 'ref_1')).toEqual(['pending', 'review', 'succeeded', 'failed']);
  });

  it('is not what comes late of one that failed, while the next is asked for or pending', () => {
    expect(news(known('requested', null, ['ref_1']), 'ref_1')).toEqual(['succeeded']);
    expect(news(known('pending', 'ref_2', ['ref_1']), 'ref_1')).toEqual(['succeeded']);
  });

  it('is one that lives, when the one that was followed has failed', () => {
    expect(news(known('failed', 'ref_1', ['ref_1']), 'ref_2')).toContain('pending');
  });

  it('is not one that lives beside the one that is followed', () => {
    expect(news(known('pending', 'ref_1'), 'ref_2')).toEqual(['succeeded']);
  });

  it('is nothing but money that has moved, once a person has settled it', () => {
    expect(news(known('settled_by_hand', null), 'ref_1')).toEqual(['succeeded']);
  });

  it('is nothing more once money has moved', () => {
    expect(news(known('succeeded', 'ref_1'), 'ref_2')).toEqual([]);
  });
});
