import { MAX_TRIES, readRetryAfter, nextTryDelaySeconds } from './delivery-schedule';

describe('nextTryDelaySeconds', () => {
  it('is about 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, and then never', () => {
    const planned = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
    planned.forEach((seconds, index) => {
      const delay = nextTryDelaySeconds(index + 1, null)!;
      expect(delay).toBeGreaterThanOrEqual(seconds);
      expect(delay).toBeLessThanOrEqual(seconds * 1.1);
    });
    expect(nextTryDelaySeconds(MAX_TRIES, null)).toBeNull();
    expect(MAX_TRIES).toBe(8);
  });

  it('does not bring back together what has failed together', () => {
    const random = jest.spyOn(Math, 'random');
    try {
      const delays = [0, 0.5, 0.9].map((share) => {
        random.mockReturnValue(share);
        return nextTryDelaySeconds(2, null);
      });
      expect(delays).toEqual([300, 315, 327]);
    } finally {
      random.mockRestore();
    }
  });

  it('is never sooner than the receiver has asked for', () => {
    expect(nextTryDelaySeconds(1, 120)).toBe(120);
    expect(nextTryDelaySeconds(4, 120)).toBeGreaterThanOrEqual(7200);
    expect(nextTryDelaySeconds(MAX_TRIES, 120)).toBeNull();
  });
});

describe('readRetryAfter', () => {
  const now = new Date('2026-11-24T12:00:00Z');

  it.each<[string | undefined, number | null]>([
    ['120', 120],
    ['0', 0],
    ['9999999999', 86_400],
    ['Tue, 24 Nov 2026 12:01:00 GMT', 60],
    ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
    ['Tue, 24 Nov 2099 11:00:00 GMT', 86_400],
    ['soon', null],
    ['', null],
    [undefined, null],
    ['1e3 minutes', null],
  ])('reads %j as %j', (header, seconds) => expect(readRetryAfter(header, now)).toBe(seconds));
});
