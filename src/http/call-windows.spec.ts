import { Clock } from '../clock';
import { CallWindows } from './call-windows';

describe('calls by the minute', () => {
  const clock = new Clock();
  let at: Date;
  let windows: CallWindows;
  const passSeconds = (seconds: number) => (at = clock.secondsFromNow(seconds));
  const calls = (key: string) => windows.count(key).calls;

  beforeEach(() => {
    at = new Date('2026-03-01T12:00:00Z');
    jest.spyOn(clock, 'now').mockImplementation(() => at);
    windows = new CallWindows(60, clock);
  });

  it('are counted by key', () => {
    expect(['a', 'a', 'b', 'a'].map(calls)).toEqual([1, 2, 1, 3]);
  });

  it('keep their own count, however late it is looked at', () => {
    const counted = ['a', 'a', 'a'].map((key) => windows.count(key));
    expect(counted.map((one) => one.calls)).toEqual([1, 2, 3]);
  });

  it('begin anew a minute after the first of them, not after the last', () => {
    expect(windows.count('a').endsAt).toEqual(new Date('2026-03-01T12:01:00Z'));
    passSeconds(59.999);
    expect(windows.count('a')).toEqual({ calls: 2, endsAt: new Date('2026-03-01T12:01:00Z') });
    passSeconds(0.001);
    expect(windows.count('a')).toEqual({ calls: 1, endsAt: new Date('2026-03-01T12:02:00Z') });
    expect(calls('a')).toBe(2);
  });

  it('are forgotten when their minute is over, though their key never comes again', () => {
    for (let i = 0; i < 1000; i += 1) calls(`once ${i}`);
    passSeconds(30);
    expect([calls('later'), windows.size]).toEqual([1, 1001]);
    passSeconds(30);
    expect([calls('new'), windows.size]).toEqual([1, 2]);
    expect(calls('later')).toBe(2);
  });

  it('forget no key that has come again, though it came first', () => {
    calls('first');
    passSeconds(40);
    calls('second');
    passSeconds(20);
    calls('first');
    passSeconds(40);
    calls('third');
    expect(windows.size).toBe(2);
    expect(calls('first')).toBe(2);
  });
});
