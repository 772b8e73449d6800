import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DataInUse, startPostgres, type PostgresOptions } from './embedded-postgres';
import { built } from './project';

/** A launcher of its own process, so that it can be killed without a chance to clean up. */
const HOLDER = `
  const { startPostgres } = require(process.argv[1]);
  startPostgres(JSON.parse(process.argv[2])).then(({ url, home }) => {
    console.log(JSON.stringify({ url, home }));
    setInterval(() => {}, 1_000);
  });`;

interface Held {
  child: ChildProcess;
  url: string;
  home: string;
}

describe('a durable Postgres', () => {
  let dataDir: string;
  const durable = (): PostgresOptions => ({ durable: true, dataDir });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'billing-spec-'));
  });

  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('keeps its data and its password between starts', async () => {
    const first = await startPostgres(durable());
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await startPostgres(durable());
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    await second.stop();
  });

  it('is refused to a second start, which leaves the first in peace', async () => {
    const first = await startPostgres(durable());
    await expect(startPostgres(durable())).rejects.toThrow(DataInUse);
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await first.stop();
  });

  it('is adopted, still running, after its launcher was killed', async () => {
    const { child, url } = await hold(durable());
    await query(url, 'create table before_the_kill (id int)');
    await kill(child);
    const adopted = await startPostgres(durable());
    expect(adopted.url).toBe(url);
    expect(await query(adopted.url, 'select * from before_the_kill')).toEqual([]);
    await adopted.stop();
  });

  it('starts again at once after the server itself was killed', async () => {
    const { child, url, home } = await hold(durable());
    await query(url, 'create table before_the_crash (id int)');
    process.kill(serverPid(home), 'SIGKILL');
    const restarted = await startPostgres(durable());
    expect(await query(restarted.url, 'select * from before_the_crash')).toEqual([]);
    await restarted.stop();
    await kill(child);
  });
});

describe('a throw-away Postgres', () => {
  it('leaves nothing behind when it is stopped', async () => {
    const postgres = await startPostgres({ durable: false });
    await postgres.stop();
    expect(existsSync(postgres.home)).toBe(false);
    await expect(query(postgres.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('leaves nothing behind when whoever started it is killed', async () => {
    const { child, url, home } = await hold({ durable: false });
    await kill(child);
    const deadline = Date.now() + 5_000;
    while (existsSync(home) && Date.now() < deadline) await sleep(20);
    expect(existsSync(home)).toBe(false);
    await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('comes back from a crash where it was, with all that was committed', async () => {
    const postgres = await startPostgres({ durable: false, crashable: true });
    await query(postgres.url, 'create table kept as select 42 as answer');
    await postgres.crash();
    await postgres.ended;
    expect(await query(postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await postgres.stop();
    expect(existsSync(postgres.home)).toBe(false);
    // It really syncs to disk, unlike the other servers of the tests.
  }, 60_000);
});

async function hold(options: PostgresOptions): Promise<Held> {
  const module = built('scripts', 'local', 'embedded-postgres.js');
  const child = spawn(process.execPath, ['-e', HOLDER, module, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as { url: string; home: string }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const serverPid = (home: string): number =>
  Number(readFileSync(join(home, 'cluster', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
