import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

const DIST = join(__dirname, '..', '..', 'dist');

export type Environment = Record<string, string>;

/** The built service as its own process, as production runs it: it can be killed. */
export class ServiceProcess {
  private readonly child: ChildProcess;
  output = '';

  constructor(program: 'main' | 'worker', environment: Environment) {
    this.child = spawn(process.execPath, [join(DIST, `${program}.js`)], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk) => (this.output += String(chunk)));
    this.child.stderr?.on('data', (chunk) => (this.output += String(chunk)));
  }

  /** Resolves when it has said `text`; rejects when it ends before. */
  async says(text: string): Promise<this> {
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`It ended before it said "${text}":\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this;
  }

  /** Its exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** Ends it by a signal; nothing happens when it has ended already. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended();
  }
}

/** Runs an operator command; answers what it prints on stdout, parsed. */
export async function cli(environment: Environment, ...words: string[]): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(DIST, 'cli.js'), ...words], {
    env: { PATH: process.env.PATH, ...environment },
  });
  return JSON.parse(stdout) as Record<string, string>;
}
