import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DONE = 'the block has ended with';

/** A bash that a reader would have open: what one block exports or starts, the next one finds. */
export class Shell {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private output = '';
  private count = 0;

  constructor(
    private readonly folder: string,
    environment: NodeJS.ProcessEnv,
  ) {
    this.child = spawn('bash', ['--noprofile', '--norc'], {
      cwd: folder,
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A process group of its own: what runs in its background ends with it.
      detached: true,
    });
    this.ended = once(this.child, 'exit');
    this.child.stdout?.on('data', (chunk) => (this.output += String(chunk)));
    this.child.stderr?.on('data', (chunk) => (this.output += String(chunk)));
  }

  /** Resolves with all that it printed. @throws when a command fails, or it takes longer than `timeoutMs` */
  async run(script: string, timeoutMs: number): Promise<string> {
    this.count += 1;
    this.output = '';
    const file = join(this.folder, `.block-${this.count}.sh`);
    writeFileSync(file, `set -eo pipefail\n${script}\nset +e\n`);
    // A failure ends the shell, which is seen below.
    this.child.stdin?.write(`source ${file} < /dev/null\necho "${DONE} $?"\n`);
    const deadline = Date.now() + timeoutMs;
    while (!this.output.includes(DONE)) {
      if (this.child.exitCode !== null)
        throw new Error(`It failed with ${this.child.exitCode}:\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`It has not ended in ${timeoutMs} ms:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const [printed = '', status = ''] = this.output.split(DONE);
    if (status.trim() !== '0') throw new Error(`It failed with ${status.trim()}:\n${printed}`);
    return printed;
  }

  async end(): Promise<void> {
    const { pid } = this.child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await this.ended;
  }
}
