import { load } from '../load';
import { findPgbench, pgbench } from '../pgbench';
import { perSecond, times } from '../row';
import type { Effort, Line, Row } from '../row';
import { inTurns, medianRatio } from '../rounds';
import type { Stack, Tenant } from '../stack';
import { median } from '../statistics';

const CONNECTIONS = 32;
const PLENTY = 1_000_000_000;

/** The least that spending could be: one statement, no ledger, no HTTP, no idempotency. */
const script = (orgs: number): string => `
\\set n random(1, ${orgs})
UPDATE bench_balances SET balance = balance - 1 WHERE id = :n AND balance >= 1;`;

export const credits: Row = {
  name: 'credits',
  async measure(stack, effort) {
    const program = await findPgbench();
    if (program === null) return [];
    const service = await stack.service({ JOBS: 'off' });
    const lines: Line[] = [];
    for (const [orgs, label] of [
      [1, 'one hot organization'],
      [1_000, '1,000 organizations'],
    ] as const) {
      const tenants = await fill(stack, orgs);
      lines.push(await compare(stack, effort, program, service.url, tenants, label));
    }
    return lines;
  },
};

async function fill(stack: Stack, orgs: number): Promise<Tenant[]> {
  const tenants = await stack.newTenants(orgs);
  await stack.sql.query(
    `INSERT INTO credit_balances (org_id, purchased_left, updated_at) SELECT id, $2, now() FROM unnest($1::text[]) AS id`,
    [tenants.map(({ orgId }) => orgId), PLENTY],
  );
  await stack.sql.query(`
    DROP TABLE IF EXISTS bench_balances;
    CREATE TABLE bench_balances (id integer PRIMARY KEY, balance integer NOT NULL);
    INSERT INTO bench_balances SELECT n, ${PLENTY} FROM generate_series(1, ${orgs}) AS n`);
  return tenants;
}

async function compare(
  { databaseUrl, sql }: Stack,
  { rounds, roundSeconds, warmUpSeconds }: Effort,
  program: string,
  url: string,
  tenants: Tenant[],
  label: string,
): Promise<Line> {
  const consume = async (seconds: number) =>
    (
      await load({
        url: `${url}/billing/credits/consume`,
        method: 'POST',
        connections: CONNECTIONS,
        seconds,
        body: JSON.stringify({ amount: 1, category: 'bench' }),
        headersInTurn: tenants.map(({ key }) => ({
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
        })),
      })
    ).perSecond;
  const update = (seconds: number) =>
    pgbench(program, { databaseUrl, script: script(tenants.length), clients: CONNECTIONS, seconds });
  await consume(warmUpSeconds);
  const results = await inTurns(rounds, {
    ours: async () => (await sql.query('CHECKPOINT'), consume(roundSeconds)),
    pgbench: async () => (await sql.query('CHECKPOINT'), update(roundSeconds)),
  });
  const ratio = medianRatio(results.ours, results.pgbench);
  return {
    path: `POST /billing/credits/consume, ${label}`,
    ours: perSecond(median(results.ours)),
    against: `pgbench, one UPDATE: ${perSecond(median(results.pgbench))}`,
    result: times(ratio),
    goal: '≥ 0.5 ×',
    isMet: ratio >= 0.5,
  };
}
