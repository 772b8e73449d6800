import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** Whom the server runs as. Postgres refuses root, so root needs an ordinary account; others run it themselves. */
export interface Account {
  uid: number;
  gid: number;
}

/** null: as the user who asks. Data that belongs to somebody stays theirs. */
export function serverAccount(dataFolder: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  if (existsSync(dataFolder)) {
    const { uid, gid } = statSync(dataFolder);
    if (uid !== 0) return { uid, gid };
  }
  return nobody();
}

export function canEnter(account: Account | null, folder: string): boolean {
  if (!account) return true;
  const { status } = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  return status === 0;
}

function nobody(): Account {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  if (!entry) throw new Error('Postgres does not run as root, and there is no account "nobody" to run it as');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}
