import { retryDelaySeconds } from './retry-delay';

describe('the pause before the next try', () => {
  const failure = (retryAfterSeconds: number | null) =>
    Object.assign(new Error('away'), { retryAfterSeconds });

  it('doubles from 2.5 s to ten minutes', () => {
    const pauses = Array.from({ length: 10 }, (_, tries) => retryDelaySeconds(tries, new Error('away')));
    expect(pauses).toEqual([2.5, 5, 10, 20, 40, 80, 160, 320, 600, 600]);
  });

  it('is as long as is asked for, where that is longer', () => {
    expect(retryDelaySeconds(1, failure(90))).toBe(90);
    expect(retryDelaySeconds(7, failure(90))).toBe(320);
    expect(retryDelaySeconds(1, failure(null))).toBe(5);
    expect(retryDelaySeconds(20, failure(900))).toBe(900);
  });
});
