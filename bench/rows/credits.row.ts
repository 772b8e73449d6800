import { load } from '../load';
import type { Headers } from '../load';
import { findPgbench, pgbench } from '../pgbench';
import { forComparison, perSecond, times } from '../row';
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

type Rate = (seconds: number) => Promise<number>;

export const credits: Row = {
  name: 'credits',
  async measure(stack, effort) {
    const program = await findPgbench();
    if (program === null) return [];
    const { databaseUrl } = stack;
    const service = await stack.service({ JOBS: 'off' });
    const bare = await stack.serve(
      'dist/bench/peers/fastify-database.js',
      { NODE_ENV: 'production', DATABASE_URL: databaseUrl },
      '/ready',
    );
    const lines: Line[] = [];
    for (const [orgs, label] of [
      [1, 'one hot organization'],
      [1_000, '1,000 organizations'],
    ] as const) {
      const tenants = await fill(stack, orgs);
      const contestants = {
        ours: posts(
          `${service.url}/billing/credits/consume`,
          { amount: 1, category: 'bench' },
          tenants.map(({ key }) => ({ authorization: `Bearer ${key}` })),
        ),
        bare: posts(
          `${bare.url}/spend`,
          { amount: 1 },
          tenants.map((_, index) => ({ 'x-balance': String(index + 1) })),
        ),
        pgbench: (seconds: number) =>
          pgbench(program, { databaseUrl, script: script(orgs), clients: CONNECTIONS, seconds }),
      };
      lines.push(...(await compare(stack, effort, contestants, label)));
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

function posts(url: string, body: object, headersInTurn: Headers[]): Rate {
  return async (seconds) => {
    const result = await load({
      url,
      method: 'POST',
      connections: CONNECTIONS,
      seconds,
      body: JSON.stringify(body),
      headersInTurn: headersInTurn.map((it) => ({ ...it, 'content-type': 'application/json' })),
    });
    return result.perSecond;
  };
}

async function compare(
  { sql }: Stack,
  { rounds, roundSeconds, warmUpSeconds }: Effort,
  { ours, bare, pgbench: updates }: Record<'ours' | 'bare' | 'pgbench', Rate>,
  label: string,
): Promise<Line[]> {
  await ours(warmUpSeconds);
  await bare(warmUpSeconds);
  const measured = (rate: Rate) => async () => (await sql.query('CHECKPOINT'), rate(roundSeconds));
  const results = await inTurns(rounds, {
    ours: measured(ours),
    bare: measured(bare),
    pgbench: measured(updates),
  });
  const ratio = medianRatio(results.ours, results.pgbench);
  const against = `pgbench, one UPDATE: ${perSecond(median(results.pgbench))}`;
  return [
    {
      path: `POST /billing/credits/consume, ${label}`,
      ours: perSecond(median(results.ours)),
      against,
      result: times(ratio),
      goal: '≥ 0.5 ×',
      isMet: ratio >= 0.5,
    },
    forComparison(
      `a bare Fastify route that makes one UPDATE, ${label}`,
      perSecond(median(results.bare)),
      against,
      medianRatio(results.bare, results.pgbench),
    ),
  ];
}
