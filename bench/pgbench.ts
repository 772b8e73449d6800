import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Debian's packages put it: not in the PATH. */
const DEBIAN = '/usr/lib/postgresql';

/** Postgres' own load generator (Debian: `postgresql-15`), or null when this machine has none. */
export async function findPgbench(): Promise<string | null> {
  const versions = await readdir(DEBIAN).catch(() => [] as string[]);
  const candidates = [
    ...versions
      .toSorted()
      .map((it) => join(DEBIAN, it, 'bin', 'pgbench'))
      .toReversed(),
    'pgbench',
  ];
  for (const candidate of candidates) {
    const works = await run(candidate, ['--version']).then(
      () => true,
      () => false,
    );
    if (works) return candidate;
  }
  return null;
}

export interface PgbenchOptions {
  databaseUrl: string;
  script: string;
  clients: number;
  seconds: number;
}

const MIN_SECONDS = 3;
/** Its clients connect first, which takes from its time and counts as no transaction. */
const CONNECTED_A_SECOND = 25;

/** Transactions a second, with prepared statements: the fastest way that it has. */
export async function pgbench(program: string, options: PgbenchOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'autoposting-pgbench-'));
  try {
    const file = join(folder, 'script.sql');
    await writeFile(file, options.script);
    const { stdout } = await run(program, [
      '--no-vacuum',
      '--protocol=prepared',
      `--client=${options.clients}`,
      '--jobs=2',
      `--time=${Math.ceil(Math.max(MIN_SECONDS, options.seconds) + options.clients / CONNECTED_A_SECOND)}`,
      `--file=${file}`,
      options.databaseUrl,
    ]);
    const tps = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
    if (tps === undefined) throw new Error(`pgbench said no number:\n${stdout}`);
    return Number(tps);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
