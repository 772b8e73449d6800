import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeLastingPort } from '../../scripts/local/ports';
import { until } from './until';

/** Whether there is a Prometheus here; tests that need one say so when there is not. */
export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

interface Target {
  port: string;
  /** What it shows as a bearer. */
  token?: string;
}

/** A Prometheus of its own, that scrapes every second and keeps nothing. */
export class TestPrometheus {
  private constructor(
    private readonly url: string,
    private readonly home: string,
    private readonly server: ChildProcess,
  ) {}

  static async start(targets: Target[]): Promise<TestPrometheus> {
    const [home, port] = [mkdtempSync(join(tmpdir(), 'prometheus-')), await freeLastingPort()];
    const scrapes = targets.map(({ port: target, token }) => ({
      job_name: `autoposting-billing-${target}`,
      relabel_configs: [{ target_label: 'job', replacement: 'autoposting-billing' }],
      static_configs: [{ targets: [`127.0.0.1:${target}`] }],
      ...(token && { authorization: { type: 'Bearer', credentials: token } }),
    }));
    const config = { global: { scrape_interval: '1s' }, scrape_configs: scrapes };
    // JSON is YAML.
    writeFileSync(join(home, 'prometheus.yml'), JSON.stringify(config));
    const address = `127.0.0.1:${port}`;
    const server = spawn(
      'prometheus',
      [
        `--config.file=${join(home, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(home, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const prometheus = new TestPrometheus(`http://${address}`, home, server);
    await until('Prometheus is ready', async () => (await fetch(`http://${address}/-/ready`)).ok);
    return prometheus;
  }

  /** How many series a query answers. @throws what Prometheus says against it */
  async countOf(query: string): Promise<number> {
    const response = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data, error } = (await response.json()) as { data?: { result: unknown[] }; error?: string };
    if (!data) throw new Error(`${query}: ${error}`);
    return data.result.length;
  }

  async stop(): Promise<void> {
    this.server.kill('SIGKILL');
    await once(this.server, 'exit');
    rmSync(this.home, { recursive: true, force: true });
  }
}
