import { loadConfig } from '../config';
import { Doctor } from './doctor';
import type { Finding } from './doctor';

const MARKS: Record<Finding['state'], string> = { ok: '✔', warning: '!', problem: '✖' };

/** What `doctor` prints. A problem ends the command with 1, so that a deploy can stop there. */
export async function examine(): Promise<object> {
  const checks = await new Doctor(loadConfig(), tellTerminal).examine();
  const isWell = checks.every(({ state }) => state !== 'problem');
  if (!isWell) process.exitCode = 1;
  return { isWell, checks };
}

/** For whoever watches; a script wants the report alone. */
function tellTerminal({ check, state, message }: Finding): void {
  if (process.stderr.isTTY) process.stderr.write(`${MARKS[state]} ${check}: ${message}\n`);
}
