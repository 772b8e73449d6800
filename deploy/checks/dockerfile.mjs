// Replays the Dockerfile in empty folders, for machines without a Docker engine, and then lives in what comes out:
// as a user without rights, on files that can't be written. An instruction that can't be replayed is an error, so
// that nothing is passed over. What it can't know: the base image's own packages.
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import dockerignore from '@balena/dockerignore';
import { DockerfileParser } from 'dockerfile-ast';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
/** The Node of the base image, from npm. */
const NODE_BIN = join(here, 'node_modules', 'node', 'bin');
/** "nobody", where this runs as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const START_MS = 60_000;

const ignored = dockerignore().add(readFileSync(join(root, '.dockerignore'), 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'autoposting-billing-image-'));
const children = new Set();

/** @returns the last stage: its folder, environment, command and health check */
function replay() {
  const dockerfile = DockerfileParser.parse(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const stages = new Map();
  let stage = null;
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword();
    const args = instruction.getArgumentsContent() ?? '';
    if (keyword === 'FROM') {
      const name = instruction.getBuildStage() ?? 'image';
      stage = { root: join(work, name), workdir: '/', env: {}, base: instruction.getImage() };
      mkdirSync(stage.root);
      stages.set(name, stage);
      checkBase(stage.base);
      continue;
    }
    const step = STEPS[keyword];
    if (!step) throw new Error(`✖ ${keyword} can't be replayed: teach this script how`);
    console.log(`  ${keyword} ${args.replaceAll(/\s+/g, ' ').slice(0, 100)}`);
    step(stage, args, instruction, stages);
  }
  return stage;
}

const STEPS = {
  WORKDIR(stage, path) {
    stage.workdir = posix.resolve(stage.workdir, path);
    mkdirSync(inStage(stage, stage.workdir), { recursive: true });
  },
  ENV(stage, _, instruction) {
    for (const property of instruction.getProperties()) stage.env[property.getName()] = property.getValue();
  },
  COPY(stage, _, instruction, stages) {
    const from = instruction
      .getFlags()
      .find((flag) => flag.getName() === 'from')
      ?.getValue();
    const paths = instruction
      .getArguments()
      .map((argument) => argument.getValue())
      .filter((path) => !path.startsWith('--'));
    const target = inStage(stage, posix.resolve(stage.workdir, paths.at(-1)));
    for (const source of paths.slice(0, -1)) copy(source, target, paths, from && stages.get(from));
  },
  RUN(stage, command) {
    execFileSync('/bin/sh', ['-c', command], {
      cwd: inStage(stage, stage.workdir),
      env: environment(stage.env),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  },
  USER(stage, user) {
    stage.user = user;
  },
  EXPOSE() {},
  HEALTHCHECK(stage, args) {
    stage.health = /CMD\s+([\s\S]+)$/.exec(args)[1].replaceAll('\\\n', ' ');
  },
  CMD(stage, args) {
    stage.command = JSON.parse(args);
  },
};

function copy(source, target, paths, stage) {
  const at = stage ? inStage(stage, source) : join(root, source);
  if (!existsSync(at)) throw new Error(`✖ COPY ${source}: it is not there`);
  const isDirectory = lstatSync(at).isDirectory();
  const into = isDirectory || paths.length === 2 ? target : join(target, source);
  if (stage) return cpSync(at, into, { recursive: true, verbatimSymlinks: true });
  const filter = (file) => lstatSync(file).isDirectory() || !ignored.ignores(relative(root, file));
  if (!isDirectory && !filter(at)) throw new Error(`✖ COPY ${source}: .dockerignore keeps it out`);
  cpSync(at, into, { recursive: true, filter });
}

function inStage(stage, path) {
  return join(stage.root, path);
}

function checkBase(base) {
  const version = execFileSync(join(NODE_BIN, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  const major = /^node:(\d+)/.exec(base)?.[1];
  check(`the base image ${base} is replayed by Node ${version}`, version.startsWith(`v${major}.`));
}

/** Building needs what this machine needs to reach the registry. */
function environment(env) {
  return { ...process.env, PATH: `${NODE_BIN}:${process.env.PATH}`, ...env };
}

function checkContents(image) {
  const app = inStage(image, image.workdir);
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const extra = Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && (dev || optional))
    .filter(([path]) => existsSync(join(app, path)))
    .map(([path]) => path);
  check('only production packages are in it', extra.length === 0, extra.join('\n'));
  for (const name of ['sandbox', 'scripts', 'test']) {
    check(`no ${name} is in it`, !existsSync(join(app, name)) && !existsSync(join(app, 'dist', name)));
  }
  const specs = readdirSync(app, { recursive: true }).filter(
    (file) => !/node_modules/.test(file) && /spec\./.test(file),
  );
  check('no spec is in it', specs.length === 0, specs.join('\n'));
  check('it runs as a user without rights', image.user === 'node');
  const size = execFileSync('du', ['-sm', app], { encoding: 'utf8' }).split('\t')[0];
  console.log(`  ${size} MB beside the base image`);
}

/** Both programs and the command line, on a database and a sandbox of this project's own. */
async function live(image) {
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
    const worker = run(image, ['node', 'dist/src/worker.js'], workerEnv);
    await until('the worker runs', () => worker.output().includes('Running jobs'), worker);
    const checkHealth = (environment) => run(image, ['/bin/sh', '-c', image.health], environment).exit;
    check('the health check of the API passes', (await checkHealth(apiEnv)) === 0);
    check('the health check of the worker passes', (await checkHealth(workerEnv)) === 0);
    await buy(image, env, url, sandbox.url);
    for (const [name, process_] of [
      ['the API', api],
      ['the worker', worker],
    ]) {
      process_.kill('SIGTERM');
      check(`${name} ends with 0 on SIGTERM`, (await process_.exit) === 0, process_.output());
    }
    check('the health check of what has stopped fails', (await checkHealth(apiEnv)) !== 0);
  } finally {
    await sandbox.close();
    await postgres.stop();
  }
}

async function buy(image, env, url, sandboxUrl) {
  const cli = async (...words) => {
    const command = run(image, ['node', 'dist/src/cli/main.js', ...words], env);
    check(`the command line: ${words.slice(0, 2).join(' ')}`, (await command.exit) === 0, command.output());
    return JSON.parse(command.output());
  };
  const org = await cli('org', 'create', '--name', 'Acme', '--email', 'billing@acme.example');
  const { key } = await cli('key', 'create', '--org', org.id, '--name', 'image');
  const call = async (method, path, body) => {
    const headers = { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) };
    return (await fetch(`${url}${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
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
  const answer = await fetch(`${sandboxUrl}${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`✖ ${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function run(image, [program, ...args], env) {
  const child = spawn(program, args, {
    ...NOBODY,
    cwd: inStage(image, image.workdir),
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

function check(what, holds, seen = '') {
  if (!holds) throw new Error(`✖ ${what}\n${seen}`);
  console.log(`✔ ${what}`);
}

try {
  const image = replay();
  checkContents(image);
  execFileSync('chmod', ['-R', 'a+rX,a-w', work]);
  await live(image);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const child of children) child.kill('SIGKILL');
  if (existsSync(work)) execFileSync('chmod', ['-R', 'u+w', work]);
  rmSync(work, { recursive: true, force: true });
}
