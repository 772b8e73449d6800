import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { built } from './project';
import { keptSecret, plainEnvironment, portFrom, settingsForCommands, usesOwnDodo } from './settings';

describe('the settings of a local start', () => {
  it.each<[string | undefined, number]>([
    [undefined, 3000],
    ['', 3000],
    ['1', 1],
    ['65535', 65_535],
  ])('PORT=%p is port %i', (text, port) => expect(portFrom({ PORT: text }, 'PORT', 3000)).toBe(port));

  it.each(['0', '65536', '-1', '3000.5', 'http'])('PORT=%s is refused', (text) =>
    expect(() => portFrom({ PORT: text }, 'PORT', 3000)).toThrow(
      `PORT must be a port number from 1 to 65535, not "${text}"`,
    ),
  );

  it('know whether somebody brings a Dodo environment of their own', () => {
    expect(usesOwnDodo({ DODO_PAYMENTS_API_KEY: 'key' })).toBe(false);
    expect(usesOwnDodo({ DODO_PAYMENTS_ENVIRONMENT: 'test_mode' })).toBe(true);
    expect(usesOwnDodo({ DODO_PAYMENTS_BASE_URL: 'http://127.0.0.1:4010' })).toBe(true);
  });

  it('leave what is of a real account out of what is thrown away', () => {
    const real = {
      DATABASE_URL: 'postgres://db/billing',
      DODO_PAYMENTS_API_KEY: 'a real key',
      DODO_PAYMENTS_ENVIRONMENT: 'live_mode',
      OPERATOR_TOKEN: 'a token',
      API_KEY_PEPPER: 'a pepper',
      PLANS_FILE: 'plans.json',
      GLOBAL_PREFIX: '/x',
      JOBS: 'off',
      REDIS_URL: 'redis://db',
      RATE_LIMIT_PER_MINUTE: '1',
      PORT: '3000',
      SANDBOX_PORT: '4010',
    };
    expect(plainEnvironment({ ...real, PATH: '/bin', LOG_LEVEL: 'debug' })).toEqual({
      PATH: '/bin',
      LOG_LEVEL: 'debug',
    });
  });

  it('are given to commands without what is of one process alone', () => {
    const shared = {
      DATABASE_URL: 'postgres://a"b\\c',
      SECRETS_KEY: 'key',
      DODO_PAYMENTS_API_KEY: 'sandbox',
    };
    expect(settingsForCommands({ ...shared, PATH: '/bin', JOBS: 'off', METRICS_PORT: '1' })).toBe(
      'DATABASE_URL="postgres://a\\"b\\\\c"\nSECRETS_KEY="key"\nDODO_PAYMENTS_API_KEY="sandbox"\n',
    );
  });

  it('have secrets that are made once, and are for nobody else’s eyes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'billing-spec-'));
    try {
      const file = join(folder, 'deep', 'secret');
      const secret = keptSecret(file);
      expect(secret.length).toBeGreaterThanOrEqual(32);
      expect([keptSecret(file), readFileSync(file, 'utf8').trim()]).toEqual([secret, secret]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(keptSecret(join(folder, 'other'))).not.toBe(secret);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.each(['start', 'demo', 'demo-month'])('npm run %s', (name) => {
  // One that starts all the same ends soon: its port is none, or what it plays is thrown away.
  const run = (argument: string) =>
    promisify(execFile)(process.execPath, [built('scripts', 'local', `${name}.js`), argument], {
      env: { PATH: process.env.PATH, PORT: 'none' },
    });

  it('says what it is when it is asked, and does nothing', async () => {
    const { stdout, stderr } = await run('--help');
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^npm (start|run demo)/), '']);
  });

  it('takes no argument, rather than to do something else than was meant', async () => {
    await expect(run('--port=3001')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^There is no argument --port=3001\.\n\nnpm (start|run demo)/),
    });
  });
});
