// Plays the newcomer for CI: `npm start`, the commands it prints, a second start beside it, a stop, a second start
// on the same data.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = promisify(execFile);
const START_MS = 300_000;
const STOP_MS = 15_000;

let running = null;

async function main() {
  const first = await npmStart();
  await first.ready();
  const checkout = await runPrinted(first.output(), '/billing/checkout');
  await expectPage(checkout.data.checkoutUrl);
  const status = await runPrinted(first.output(), '/billing/status');
  check('the status is an answer', status.success === true);
  await expectPage(link(first.output(), '/docs'));
  await secondStartIsRefused();
  await runPrinted(first.output(), '/billing/status');
  await first.stop();

  const second = await npmStart();
  await second.ready();
  check('the key of the first start is printed again', keyIn(second.output()) === keyIn(first.output()));
  await runPrinted(second.output(), '/billing/checkout');
  await second.stop();
}

async function npmStart() {
  const child = spawn('npm', ['start'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const exit = once(child, 'exit').then(([code]) => code);
  const start = { output: () => text, exit, kill: () => child.kill('SIGTERM') };
  running = start;
  return {
    ...start,
    ready: () =>
      poll(
        'npm start is ready',
        START_MS,
        () => /^Ready\./m.test(text),
        exit,
        () => text,
      ),
    async stop() {
      start.kill();
      check('npm start ends with 0 on SIGTERM', (await within(STOP_MS, exit, 'npm start stops')) === 0);
      running = null;
    },
  };
}

async function secondStartIsRefused() {
  const first = running;
  const second = await npmStart();
  running = first;
  check('a second start ends with 1', (await within(60_000, second.exit, 'the second start ends')) === 1);
  check('it says which port is taken', /Port \d+ is taken/.test(second.output()), second.output());
}

/** Runs a printed command exactly as it stands, continued lines included. */
async function runPrinted(output, route) {
  const lines = output.split('\n');
  const from = lines.findIndex((line) => line.startsWith('curl ') && line.includes(route));
  check(`a command for ${route} is printed`, from >= 0, output);
  const to = lines.findIndex((line, index) => index >= from && !line.endsWith('\\'));
  const { stdout } = await run('bash', ['-c', lines.slice(from, to + 1).join('\n')]);
  const answer = JSON.parse(stdout);
  check('it succeeds', answer.success === true, stdout);
  return answer;
}

async function expectPage(url) {
  const response = await fetch(url);
  const type = response.headers.get('content-type') ?? '';
  check(
    `${url} is a page`,
    response.status === 200 && type.startsWith('text/html'),
    `${response.status} ${type}`,
  );
}

const link = (output, path) =>
  output.split(/\s+/).find((word) => word.startsWith('http') && word.endsWith(path));
const keyIn = (output) => /sk-social-[\w-]+/.exec(output)?.[0];

async function poll(what, timeoutMs, isDone, exit, output) {
  const deadline = Date.now() + timeoutMs;
  let ended = false;
  exit.then(() => (ended = true));
  while (!isDone()) {
    if (ended || Date.now() > deadline) check(what, false, output());
    await sleep(100);
  }
  console.log(`✔ ${what}`);
}

function within(timeoutMs, promise, what) {
  const late = sleep(timeoutMs, undefined, { ref: false }).then(() =>
    check(what, false, `not within ${timeoutMs} ms`),
  );
  return Promise.race([promise, late]);
}

function check(what, holds, seen = '') {
  if (!holds) throw new Error(`✖ ${what}\n${seen}`);
  console.log(`✔ ${what}`);
}

main().catch((error) => {
  console.error(error.message);
  running?.kill();
  process.exitCode = 1;
});
