import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

let answer: Promise<boolean> | undefined;

/** Whether this machine has wrk (Debian: `wrk`). */
export function hasWrk(): Promise<boolean> {
  answer ??= promisify(execFile)('wrk', ['-v']).then(
    () => true,
    // It prints its version and ends with 1; a program that is not there has no exit code.
    (error: { code: unknown }) => error.code !== 'ENOENT',
  );
  return answer;
}
