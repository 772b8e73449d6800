import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from '../local/postgres-binaries';

const run = promisify(execFile);

/** Where Debian keeps each version's programs. */
const DEBIAN = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'postgres', 'pg_dump', 'pg_restore'] as const;

export class NoPostgresTools extends Error {
  constructor() {
    super(
      `No folder on PATH or under ${DEBIAN} has all of ${PROGRAMS.join(', ')}. ` +
        'Install a PostgreSQL, such as: apt-get install postgresql',
    );
  }
}

/** A server and its own pg_dump and pg_restore: of one version, since pg_dump refuses a server that is newer. */
export class PostgresTools {
  readonly server: Binaries;

  private constructor(private readonly folder: string) {
    this.server = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  }

  /** @throws {NoPostgresTools} */
  static find(): PostgresTools {
    const folder = [...debianFolders(), ...(process.env.PATH ?? '').split(delimiter)].find((candidate) =>
      PROGRAMS.every((program) => existsSync(join(candidate, program))),
    );
    if (!folder) throw new NoPostgresTools();
    return new PostgresTools(folder);
  }

  /** Such as `pg_dump (PostgreSQL) 15.18`. */
  async version(): Promise<string> {
    return (await run(join(this.folder, 'pg_dump'), ['--version'])).stdout.trim();
  }

  async dump(databaseUrl: string, file: string): Promise<void> {
    await run(join(this.folder, 'pg_dump'), ['--format=custom', `--file=${file}`, databaseUrl]);
  }

  /** Into a database that is empty; the first thing that goes wrong ends it. */
  async restore(file: string, databaseUrl: string): Promise<void> {
    const options = ['--no-owner', '--exit-on-error', `--dbname=${databaseUrl}`];
    await run(join(this.folder, 'pg_restore'), [...options, file]);
  }
}

/** Newest first. */
function debianFolders(): string[] {
  if (!existsSync(DEBIAN)) return [];
  const versions = readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(DEBIAN, version, 'bin'));
}
