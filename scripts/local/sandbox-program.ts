import { join } from 'node:path';
import { freePort } from './ports';
import { startProgram, waitUntilServes } from './program';
import { built } from './project';

const START_MS = 30_000;

/** A sandbox that forgets everything when it ends, in a process of its own; answers where it serves. */
export async function startThrowAwaySandbox(
  folder: string,
  closing: (() => Promise<unknown>)[],
): Promise<string> {
  const port = await freePort();
  const program = startProgram({
    name: 'Dodo sandbox',
    script: built('sandbox', 'main.js'),
    env: {
      PATH: process.env.PATH,
      SANDBOX_HOST: '127.0.0.1',
      SANDBOX_PORT: String(port),
      SANDBOX_DATA_DIR: '',
    },
    log: join(folder, 'sandbox.log'),
  });
  closing.push(() => program.stop());
  const url = `http://127.0.0.1:${port}`;
  await waitUntilServes(program, `${url}/_sandbox/clock`, START_MS);
  return url;
}
