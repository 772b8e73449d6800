import { join } from 'node:path';
import { ensureDemoOrg, type DemoOrg } from './demo-org';
import { startPostgres, type LocalPostgres } from './embedded-postgres';
import { freePort, requireFreePort } from './ports';
import { startProgram, waitUntilServes, type Program } from './program';
import { built } from './project';
import { ensureWebhookEndpoint } from './sandbox-endpoint';
import { keptSecret, usesOwnDodo } from './settings';

const SANDBOX_START_MS = 20_000;
/** Includes the migrations of a first start. */
const SERVICE_START_MS = 60_000;

export interface StackOptions {
  /** Where everything that is kept lies; null: nothing is kept, whatever way this ends. */
  stateDir: string | null;
  /** 0: a free one. */
  servicePort: number;
  sandboxPort: number;
  /** What the user has set. It wins: a DATABASE_URL or a Dodo environment of theirs is used instead of ours. */
  env: NodeJS.ProcessEnv;
  onProgress?: (what: string) => void;
  signal?: AbortSignal;
}

export interface Stack {
  serviceUrl: string;
  /** null when the user brings a Dodo environment of their own. */
  sandboxUrl: string | null;
  databaseUrl: string;
  /** All settings that the service runs with; the CLI needs the same. */
  env: NodeJS.ProcessEnv;
  demo: DemoOrg;
  logs: Record<string, string>;
  /** Settles with a sentence when a part ends that was not asked to. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

interface Part {
  name: string;
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Postgres, the Dodo sandbox and the service on 127.0.0.1, ready to use; stopped in the opposite order. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const parts: Part[] = [];
  const stop = async (): Promise<void> => {
    while (parts.length > 0)
      await parts
        .at(-1)!
        .stop()
        .finally(() => parts.pop());
  };
  try {
    return { ...(await startParts(options, parts)), failed: firstToEnd(parts), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(options: StackOptions, parts: Part[]): Promise<Omit<Stack, 'failed' | 'stop'>> {
  const ports = await choosePorts(options);
  const step = (what: string): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.(what);
  };
  step(usesOwnDatabase(options) ? 'Using the database of DATABASE_URL' : 'Starting Postgres');
  const { databaseUrl, stateDir } = await startDatabase(options, parts);
  const ownDodo = usesOwnDodo(options.env);
  step(ownDodo ? 'Using a Dodo environment of your own' : 'Starting the Dodo sandbox');
  const sandbox = ownDodo ? null : await startSandbox(options, ports.sandbox, stateDir, parts);
  step('Starting the service');
  const serviceUrl = `http://127.0.0.1:${ports.service}${prefixPath(options.env)}`;
  const dodo = sandbox ? await sandboxSettings(sandbox.url, serviceUrl) : {};
  const ours = { ...dodo, DATABASE_URL: databaseUrl, PORT: String(ports.service) };
  const env = serviceEnvironment(options.env, ours, stateDir);
  const service = await startService(serviceUrl, env, stateDir, options, parts);
  step('Preparing the demo organization');
  const demo = await ensureDemoOrg(serviceUrl, env, join(stateDir, 'demo.json'));
  const logs = { service: service.log, ...(sandbox && { sandbox: sandbox.program.log }) };
  return { serviceUrl, sandboxUrl: sandbox?.url ?? null, databaseUrl, env, demo, logs };
}

async function choosePorts(options: StackOptions): Promise<{ service: number; sandbox: number }> {
  if (options.servicePort) await requireFreePort(options.servicePort, 'service', 'PORT');
  if (options.sandboxPort && !usesOwnDodo(options.env)) {
    await requireFreePort(options.sandboxPort, 'Dodo sandbox', 'SANDBOX_PORT');
  }
  return {
    service: options.servicePort || (await freePort()),
    sandbox: options.sandboxPort || (await freePort()),
  };
}

const usesOwnDatabase = ({ stateDir, env }: StackOptions): boolean => Boolean(stateDir && env.DATABASE_URL);

async function startDatabase(
  options: StackOptions,
  parts: Part[],
): Promise<{ databaseUrl: string; stateDir: string }> {
  const { stateDir, env } = options;
  if (stateDir && env.DATABASE_URL) return { databaseUrl: env.DATABASE_URL, stateDir };
  const postgres: LocalPostgres = await startPostgres(
    stateDir ? { durable: true, dataDir: join(stateDir, 'postgres') } : { durable: false },
  );
  parts.push({ name: 'database', ended: postgres.ended, stop: () => postgres.stop() });
  // The files of a throw-away database vanish with it, so that is where the others go too.
  return { databaseUrl: postgres.url, stateDir: stateDir ?? join(postgres.home, 'stack') };
}

async function startSandbox(
  options: StackOptions,
  port: number,
  stateDir: string,
  parts: Part[],
): Promise<{ url: string; program: Program }> {
  const dataDir = options.stateDir ? (options.env.SANDBOX_DATA_DIR ?? join(stateDir, 'sandbox')) : '';
  const program = startProgram({
    name: 'Dodo sandbox',
    script: built('sandbox', 'main.js'),
    env: { ...options.env, SANDBOX_HOST: '127.0.0.1', SANDBOX_PORT: String(port), SANDBOX_DATA_DIR: dataDir },
    log: join(stateDir, 'sandbox.log'),
  });
  parts.push(program);
  const url = `http://127.0.0.1:${port}`;
  await waitUntilServes(program, `${url}/_sandbox/clock`, SANDBOX_START_MS, options.signal);
  return { url, program };
}

async function startService(
  url: string,
  env: NodeJS.ProcessEnv,
  stateDir: string,
  { signal }: StackOptions,
  parts: Part[],
): Promise<Program> {
  const log = join(stateDir, 'service.log');
  const program = startProgram({ name: 'service', script: built('main.js'), env, log });
  parts.push(program);
  await waitUntilServes(program, `${url}/health`, SERVICE_START_MS, signal);
  return program;
}

async function sandboxSettings(sandboxUrl: string, serviceUrl: string): Promise<NodeJS.ProcessEnv> {
  return {
    DODO_PAYMENTS_API_KEY: 'sandbox',
    DODO_PAYMENTS_BASE_URL: sandboxUrl,
    DODO_PAYMENTS_WEBHOOK_KEY: await ensureWebhookEndpoint(sandboxUrl, `${serviceUrl}/webhooks/dodo`),
    DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee',
  };
}

function serviceEnvironment(
  users: NodeJS.ProcessEnv,
  ours: NodeJS.ProcessEnv,
  stateDir: string,
): NodeJS.ProcessEnv {
  const set = Object.entries(users).filter(([, value]) => value?.trim());
  const secrets = {
    API_KEY_PEPPER: users.API_KEY_PEPPER ?? keptSecret(join(stateDir, 'api-key-pepper')),
    SECRETS_KEY: users.SECRETS_KEY ?? keptSecret(join(stateDir, 'secrets-key')),
    OPERATOR_TOKEN: users.OPERATOR_TOKEN ?? keptSecret(join(stateDir, 'operator-token')),
  };
  const forLocalWork =
    users.DODO_PAYMENTS_ENVIRONMENT === 'live_mode' ? {} : { ALLOW_LOOPBACK_WEBHOOKS: 'true' };
  // People read the log: `.local/service.log`.
  const defaults = { LOG_FORMAT: 'pretty', ...forLocalWork };
  return { ...defaults, ...secrets, ...ours, ...Object.fromEntries(set), PORT: ours.PORT };
}

function prefixPath({ GLOBAL_PREFIX }: NodeJS.ProcessEnv): string {
  const prefix = GLOBAL_PREFIX?.trim().replace(/^\/|\/$/g, '');
  return prefix ? `/${prefix}` : '';
}

const firstToEnd = (parts: Part[]): Promise<string> =>
  Promise.race(
    parts.map(({ name, ended }) =>
      ended.then((how) => (typeof how === 'string' ? `The ${name} ${how}.` : `The ${name} has ended.`)),
    ),
  );
