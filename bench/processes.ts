import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../scripts/local/project';

const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 2;

type Environment = Record<string, string>;

/** A program under measurement, in a process of its own. */
export class Served {
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => (this.output = (this.output + String(chunk)).slice(-4_000)));
    }
  }

  /** Resolves once `path` answers 200. */
  static async start(script: string, environment: Environment, path: string): Promise<Served> {
    const child = spawn(process.execPath, [join(projectRoot, script)], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const served = new Served(child, `http://127.0.0.1:${environment.PORT}`);
    await served.answers(path);
    return served;
  }

  /** Memory that the process has in RAM, in MiB. */
  get residentMiB(): number {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'));
    return Number(line?.[1]) / 1024;
  }

  /** Time on a core that the process has used so far, in microseconds. */
  get cpuMicros(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    // utime and stime are the 14th and 15th of all, in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const kill = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    await once(this.child, 'exit');
    clearTimeout(kill);
  }

  private async answers(path: string): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`A program ended at its start:\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`A program did not get ready:\n${this.output}`);
      const status = await fetch(`${this.url}${path}`).then(
        async (response) => (await response.arrayBuffer(), response.status),
        () => 0,
      );
      if (status === 200) return;
      await sleep(POLL_MS);
    }
  }
}
