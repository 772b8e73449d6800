import { Clock, parseDuration } from './clock';

describe('the time of the sandbox', () => {
  it('stands while something that was due is carried out, and runs on afterwards', () => {
    const clock = new Clock(86_400_000);
    expect(clock.standingAt(1_000, () => [clock.now(), clock.iso()])).toEqual([
      1_000,
      '1970-01-01T00:00:01.000Z',
    ]);
    expect(Math.abs(clock.now() - Date.now() - 86_400_000)).toBeLessThan(1_000);
  });

  it('stands where it stood, when what was due has carried out something else, however that went', () => {
    const clock = new Clock();
    const fail = (): never => {
      throw new Error('no');
    };
    const after = clock.standingAt(2_000, () => {
      expect(() => clock.standingAt(1_000, fail)).toThrow('no');
      return clock.now();
    });
    expect(after).toBe(2_000);
    expect(clock.now()).toBeGreaterThan(2_000);
  });

  it.each<[string | number, number | null]>([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['4d', 345_600_000],
    ['2w', 1_209_600_000],
    [' 90 ', 90_000],
    [90, 90_000],
    ['4 d', 345_600_000],
    ['4y', null],
    ['-4d', null],
    ['', null],
    [Infinity, null],
  ])('reads %p as %p ms', (text, ms) => expect(parseDuration(text)).toBe(ms));
});
