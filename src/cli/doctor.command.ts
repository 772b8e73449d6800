import { loadConfig } from '../config';
import { Doctor } from './doctor';
import type { Finding } from './doctor';
import { tellTerminal } from './tell-terminal';

const MARKS: Record<Finding['state'], string> = { ok: '✔', warning: '!', problem: '✖' };

/** What `doctor` prints. A problem ends the command with 1, so that a deploy can stop there. */
export async function examine(): Promise<object> {
  const checks = await new Doctor(loadConfig(), tell).examine();
  const isWell = checks.every(({ state }) => state !== 'problem');
  if (!isWell) process.exitCode = 1;
  return { isWell, checks };
}

function tell({ check, state, message }: Finding): void {
  tellTerminal(`${MARKS[state]} ${check}: ${message}`);
}
