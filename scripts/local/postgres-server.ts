import { spawn } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './postgres-account';
import { freePort } from './ports';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** What a failed start may be over in a moment: the processes of a killed server are still going away. */
const PASSING = /lock file "postmaster\.pid" already exists|pre-existing shared memory block|could not bind/;

export interface Server {
  pid: number;
  port: number;
}

export interface Launch {
  postgres: string;
  data: string;
  log: string;
  account: Account | null;
  settings: Record<string, string>;
  /** A free one unless given. */
  port?: number;
}

/** The server that already runs on this data, if there is one: a launcher that was killed leaves it behind. */
export function runningServer(data: string): Server | null {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const isReady = lines[7]?.trim() === 'ready';
  return isReady && isPostgresOn(data, pid) ? { pid, port: Number(lines[3]) } : null;
}

export async function launch(options: Launch): Promise<Server> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const running = runningServer(options.data);
    if (running) return running;
    await removeStalePidFile(options.data);
    const failure = await tryLaunch(options, deadline);
    if (typeof failure !== 'string') return failure;
    if (!PASSING.test(failure) || Date.now() > deadline)
      throw new Error(`Postgres did not start:\n${failure}`);
    await sleep(200);
  }
}

export async function stopServer(data: string, pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await isGone(data, pid, STOP_TIMEOUT_MS)) return;
  signal(pid, 'SIGQUIT');
  if (!(await isGone(data, pid, STOP_TIMEOUT_MS))) throw new Error(`Postgres (process ${pid}) does not stop`);
}

/** Ends it as a power cut does: nothing is written any more, and the next start has to recover. */
export async function crashServer(data: string, pid: number): Promise<void> {
  signal(pid, 'SIGQUIT');
  if (!(await isGone(data, pid, STOP_TIMEOUT_MS)))
    throw new Error(`Postgres (process ${pid}) does not crash`);
}

async function tryLaunch(options: Launch, deadline: number): Promise<Server | string> {
  const port = options.port ?? (await freePort());
  const log = openSync(options.log, 'w', 0o600);
  const child = spawn(options.postgres, serverArguments(options, port), {
    ...options.account,
    cwd: '/',
    // Its own session: Ctrl-C in the terminal is for the launcher, which stops things in their order.
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
  });
  closeSync(log);
  child.unref();
  const ended = new AbortController();
  child.once('exit', () => ended.abort());
  child.once('error', () => ended.abort());
  while (!ended.signal.aborted && Date.now() < deadline) {
    const running = runningServer(options.data);
    if (running && running.pid === child.pid) return running;
    await sleep(POLL_MS);
  }
  child.kill('SIGQUIT');
  return readFile(options.log, 'utf8');
}

function serverArguments({ data, settings }: Launch, port: number): string[] {
  const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
  return ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** After a reboot another program may have the number in the file, and Postgres would wait for it for ever. */
async function removeStalePidFile(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isPostgresOn(data, pid)) await rm(file, { force: true });
}

function isPostgresOn(data: string, pid: number): boolean {
  if (!pid || !isAlive(pid)) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // No /proc on this system, or not ours to look at: being alive must do. A zombie has no cwd left.
    return code === 'EACCES' || (code === 'ENOENT' && !existsSync('/proc/self'));
  }
}

async function isGone(data: string, pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (!isPostgresOn(data, pid)) return true;
    await sleep(POLL_MS);
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
