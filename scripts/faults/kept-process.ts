import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram, type Program, type ProgramOptions } from '../local/program';
import type { Tally } from './tally';

const POLL_MS = 100;
const RESTART_AFTER_MS = 300;

/** A process of the service as a supervisor keeps it: whatever ends it, it is started again. */
export class KeptProcess {
  private program: Program;
  private isReady = false;
  private isWanted = true;
  private isKilled = false;
  private keeping: Promise<void>;
  /** Ends that nobody brought about, after it had come up: each one is a defect. */
  readonly deaths: string[] = [];

  constructor(
    private readonly options: ProgramOptions & { saysWhenReady: string },
    private readonly tally: Tally,
  ) {
    this.keeping = this.keep();
  }

  get name(): string {
    return this.options.name;
  }

  get isUp(): boolean {
    return this.isReady;
  }

  async untilReady(timeoutMs = 120_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!this.isReady) {
      if (Date.now() > deadline)
        throw new Error(`The ${this.name} does not come up. Its log: ${this.options.log}`);
      await sleep(POLL_MS);
    }
  }

  /** By SIGKILL, at any moment of its life. */
  async kill(): Promise<void> {
    this.isKilled = true;
    this.tally.add(this.isReady ? 'process killed' : 'process killed while it started');
    await this.program.kill();
  }

  /** By SIGTERM, and not started again. */
  async stop(): Promise<void> {
    this.isWanted = false;
    await this.program.stop();
    await this.keeping;
  }

  private async keep(): Promise<void> {
    while (this.isWanted) {
      const { log } = this.options;
      const from = existsSync(log) ? statSync(log).size : 0;
      this.isKilled = false;
      this.program = startProgram({ ...this.options, appends: true, sourceMaps: false });
      const how = await this.untilEnd(from);
      if (this.isWanted && !this.isKilled) this.noteEnd(how);
      this.isReady = false;
      if (this.isWanted) await sleep(RESTART_AFTER_MS);
    }
  }

  private async untilEnd(logFrom: number): Promise<string> {
    const { program } = this;
    while (!program.hasEnded() && !this.isReady) {
      this.isReady = textFrom(program.log, logFrom).includes(this.options.saysWhenReady);
      if (!this.isReady) await Promise.race([sleep(POLL_MS), program.ended]);
    }
    return program.ended;
  }

  /** Not to come up while the database is away is right; to go down for it is not. */
  private noteEnd(how: string): void {
    if (this.isReady) this.deaths.push(`The ${this.name} ${how} by itself. Its log: ${this.options.log}`);
    else this.tally.add('start given up (database away)');
  }
}

function textFrom(file: string, from: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - from));
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, from));
  } finally {
    closeSync(descriptor);
  }
}
