import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { serverAccount } from './postgres-account';
import { freeLastingPort } from './ports';
import { postgresBinaries, type Binaries } from './postgres-binaries';
import {
  dataFolder,
  ensureCluster,
  reachableHome,
  SUPERUSER,
  throwAwayHome,
  type Cluster,
} from './postgres-cluster';
import { crashServer, launch, stopServer, type Launch, type Server } from './postgres-server';

/**
 * `durable` keeps its data in `dataDir`; otherwise nothing is left of it, however the caller ends. `crashable`: what
 * is committed outlives a crash all the same, as in production.
 */
export type PostgresOptions = (
  { durable: true; dataDir: string } | { durable: false; crashable?: boolean }
) & {
  /** The server's programs, where it is not to be the one from npm. */
  binaries?: Binaries;
};

export interface LocalPostgres {
  url: string;
  port: number;
  /** Where its files really are: not under `dataDir` when its account cannot enter that. */
  home: string;
  /** Settles when the server has ended, asked or not. */
  ended: Promise<void>;
  stop(): Promise<void>;
  /** Ends it at once, without a word to anybody, and starts it again on the same port. `ended` has settled then. */
  crash(): Promise<void>;
}

export class DataInUse extends Error {
  constructor(folder: string) {
    super(`The database in ${folder} is in use by another start. Stop that one first.`);
  }
}

const DATABASE = 'billing';
/** Any number, as long as nobody else locks it in the maintenance database. */
const CLAIM_LOCK = 4_010_3000;

const DURABLE = {};
const CRASHABLE = {
  max_connections: '300',
  // Recovery syncs every file first, one by one, where the system can't do it at once.
  ...(process.platform === 'linux' && { recovery_init_sync_method: 'syncfs' }),
};
const THROW_AWAY = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};

/** A PostgreSQL of this project's own, from npm, on 127.0.0.1 and a free port. */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const account = serverAccount(options.durable ? dataFolder(options.dataDir) : '');
  const home = options.durable ? await reachableHome(options.dataDir, account) : await throwAwayHome(account);
  const watchdog = options.durable ? null : startWatchdog(home);
  try {
    const { initdb, postgres } = options.binaries ?? (await postgresBinaries(account, home));
    const cluster = await ensureCluster(home, initdb, account, options.durable);
    const plan = {
      postgres,
      data: cluster.data,
      log: join(home, 'server.log'),
      account,
      settings: settingsOf(options),
      ...(!options.durable && options.crashable && { port: await freeLastingPort() }),
    };
    const server = await launch(plan);
    const claim = await claimServer(cluster, server, home);
    return describe({ plan, cluster, server, claim, home, watchdog });
  } catch (error) {
    await watchdog?.dismiss();
    throw error;
  }
}

function settingsOf(options: PostgresOptions): Launch['settings'] {
  if (options.durable) return DURABLE;
  return options.crashable ? CRASHABLE : THROW_AWAY;
}

interface Parts {
  plan: Launch;
  cluster: Cluster;
  server: Server;
  claim: Client;
  home: string;
  watchdog: Watchdog | null;
}

function describe({ plan, cluster, server, claim, home, watchdog }: Parts): LocalPostgres {
  const ended = new Promise<void>((resolve) => claim.once('end', resolve));
  let running = { server, claim };
  return {
    url: serverUrl(cluster, server, DATABASE),
    port: server.port,
    home,
    ended,
    async stop() {
      await running.claim.end();
      await (watchdog ? watchdog.dismiss() : stopServer(cluster.data, running.server.pid));
    },
    async crash() {
      await crashServer(cluster.data, running.server.pid);
      const again = await launch({ ...plan, port: server.port });
      running = { server: again, claim: await claimServer(cluster, again, home) };
    },
  };
}

/**
 * One launcher a server: a session lock, which the server drops by itself when its holder dies. The same
 * connection tells when the server ends, also one that this process did not start.
 */
async function claimServer(cluster: Cluster, server: Server, home: string): Promise<Client> {
  const client = await connect(serverUrl(cluster, server, 'postgres'));
  try {
    const { rows } = await client.query<{ claimed: boolean }>('select pg_try_advisory_lock($1) as claimed', [
      CLAIM_LOCK,
    ]);
    if (!rows[0]?.claimed) throw new DataInUse(home);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create database ${DATABASE}`);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function connect(connectionString: string): Promise<Client> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const client = new Client({ connectionString });
    // A lost connection is seen by its end; unheard errors would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

const serverUrl = ({ password }: Cluster, { port }: Server, database: string): string =>
  `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;

interface Watchdog {
  dismiss(): Promise<void>;
}

/**
 * Ends a throw-away server and removes its files as soon as this process is gone or dismisses it. The pipe
 * to it closes whatever way this process ends, so one path serves both.
 */
function startWatchdog(home: string): Watchdog {
  const script = `
    cat >/dev/null
    pidfile="$1/cluster/data/postmaster.pid"
    [ -f "$pidfile" ] && kill -QUIT "$(head -n 1 "$pidfile")"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
      [ -f "$pidfile" ] || break
      sleep 0.1
    done
    rm -rf "$1"`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', home], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exit = once(child, 'exit');
  child.unref();
  return {
    async dismiss() {
      child.ref();
      child.stdin.end();
      await exit;
    },
  };
}
