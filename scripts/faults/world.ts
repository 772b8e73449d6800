import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, type LocalPostgres } from '../local/embedded-postgres';
import { freeLastingPort } from '../local/ports';
import { built, projectRoot } from '../local/project';
import { startThrowAwaySandbox } from '../local/sandbox-program';
import { Balancer } from './balancer';
import { FEE_PRODUCT, PACKS, PLANS, SHORT_PLAN_PRODUCT, SHORT_TERM_MONTHS } from './catalogue';
import { CuttableLink } from './cuttable-link';
import { Deliveries } from './deliveries';
import { Diary } from './diary';
import { KeptProcess } from './kept-process';
import { Operator } from './operator';
import { Receivers } from './receivers';
import { breakCopy, type Sabotage } from './sabotage';
import { SandboxClient } from './sandbox-client';
import { SandboxTime } from './sandbox-time';
import { SeededRandom } from './seeded-random';
import { ServiceClient } from './service-client';
import { ServiceDatabase } from './service-database';
import { Tally } from './tally';
import { TimeSpent } from './time-spent';

/** Two of the API, one of which runs jobs as well, and a worker: what production has at the least. */
const PROCESSES = [
  { name: 'api-1', program: 'main', jobs: 'off' },
  { name: 'api-2', program: 'main', jobs: 'inline' },
  { name: 'worker-1', program: 'worker', jobs: 'inline' },
] as const;

/** Days pass in a second here, and the sandbox takes any number of calls, so comparisons come often and go fast. */
const HASTE = { RECONCILE_EVERY_MINUTES: '1', DODO_REQUESTS_PER_MINUTE: '6000' };

export interface World {
  /** Where logs lie, and what a violation is looked into with. */
  folder: string;
  postgres: LocalPostgres;
  database: ServiceDatabase;
  sandbox: SandboxClient;
  balancer: Balancer;
  /** Of the API, past the balancer. */
  replicaUrls: string[];
  processes: KeptProcess[];
  databaseLinks: CuttableLink[];
  dodoLinks: CuttableLink[];
  deliveries: Deliveries;
  tally: Tally;
  diary: Diary;
  receivers: Receivers;
  spent: TimeSpent;
  time: SandboxTime;
  service: ServiceClient;
  operatorToken: string;
  /** Whether this version finds out by itself what it was never told: only then may webhooks get lost for good. */
  canReconcile: boolean;
  /** In the opposite order, whatever state it is in. */
  close(): Promise<void>;
}

/** Postgres, the sandbox, a balancer and the service's processes, each of them behind links of its own. */
export async function startWorld(seed: number, sabotage: Sabotage | null): Promise<World> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await startParts(seed, sabotage, closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(
  seed: number,
  sabotage: Sabotage | null,
  closing: (() => Promise<unknown>)[],
): Promise<Omit<World, 'close'>> {
  const folder = makeFolder(seed);
  const code = sabotage === null ? built() : breakCopy(folder, sabotage);
  const [deliveries, tally, diary, spent] = [new Deliveries(), new Tally(), new Diary(), new TimeSpent()];
  const operatorToken = secret();
  const postgres = await startPostgres({ durable: false, crashable: true });
  closing.push(() => postgres.stop());
  const database = new ServiceDatabase(postgres.url);
  closing.push(() => database.close());
  const sandbox = new SandboxClient(await startThrowAwaySandbox(folder, closing));
  await sandbox.limitTerm(SHORT_PLAN_PRODUCT, SHORT_TERM_MONTHS);
  const ports = [await freeLastingPort(), await freeLastingPort()];
  const chance = SeededRandom.of(seed, 'balancer');
  const balancer = await Balancer.start(ports, deliveries, tally, chance);
  closing.push(() => balancer.close());
  const receivers = await Receivers.start(tally, SeededRandom.of(seed, 'receivers'));
  closing.push(() => receivers.close());
  const settings = await settingsOf(folder, sandbox, balancer, operatorToken);
  const links = await Promise.all(
    PROCESSES.map(async () => ({
      database: await CuttableLink.to(postgres.url),
      dodo: await CuttableLink.to(sandbox.url),
    })),
  );
  closing.push(() => Promise.all(links.flatMap((link) => [link.database.close(), link.dodo.close()])));
  const processes = PROCESSES.map(
    ({ name, program, jobs }, index) =>
      new KeptProcess(
        {
          name,
          script: join(code, `${program}.js`),
          log: join(folder, `${name}.log`),
          saysWhenReady: program === 'main' ? 'Listening on' : 'Running jobs.',
          env: {
            ...settings,
            JOBS: jobs,
            ...(program === 'main' && { PORT: String(ports[index]) }),
            DATABASE_URL: links[index]!.database.url,
            DODO_PAYMENTS_BASE_URL: links[index]!.dodo.url.replace(/\/$/, ''),
          },
        },
        tally,
      ),
  );
  closing.push(() => Promise.all(processes.map((process) => process.stop())));
  await Promise.all(processes.map((process) => process.untilReady()));
  const service = new ServiceClient(balancer.url, diary, tally);
  const operator = new Operator(service, operatorToken);
  const replicaUrls = ports.map((port) => `http://127.0.0.1:${port}`);
  return {
    folder,
    postgres,
    database,
    sandbox,
    balancer,
    replicaUrls,
    canReconcile: await hasReconciliation(replicaUrls[0]!),
    processes,
    databaseLinks: links.map((link) => link.database),
    dodoLinks: links.map((link) => link.dodo),
    deliveries,
    tally,
    diary,
    receivers,
    spent,
    time: new SandboxTime(sandbox, database, diary, spent, SeededRandom.of(seed, 'time'), operator.heal),
    service,
    operatorToken,
  };
}

async function settingsOf(
  folder: string,
  sandbox: SandboxClient,
  balancer: Balancer,
  operatorToken: string,
): Promise<Record<string, string>> {
  const plansFile = join(folder, 'plans.json');
  writeFileSync(plansFile, JSON.stringify({ plans: PLANS, creditPacks: PACKS }));
  return {
    PATH: process.env.PATH ?? '',
    DODO_PAYMENTS_API_KEY: 'sandbox',
    DODO_PAYMENTS_WEBHOOK_KEY: await sandbox.ensureEndpoint(`${balancer.url}/webhooks/dodo`),
    DODO_SETUP_FEE_PRODUCT_ID: FEE_PRODUCT,
    PLANS_FILE: plansFile,
    API_KEY_PEPPER: secret(),
    OPERATOR_TOKEN: operatorToken,
    RATE_LIMIT_PER_MINUTE: '0',
    ALLOW_LOOPBACK_WEBHOOKS: 'true',
    ...HASTE,
  };
}

/** Asked without a token: where there is such a route, it says 401. */
async function hasReconciliation(url: string): Promise<boolean> {
  const response = await fetch(`${url}/operator/reconcile`, { method: 'POST' });
  await response.arrayBuffer();
  return response.status === 401;
}

function makeFolder(seed: number): string {
  const all = join(projectRoot, '.local', 'faults');
  mkdirSync(all, { recursive: true });
  return mkdtempSync(join(all, `seed-${seed}-`));
}

const secret = (): string => randomBytes(32).toString('base64url');
