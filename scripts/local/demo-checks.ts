import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';
import { bold, dim, green, print, red } from './terminal';

const DEADLINE_MS = 15_000;
const POLL_MS = 50;

export class Mismatch extends Error {
  constructor(what: string, expected: unknown, actual: unknown) {
    super(`${what}\n    expected  ${show(expected)}\n    actual    ${show(actual)}`);
  }
}

const show = (value: unknown): string =>
  inspect(value, { depth: 6, breakLength: 100 }).replaceAll('\n', '\n              ');

/** One thing the demo does: `work` returns what happened, in words, or throws. */
export async function step(title: string, work: () => Promise<string>): Promise<void> {
  const startedAt = performance.now();
  try {
    const happened = await work();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    print(`${green('✔')} ${bold(title)} ${dim(`${seconds} s`)}\n  ${happened.replaceAll('\n', '\n  ')}`);
  } catch (error) {
    print(`${red('✖')} ${bold(title)}`);
    throw error;
  }
}

export function same(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) throw new Mismatch(what, expected, actual);
}

export function contains(what: string, text: string, expected: RegExp): void {
  if (!expected.test(text)) throw new Mismatch(what, expected, text.slice(0, 2_000));
}

/** Polls until `read` gives what is expected; what it gave last is in the error when it never does. */
export async function becomes<T>(what: string, expected: T, read: () => Promise<T>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const actual = await read();
    if (isDeepStrictEqual(actual, expected)) return;
    if (Date.now() > deadline)
      throw new Mismatch(`${what}, within ${DEADLINE_MS / 1000} s`, expected, actual);
    await sleep(POLL_MS);
  }
}
