import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProgram, waitUntilServes, type Program } from '../local/program';
import { built } from '../local/project';

const START_MS = 60_000;

export interface ReconciliationReport {
  status: string;
  subscriptions: KindTally;
  payments: KindTally;
  refunds: KindTally;
}

export interface KindTally {
  looked: number;
  mended: number;
  waiting: number;
  unmatched: number;
  failed: number;
}

/** The built service, as an operator has it: it is started, killed and given commands; its database may change. */
export class Service {
  private program: Program | null = null;

  constructor(
    private readonly settings: Record<string, string>,
    private readonly folder: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.settings.PORT}`;
  }

  async start(databaseUrl: string, jobs: 'inline' | 'off' = 'inline'): Promise<void> {
    this.program = startProgram({
      name: 'service',
      script: built('main.js'),
      env: { ...this.settings, DATABASE_URL: databaseUrl, JOBS: jobs },
      log: join(this.folder, 'service.log'),
      appends: true,
    });
    await waitUntilServes(this.program, `${this.url}/health/ready`, START_MS);
  }

  async stop(): Promise<void> {
    await this.program?.stop();
  }

  async kill(): Promise<void> {
    await this.program?.kill();
  }

  /** `npm run cli -- reconcile --full`, on a database that nothing else runs on. */
  async reconcile(databaseUrl: string): Promise<ReconciliationReport> {
    const command = [built('cli.js'), 'reconcile', '--full'];
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      env: { ...this.settings, DATABASE_URL: databaseUrl },
    });
    return JSON.parse(stdout) as ReconciliationReport;
  }
}
