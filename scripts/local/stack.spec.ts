import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { built } from './project';
import { settingsForCommands } from './settings';
import { startStack, type Stack, type StackOptions } from './stack';

// Each case starts Postgres, a sandbox, the service and two commands, some twice: 12 s on a quiet machine.
jest.setTimeout(180_000);

const ENV = { PATH: process.env.PATH };
const FREE = { servicePort: 0, sandboxPort: 0, env: ENV };

describe('the local stack', () => {
  let stateDir: string;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'billing-spec-'));
    // Passable for the account that Postgres runs as, or its files would be kept elsewhere.
    await chmod(stateDir, 0o711);
  });

  afterAll(() => rm(stateDir, { recursive: true, force: true }));

  const onTestEnd: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of onTestEnd.splice(0)) await end();
  });

  const start = async (options: Partial<StackOptions> = {}): Promise<Stack> => {
    const stack = await startStack({ ...FREE, stateDir, ...options });
    onTestEnd.push(() => stack.stop());
    return stack;
  };

  it('keeps its organisation and its one webhook endpoint when it comes back on other ports', async () => {
    const first = await start();
    await first.stop();
    const second = await start();
    expect(second.serviceUrl).not.toBe(first.serviceUrl);
    expect(second.demo).toEqual(first.demo);
    expect(await statusOf(second)).toBe(200);
    expect(await endpointUrls(second)).toEqual([`${second.serviceUrl}/webhooks/dodo`]);
  });

  it('makes a new key when the database does not know the old one', async () => {
    const first = await start();
    await first.stop();
    await rm(join(stateDir, 'postgres'), { recursive: true });
    const second = await start();
    expect(second.demo.key).not.toBe(first.demo.key);
    expect(await statusOf(second)).toBe(200);
  });

  it('says that there is no such program, and how a script or a line of shell is run offline', async () => {
    const run = promisify(execFile)(process.execPath, [built('scripts', 'local', 'offline.js'), 'nosuch'], {
      env: ENV,
    });
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/There is no program "nosuch"\. .*`npm run offline -- npm run …`.*sh -c/),
    });
  });

  it('runs a command offline where npm was called, whatever account the machine knows, and ends as it did', async () => {
    const program = `
      const { BILLING_URL, BILLING_API_KEY, SANDBOX_URL, BILLING_OPERATOR_TOKEN } = process.env;
      const body = JSON.stringify({ planId: 'plan_pro', successUrl: 'https://a.example/', cancelUrl: 'https://a.example/' });
      const headers = { 'x-api-key': BILLING_API_KEY, 'content-type': 'application/json' };
      fetch(BILLING_URL + '/billing/checkout', { method: 'POST', headers, body })
        .then((answer) => answer.json())
        .then(({ data }) => {
          const isPlayed = data.checkoutUrl.startsWith(SANDBOX_URL);
          console.log(JSON.stringify({ isPlayed, cwd: process.cwd(), token: BILLING_OPERATOR_TOKEN.length }));
          process.exitCode = 7;
        });`;
    const offline = [built('scripts', 'local', 'offline.js'), process.execPath, '-e', program];
    const env = {
      ...ENV,
      INIT_CWD: stateDir,
      DATABASE_URL: 'postgres://nowhere/billing',
      DODO_PAYMENTS_ENVIRONMENT: 'live_mode',
      DODO_PAYMENTS_API_KEY: 'a real key',
      PLANS_FILE: '/nowhere.json',
      GLOBAL_PREFIX: '/elsewhere',
    };
    const { code, stdout } = await promisify(execFile)(process.execPath, offline, { env }).catch(
      (error) => error,
    );
    expect([code, JSON.parse(stdout)]).toEqual([
      7,
      { isPlayed: true, cwd: stateDir, token: expect.any(Number) },
    ]);
  });

  it('gives commands the settings of the service: doctor finds all well', async () => {
    const { env } = await start();
    const file = join(stateDir, 'env');
    await writeFile(file, settingsForCommands(env));
    const doctor = [`--env-file=${file}`, built('cli.js'), 'doctor'];
    const { stdout } = await promisify(execFile)(process.execPath, doctor, { env: ENV });
    expect(stdout).not.toContain('"warning"');
    expect(JSON.parse(stdout)).toMatchObject({ isWell: true });
  });

  it('names the setting of a port that is taken, and starts nothing', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    onTestEnd.push(() => blocker.close());
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const fresh = join(stateDir, 'fresh');
    await expect(start({ stateDir: fresh, sandboxPort: port })).rejects.toThrow(`Port ${port} is taken`);
    await expect(start({ stateDir: fresh, servicePort: port })).rejects.toThrow(`PORT=${port + 1}`);
    expect(existsSync(fresh)).toBe(false);
  });

  it('shows the log of a service that does not start, and leaves nothing running', async () => {
    const progress: string[] = [];
    const failing = start({ env: { ...ENV, LOG_LEVEL: 'loud' }, onProgress: (what) => progress.push(what) });
    await expect(failing).rejects.toThrow('LOG_LEVEL must be one of');
    expect(progress).toContain('Starting the service');
    await expect(start()).resolves.toBeDefined();
  });
});

async function statusOf({ serviceUrl, demo }: Stack): Promise<number> {
  const { status } = await fetch(`${serviceUrl}/billing/status`, { headers: { 'x-api-key': demo.key } });
  return status;
}

async function endpointUrls({ sandboxUrl }: Stack): Promise<string[]> {
  const answer = await fetch(`${sandboxUrl}/webhooks`, { headers: { authorization: 'Bearer sandbox' } });
  return ((await answer.json()) as { data: { url: string }[] }).data.map(({ url }) => url);
}
