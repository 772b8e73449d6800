import { ConfigError, loadConfig, loadDodoAccess, secretsOf } from './config';
import { decodeWebhookKey } from './config-fields';

describe('loadConfig', () => {
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  const complete = {
    DATABASE_URL: 'postgres://localhost/billing',
    DODO_PAYMENTS_API_KEY: 'key',
    DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:4010',
    DODO_PAYMENTS_WEBHOOK_KEY: secret,
    DODO_SETUP_FEE_PRODUCT_ID: 'pdt_fee',
  };

  function problemsOf(changes: Record<string, string | undefined>): string[] {
    try {
      loadConfig({ ...complete, ...changes });
      return [];
    } catch (error) {
      return (error as ConfigError).problems;
    }
  }

  it('needs the database and the Dodo settings alone', () => {
    expect(loadConfig(complete)).toMatchObject({
      port: 3000,
      jobs: 'inline',
      globalPrefix: '',
      plansFile: null,
      operatorToken: null,
      rateLimitPerMinute: 600,
      redisUrl: null,
      watch: {
        logLevel: 'log',
        logFormat: 'auto',
        accessLog: 'all',
        metricsPort: null,
        isTraced: false,
        shutdownDelaySeconds: 0,
      },
      reconcileEveryMinutes: 60,
      dodo: { requestsPerMinute: 240, target: { baseUrl: 'http://127.0.0.1:4010' }, webhookKeys: [secret] },
      allowLoopbackWebhooks: false,
      warnings: [expect.stringContaining('API_KEY_PEPPER'), expect.stringContaining('SECRETS_KEY')],
    });
  });

  it('lists every missing setting at once', () => {
    expect(() => loadConfig({})).toThrow(ConfigError);
    expect(problemsOf(Object.fromEntries(Object.keys(complete).map((name) => [name, undefined])))).toEqual([
      expect.stringMatching(/^DATABASE_URL is required/),
      expect.stringMatching(/^DODO_PAYMENTS_API_KEY is required/),
      expect.stringMatching(/^DODO_PAYMENTS_WEBHOOK_KEY is required/),
      expect.stringMatching(/^DODO_SETUP_FEE_PRODUCT_ID is required/),
      expect.stringMatching(/^set DODO_PAYMENTS_ENVIRONMENT .* or DODO_PAYMENTS_BASE_URL/),
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['DODO_REQUESTS_PER_MINUTE', '0', /must be a whole number of calls, 1 or more/],
    ['RECONCILE_EVERY_MINUTES', '-1', /must be a whole number of minutes, or 0 for never/],
    ['PORT', 'http', /PORT must be a port number/],
    ['PORT', '70000', /PORT must be a port number/],
    ['DATABASE_URL', 'mysql://x', /DATABASE_URL must be a URL such as postgres/],
    ['DATABASE_URL', 'postgres://me:100%@localhost/x', /DATABASE_URL must have each % .* written as %25/],
    ['DATABASE_URL', 'postgres://100%:me@localhost/x', /DATABASE_URL must have each % .* written as %25/],
    ['REDIS_URL', 'redis://:100%@localhost', /REDIS_URL must have each % .* written as %25/],
    ['DODO_PAYMENTS_BASE_URL', 'ftp://x', /DODO_PAYMENTS_BASE_URL must be a URL such as http/],
    ['DODO_PAYMENTS_BASE_URL', 'http://me:it@x', /DODO_PAYMENTS_BASE_URL must have no user and password/],
    ['DODO_PAYMENTS_BASE_URL', 'http://:it@x', /DODO_PAYMENTS_BASE_URL must have no user and password/],
    ['OPERATOR_TOKEN', 'geheim\u00e9r T\u00f6ken', /OPERATOR_TOKEN must be printable ASCII/],
    ['OPERATOR_TOKEN', 'first\nsecond', /OPERATOR_TOKEN must be printable ASCII/],
    ['DODO_PAYMENTS_API_KEY', 'first\nsecond', /DODO_PAYMENTS_API_KEY must be visible ASCII/],
    ['DODO_PAYMENTS_API_KEY', 'k\u0435y', /DODO_PAYMENTS_API_KEY must be visible ASCII/],
    ['DODO_PAYMENTS_WEBHOOK_KEY', 'whsec_', /must be base64/],
    ['DODO_PAYMENTS_WEBHOOK_KEY', 'whsec_!!!!', /must be base64/],
    ['DODO_PAYMENTS_WEBHOOK_KEY', `whsec_${'A'.repeat(41)}`, /must be base64/],
    ['DODO_PAYMENTS_WEBHOOK_KEY', `whsec_${'A'.repeat(40)}=`, /must be base64/],
    ['DODO_PAYMENTS_WEBHOOK_KEY', 'whsec_c2hvcnQ=', /decodes to 5 bytes: at least 24/],
    [
      'DODO_PAYMENTS_WEBHOOK_KEY',
      `whsec_${Buffer.alloc(23, 1).toString('base64')}`,
      /decodes to 23 bytes: at least 24/,
    ],
    ['DODO_PAYMENTS_WEBHOOK_KEY', `${secret},`, /secret 2 must be base64/],
    ['GLOBAL_PREFIX', 'a b', /GLOBAL_PREFIX must be a path/],
    ['JOBS', 'maybe', /JOBS must be inline or off/],
    ['RATE_LIMIT_PER_MINUTE', '-1', /RATE_LIMIT_PER_MINUTE must be a whole number/],
    ['RATE_LIMIT_PER_MINUTE', '1e3', /RATE_LIMIT_PER_MINUTE must be a whole number/],
    ['REDIS_URL', 'localhost:6379', /REDIS_URL must be a URL such as redis/],
    ['SECRETS_KEY', 'x'.repeat(31), /SECRETS_KEY must have at least 32 characters/],
    ['SECRETS_KEY', `${'x'.repeat(32)},short`, /SECRETS_KEY must have at least 32 characters/],
    ['ALLOW_LOOPBACK_WEBHOOKS', 'yes', /ALLOW_LOOPBACK_WEBHOOKS must be true or false/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL must be one of off, fatal, error, warn, log, debug, verbose/],
    ['LOG_FORMAT', 'xml', /LOG_FORMAT must be one of auto, json, pretty/],
    ['ACCESS_LOG', 'some', /ACCESS_LOG must be one of all, failures, off/],
    ['METRICS_PORT', 'yes', /METRICS_PORT must be a port number/],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'collector:4318',
      /OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http/,
    ],
    [
      'SHUTDOWN_DELAY_SECONDS',
      '5s',
      /SHUTDOWN_DELAY_SECONDS must be a whole number of seconds from 0 to 600/,
    ],
    [
      'SHUTDOWN_DELAY_SECONDS',
      '601',
      /SHUTDOWN_DELAY_SECONDS must be a whole number of seconds from 0 to 600/,
    ],
    [
      'SHUTDOWN_DELAY_SECONDS',
      '1000',
      /SHUTDOWN_DELAY_SECONDS must be a whole number of seconds from 0 to 600/,
    ],
  ])('refuses %s=%s', (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(problem)]);
  });

  it.each<[string, string, RegExp]>([
    ['DODO_PAYMENTS_ENVIRONMENT', ' prod\n', /must be test_mode or live_mode, not "prod"$/],
    ['JOBS', 'on', /must be inline or off, not "on"$/],
  ])('says what %s is', (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(problem)]);
  });

  it.each([
    'DATABASE_URL',
    'REDIS_URL',
    'DODO_PAYMENTS_API_KEY',
    'DODO_PAYMENTS_WEBHOOK_KEY',
    'SECRETS_KEY',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ])('keeps what %s is to itself', (name) =>
    expect(problemsOf({ [name]: 'hush hush' }).join()).toMatch(new RegExp(`^${name} (?!.*hush)`)),
  );

  it('names all wrong settings together', () => {
    expect(problemsOf({ PORT: 'x', JOBS: 'y', DATABASE_URL: '' })).toHaveLength(3);
  });

  it('passes over space around a value', () => {
    const spaced = Object.fromEntries(Object.entries(complete).map(([name, value]) => [name, ` ${value}\n`]));
    expect(loadConfig(spaced).dodo).toEqual(loadConfig(complete).dodo);
  });

  it('takes all that may be set', () => {
    const set = {
      ...complete,
      PORT: '65535',
      DATABASE_URL: 'postgresql://localhost/billing',
      REDIS_URL: 'rediss://redis.example.com',
      PLANS_FILE: 'plans.json',
      OPERATOR_TOKEN: 'the token of an operator',
      RATE_LIMIT_PER_MINUTE: '1',
      RECONCILE_EVERY_MINUTES: '0',
      GLOBAL_PREFIX: '/a/b/',
      JOBS: 'off',
      METRICS_PORT: '0',
      ALLOW_LOOPBACK_WEBHOOKS: 'true',
      SHUTDOWN_DELAY_SECONDS: '600',
    };
    expect(loadConfig(set)).toMatchObject({
      port: 65_535,
      databaseUrl: set.DATABASE_URL,
      redisUrl: set.REDIS_URL,
      plansFile: 'plans.json',
      operatorToken: set.OPERATOR_TOKEN,
      rateLimitPerMinute: 1,
      reconcileEveryMinutes: 0,
      globalPrefix: 'a/b',
      jobs: 'off',
      allowLoopbackWebhooks: true,
      watch: { metricsPort: 0, shutdownDelaySeconds: 600 },
    });
    expect(loadDodoAccess(set)).toMatchObject({ plansFile: 'plans.json', setupFeeProductId: 'pdt_fee' });
  });

  it('takes an address and test_mode together, and calls the address', () => {
    const both = { ...complete, DODO_PAYMENTS_ENVIRONMENT: 'test_mode' };
    expect(loadConfig(both).dodo.target).toEqual({ baseUrl: complete.DODO_PAYMENTS_BASE_URL });
    expect(loadDodoAccess(both).access.target).toEqual({ baseUrl: complete.DODO_PAYMENTS_BASE_URL });
  });

  it.each([
    ['info', 'log'],
    ['trace', 'verbose'],
    ['silent', 'off'],
    ['off', 'off'],
    [' warn ', 'warn'],
    ['', 'log'],
  ])('takes LOG_LEVEL=%s for %s', (value, level) => {
    expect(loadConfig({ ...complete, LOG_LEVEL: value }).watch.logLevel).toBe(level);
  });

  it('warns of an operator token of fewer than 32 characters, and takes it', () => {
    const short = { ...complete, OPERATOR_TOKEN: 'x'.repeat(31) };
    expect(loadConfig(short)).toMatchObject({
      operatorToken: short.OPERATOR_TOKEN,
      warnings: expect.arrayContaining([expect.stringMatching(/^OPERATOR_TOKEN has fewer than 32/)]),
    });
    const long = loadConfig({ ...complete, OPERATOR_TOKEN: 'x'.repeat(32) });
    expect(long.warnings.join()).not.toContain('OPERATOR_TOKEN');
  });

  it('gives a mail box one trial, but for a sandbox', () => {
    expect(loadConfig(complete).oneTrialPerEmail).toBe(false);
    expect(loadConfig({ ...complete, ONE_TRIAL_PER_EMAIL: 'on' }).oneTrialPerEmail).toBe(true);
    const testMode = {
      ...complete,
      DODO_PAYMENTS_BASE_URL: undefined,
      DODO_PAYMENTS_ENVIRONMENT: 'test_mode',
    };
    expect(loadConfig(testMode).oneTrialPerEmail).toBe(true);
    expect(loadConfig({ ...testMode, ONE_TRIAL_PER_EMAIL: 'off' }).oneTrialPerEmail).toBe(false);
  });

  describe('secrets', () => {
    it('takes a webhook secret that lacks its padding', () => {
      for (const bytes of [24, 25, 26]) {
        const padded = `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
        const bare = padded.replaceAll('=', '');
        expect(problemsOf({ DODO_PAYMENTS_WEBHOOK_KEY: bare })).toEqual([]);
        expect(decodeWebhookKey(bare)).toEqual(Buffer.alloc(bytes, 7));
        expect(decodeWebhookKey(padded)).toEqual(Buffer.alloc(bytes, 7));
      }
    });

    it('takes two webhook secrets, with or without their prefix', () => {
      const bare = Buffer.alloc(32, 2).toString('base64');
      expect(
        loadConfig({ ...complete, DODO_PAYMENTS_WEBHOOK_KEY: `${secret}, ${bare}` }).dodo.webhookKeys,
      ).toEqual([secret, bare]);
      expect(decodeWebhookKey(bare)).toEqual(Buffer.alloc(32, 2));
    });

    it('takes two keys for secrets during a rotation', () => {
      const keys = ['n'.repeat(32), 'o'.repeat(40)];
      expect(loadConfig({ ...complete, SECRETS_KEY: keys.join(', ') }).secretsKeys).toEqual(keys);
    });
  });

  describe('in live mode', () => {
    const live = { DODO_PAYMENTS_BASE_URL: undefined, DODO_PAYMENTS_ENVIRONMENT: 'live_mode' };
    const ready = {
      ...live,
      API_KEY_PEPPER: 'p'.repeat(32),
      SECRETS_KEY: 's'.repeat(32),
      PLANS_FILE: 'plans.json',
    };

    it('asks for real keys and a catalogue', () => {
      expect(problemsOf(live)).toEqual([
        expect.stringMatching(/^API_KEY_PEPPER must have at least 32/),
        expect.stringMatching(/^SECRETS_KEY is required/),
        expect.stringMatching(/^PLANS_FILE is required/),
      ]);
      expect(problemsOf(ready)).toEqual([]);
    });

    it('calls the account in which money is real', () => {
      expect(loadConfig({ ...complete, ...ready }).dodo.target).toEqual({ environment: 'live_mode' });
      expect(loadDodoAccess({ ...complete, ...ready }).access.target).toEqual({ environment: 'live_mode' });
    });

    it.each<[string, Record<string, string>, RegExp]>([
      [
        'to go without a key for secrets, however the mode is written',
        { DODO_PAYMENTS_ENVIRONMENT: ' live_mode\n', SECRETS_KEY: '' },
        /^SECRETS_KEY is required/,
      ],
      [
        'a short pepper',
        { API_KEY_PEPPER: 'p'.repeat(31) },
        /^API_KEY_PEPPER must have at least 32 characters in live_mode/,
      ],
      [
        'a short operator token',
        { OPERATOR_TOKEN: 'x'.repeat(31) },
        /^OPERATOR_TOKEN must have at least 32 characters in live_mode/,
      ],
      [
        'an address beside it',
        { DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:4010' },
        /^DODO_PAYMENTS_BASE_URL must not be set in live_mode/,
      ],
      [
        'customers on this machine',
        { ALLOW_LOOPBACK_WEBHOOKS: ' true\n' },
        /^ALLOW_LOOPBACK_WEBHOOKS must be false in live_mode/,
      ],
    ])('refuses %s', (_, changes, problem) => {
      expect(problemsOf({ ...ready, ...changes })).toEqual([expect.stringMatching(problem)]);
    });
  });
});

describe('secretsOf', () => {
  it('has every secret of the settings, so that none of them reaches a log', () => {
    const [first, second] = ['old', 'new'].map((age) => `whsec_${Buffer.alloc(24, age).toString('base64')}`);
    const keys = ['a key of secrets that nobody could guess', 'another one for as long as a rotation takes'];
    const config = loadConfig({
      DATABASE_URL: 'postgres://billing:the-p%40ssword@localhost/billing',
      REDIS_URL: 'redis://:of-redis@localhost',
      DODO_PAYMENTS_API_KEY: 'key-of-dodo',
      DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:4010',
      DODO_PAYMENTS_WEBHOOK_KEY: `${first},${second}`,
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_fee',
      API_KEY_PEPPER: 'a pepper',
      SECRETS_KEY: keys.join(','),
      OPERATOR_TOKEN: 'a token',
    });
    expect(secretsOf(config)).toEqual(
      expect.arrayContaining([
        'the-p@ssword',
        'the-p%40ssword',
        'of-redis',
        'key-of-dodo',
        first,
        second,
        'a pepper',
        ...keys,
        'a token',
      ]),
    );
  });
});
