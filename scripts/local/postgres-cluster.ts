import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canEnter, type Account } from './postgres-account';

const run = promisify(execFile);

export const SUPERUSER = 'billing';

/** Data and the password to it, made together or not at all. */
export interface Cluster {
  data: string;
  password: string;
}

export const dataFolder = (home: string): string => join(home, 'cluster', 'data');

/**
 * The folder for a server's files. `wanted`, unless the account cannot get there: then a place outside the
 * project, which a note beside `wanted` leads back to on the next start.
 */
export async function reachableHome(wanted: string, account: Account | null): Promise<string> {
  await mkdir(wanted, { recursive: true });
  if (account) await chmod(wanted, 0o711);
  if (canEnter(account, wanted)) return wanted;
  const note = join(wanted, 'location');
  if (existsSync(note)) {
    const noted = (await readFile(note, 'utf8')).trim();
    if (existsSync(noted)) return noted;
  }
  const elsewhere = await homeOutside('/var/lib/autoposting-billing', account);
  await writeFile(note, `${elsewhere}\n`);
  return elsewhere;
}

export async function throwAwayHome(account: Account | null): Promise<string> {
  for (const base of [tmpdir(), '/var/tmp', '/tmp']) {
    if (canEnter(account, base)) return homeIn(base, account);
  }
  throw new Error(
    `No temporary folder that the database's account can enter (tried ${tmpdir()}, /var/tmp, /tmp)`,
  );
}

/** Made aside and renamed into place: a start that is killed half-way leaves nothing that looks finished. */
export async function ensureCluster(
  home: string,
  initdb: string,
  account: Account | null,
  durable: boolean,
): Promise<Cluster> {
  const finished = join(home, 'cluster');
  if (!existsSync(finished)) {
    const partial = await homeIn(home, account, 'init-');
    await initialise(partial, initdb, account, durable);
    // A second start may have been quicker; its cluster is as good.
    await rename(partial, finished).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    await rm(partial, { recursive: true, force: true });
  }
  return { data: join(finished, 'data'), password: await readPassword(finished) };
}

function readPassword(folder: string): Promise<string> {
  return readFile(join(folder, 'password'), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EACCES') throw cause;
    throw new Error(
      `The database in ${folder} belongs to another user: start as that one, or remove the folder`,
      { cause },
    );
  });
}

async function initialise(
  folder: string,
  initdb: string,
  account: Account | null,
  durable: boolean,
): Promise<void> {
  const data = join(folder, 'data');
  const password = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(password, randomBytes(24).toString('hex'), { mode: 0o600 });
  for (const path of account ? [data, password] : []) await chown(path, account!.uid, account!.gid);
  const options = [
    '--username',
    SUPERUSER,
    '--auth',
    'scram-sha-256',
    '--pwfile',
    password,
    '--locale=C',
    '--encoding=UTF8',
  ];
  await run(initdb, ['--pgdata', data, ...options, '--no-instructions', ...(durable ? [] : ['--no-sync'])], {
    ...account,
    cwd: '/',
    env: { PATH: process.env.PATH, TZ: 'UTC' },
  });
  if (account) await chown(password, 0, 0);
}

async function homeOutside(base: string, account: Account | null): Promise<string> {
  await mkdir(base, { recursive: true, mode: 0o755 });
  return homeIn(base, account);
}

async function homeIn(
  base: string,
  account: Account | null,
  prefix = 'autoposting-billing-',
): Promise<string> {
  const home = await mkdtemp(join(base, prefix));
  // Passable, but not to be listed, by the account that the data folder in it belongs to.
  if (account) await chmod(home, 0o711);
  return home;
}
