// The life of an image that was replayed: as a user without rights, on files that can't be written.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
/** The Node of the base image, from npm. */
export const NODE_BIN = join(here, 'node_modules', 'node', 'bin');
/** "nobody", where this runs as root: who stands for the image's user. */
export const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const START_MS = 60_000;

const children = new Set();

/** Whatever of it still runs. */
export function endAll() {
  for (const child of children) child.kill('SIGKILL');
}

/** Both programs and the command line, on a database and a sandbox of this project's own. */
export async function live(image) {
  const { startPostgres } = require(join(root, 'dist/scripts/local/embedded-postgres.js'));
  const { createSandbox } = require(join(root, 'dist/sandbox/server.js'));
  const { freePort } = require(join(root, 'dist/scripts/local/ports.js'));
  const postgres = await startPostgres({ durable: false });
  const sandbox = await createSandbox();
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      PORT: String(port),
      DATABASE_URL: postgres.url,
      DODO_PAYMENTS_API_KEY: 'sandbox',
      DODO_PAYMENTS_BASE_URL: sandbox.url,
      DODO_PAYMENTS_WEBHOOK_KEY: await endpointSecret(sandbox.url, `${url}/webhooks/dodo`),
      DODO_SETUP_FEE_PRODUCT_ID: 'pdt_setup_fee',
      JOBS: 'off',
    };
    const [apiEnv, workerEnv] = [
      { ...env, METRICS_PORT: String(await freePort()) },
      { ...env, METRICS_PORT: String(await freePort()) },
    ];
    const api = run(image, image.command, apiEnv);
    await until('the API listens', () => api.output().includes('Listening'), api);
    const worker = run(image, ['node', 'dist/worker.js'], workerEnv);
    await until('the worker runs', () => worker.output().includes('Running jobs'), worker);
    const checkHealth = (environment) => run(image, ['/bin/sh', '-c', image.health], environment).exit;
    check('the health check of the API passes', (await checkHealth(apiEnv)) === 0);
    check('the health check of the worker passes', (await checkHealth(workerEnv)) === 0);
    await buy(image, env, url, sandbox.url);
    api.kill('SIGTERM');
    check('the API ends with 0 on SIGTERM', (await api.exit) === 0, api.output());
    worker.kill('SIGTERM');
    check('the worker ends with 0 on SIGTERM', (await worker.exit) === 0, worker.output());
    check('the health check of what has stopped fails', (await checkHealth(apiEnv)) !== 0);
  } finally {
    await sandbox.close();
    await postgres.stop();
  }
}

async function buy(image, env, url, sandboxUrl) {
  const cli = async (...words) => {
    const command = run(image, ['node', 'dist/cli.js', ...words], env);
    check(`the command line: ${words.slice(0, 2).join(' ')}`, (await command.exit) === 0, command.output());
    return JSON.parse(command.output());
  };
  const org = await cli('org', 'create', '--name', 'Acme', '--email', 'billing@acme.example');
  const { key } = await cli('key', 'create', '--org', org.id, '--name', 'image');
  const call = async (method, path, body) => {
    const headers = { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) };
    const request = { method, headers, body: body && JSON.stringify(body) };
    return (await fetch(`${url}${path}`, request)).json();
  };
  const checkout = await call('POST', '/billing/checkout', {
    planId: 'plan_pro',
    successUrl: 'https://app.acme.com/billing/success',
    cancelUrl: 'https://app.acme.com/billing/cancel',
  });
  check('a checkout is opened', checkout.success === true, JSON.stringify(checkout));
  const session = new URL(checkout.data.checkoutUrl).pathname.split('/').at(-1);
  await sandboxCall(sandboxUrl, 'POST', `/_sandbox/checkouts/${session}/pay`, {});
  const feeIsBack = async () => {
    const { data } = await call('GET', '/billing/history');
    return data.items.some(({ type, status }) => type === 'refund' && status === 'succeeded');
  };
  await until('it is paid, and the fee comes back', feeIsBack);
}

async function endpointSecret(sandboxUrl, url) {
  const { id } = await sandboxCall(sandboxUrl, 'POST', '/webhooks', { url });
  return (await sandboxCall(sandboxUrl, 'GET', `/webhooks/${id}/secret`)).secret;
}

async function sandboxCall(sandboxUrl, method, path, body) {
  const headers = { authorization: 'Bearer sandbox', 'content-type': 'application/json' };
  const request = { method, headers, body: body && JSON.stringify(body) };
  const answer = await fetch(`${sandboxUrl}${path}`, request);
  if (!answer.ok) throw new Error(`✖ ${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function run(image, [program, ...args], env) {
  const child = spawn(program, args, {
    ...NOBODY,
    cwd: join(image.root, image.workdir),
    env: { PATH: `${NODE_BIN}:/usr/bin:/bin`, ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const exit = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code;
  });
  return {
    exit,
    output: () => text,
    kill: (signal) => child.kill(signal),
    hasEnded: () => child.exitCode !== null,
  };
}

async function until(what, look, process_) {
  const deadline = Date.now() + START_MS;
  while (!(await look())) {
    if (Date.now() > deadline || process_?.hasEnded()) check(what, false, process_?.output());
    await sleep(100);
  }
  console.log(`✔ ${what}`);
}

export function check(what, holds, seen = '') {
  if (!holds) throw new Error(`✖ ${what}\n${seen}`);
  console.log(`✔ ${what}`);
}
