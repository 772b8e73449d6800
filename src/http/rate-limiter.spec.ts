import { Logger } from '@nestjs/common';
import { Clock } from '../clock';
import { loadConfig } from '../config';
import { RateLimited, RateLimiter } from './rate-limiter';

const ENVIRONMENT = {
  DATABASE_URL: 'postgres://localhost/billing',
  DODO_PAYMENTS_API_KEY: 'key',
  DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:4010',
  DODO_PAYMENTS_WEBHOOK_KEY: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  DODO_SETUP_FEE_PRODUCT_ID: 'pdt_fee',
};

describe('what an organization may ask of Dodo in a minute', () => {
  const limitOf = async (perMinute: number) => {
    const config = loadConfig({ ...ENVIRONMENT, DODO_REQUESTS_PER_MINUTE: String(perMinute) });
    return (await new RateLimiter(config, new Clock()).takeCostly('org_1', 'POST /billing/checkout'))!.limit;
  };

  it('is what Dodo takes, and never so little that nobody could be served', async () => {
    expect(await limitOf(240)).toBe(240);
    expect(await limitOf(1)).toBe(10);
  });
});

describe('a minute of calls', () => {
  const clock = new Clock();
  let at: Date;
  const passSeconds = (seconds: number) => (at = clock.secondsFromNow(seconds));
  const limiter = (perMinute: number) =>
    new RateLimiter(loadConfig({ ...ENVIRONMENT, RATE_LIMIT_PER_MINUTE: String(perMinute) }), clock);

  beforeEach(() => {
    at = new Date('2026-03-01T12:00:00Z');
    jest.spyOn(clock, 'now').mockImplementation(() => at);
  });
  afterEach(() => jest.restoreAllMocks());

  it('is over when it says so: whoever waits as long as it was told is served', async () => {
    const calls = limiter(1);
    await calls.take('key');
    for (const [seconds, told] of [
      [0.001, 60],
      [29.499, 31],
      [0.5, 30],
      [29.999, 1],
    ] as const) {
      passSeconds(seconds);
      expect(await calls.take('key')).toMatchObject({ secondsToReset: told, isExceeded: true });
    }
    passSeconds(1);
    expect(await calls.take('key')).toMatchObject({ remaining: 0, isExceeded: false });
  });

  it('says in words when it is over', async () => {
    const calls = limiter(5);
    const allowance = (await calls.take('key'))!;
    const message = (secondsToReset: number) => new RateLimited({ ...allowance, secondsToReset }).message;
    expect(message(2)).toBe('More than 5 calls in a minute. Try again in 2 seconds.');
    expect(message(1)).toBe('More than 5 calls in a minute. Try again in a second.');
  });

  it('tells the log once of an organization that asks more of Dodo than that', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const calls = limiter(1);
    for (let i = 0; i < 250; i += 1) await calls.takeCostly('org_1', 'POST /billing/checkout');
    expect(warn.mock.calls).toEqual([
      ['Organization org_1 has no calls left that make Dodo work: POST /billing/checkout is refused.'],
    ]);
  });

  it('is nobody’s concern without a limit, not even of whoever guesses at the operator token', () => {
    const guesses = limiter(0);
    for (let i = 0; i < 3; i += 1) expect(() => guesses.takeGuess('127.0.0.1')).not.toThrow();
    const limited = limiter(1);
    limited.takeGuess('127.0.0.1');
    expect(() => limited.takeGuess('127.0.0.1')).toThrow(RateLimited);
  });
});
