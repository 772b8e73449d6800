import { fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { built } from './project';

const STOP_TIMEOUT_MS = 8_000;
const LOG_LINES_SHOWN = 30;

export interface ProgramOptions {
  name: string;
  script: string;
  env: NodeJS.ProcessEnv;
  log: string;
  /** Goes on with the log that is there, for a program that is started again and again. */
  appends?: boolean;
  /** Where they are in the sources, for errors. They make a start and the first error slower; left out, they are used. */
  sourceMaps?: boolean;
}

/** One of our own programs as a child: its output in a file, its end known, and never outliving this process. */
export interface Program {
  name: string;
  log: string;
  /** Settles, with how it ended, whether it was asked to or not. */
  ended: Promise<string>;
  hasEnded(): boolean;
  stop(): Promise<void>;
  /** At once, by SIGKILL. */
  kill(): Promise<void>;
}

export function startProgram({
  name,
  script,
  env,
  log,
  appends = false,
  sourceMaps = true,
}: ProgramOptions): Program {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, appends ? 'a' : 'w', 0o600);
  const child = fork(script, [], {
    env,
    execArgv: [
      ...(sourceMaps ? ['--enable-source-maps'] : []),
      '--require',
      built('scripts', 'local', 'exit-with-parent.js'),
    ],
    stdio: ['ignore', output, output, 'ipc'],
    // Its own process group: Ctrl-C reaches the launcher alone, which stops things in their order.
    detached: true,
  });
  closeSync(output);
  let over = false;
  const ended = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      over = true;
      resolve(how);
    };
    child.once('exit', (code, signal) =>
      end(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
    );
    child.once('error', (error) => end(`could not be run: ${error.message}`));
  });
  const stop = async (): Promise<void> => {
    if (over) return;
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(kill);
  };
  const kill = async (): Promise<void> => {
    if (!over) child.kill('SIGKILL');
    await ended;
  };
  return { name, log, ended, hasEnded: () => over, stop, kill };
}

/** Polls `url` until it answers 200, the program ends, or time is up. */
export async function waitUntilServes(
  program: Program,
  url: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await answersOk(url))) {
    signal?.throwIfAborted();
    if (program.hasEnded()) throw new ProgramFailed(program, await program.ended);
    if (Date.now() > deadline)
      throw new ProgramFailed(program, `did not answer at ${url} within ${timeoutMs / 1000} s`);
    await sleep(50);
  }
}

export class ProgramFailed extends Error {
  constructor(program: Program, how: string) {
    super(`The ${program.name} ${how}. Its log, ${program.log}, ends with:\n\n${logTail(program.log)}`);
  }
}

function logTail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not listening yet is the ordinary case here; the caller's deadline reports a lasting one.
    return false;
  }
}
