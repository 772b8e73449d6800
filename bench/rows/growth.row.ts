import { load } from '../load';
import type { Load } from '../load';
import { ms, times } from '../row';
import type { Line, Row } from '../row';
import { medianRatio } from '../rounds';
import type { Stack, Tenant } from '../stack';
import { median } from '../statistics';
import { webhookBody } from '../webhook-body';

const CONNECTIONS = 32;
const FEW = { orgs: 10_000, events: 10_000 };
const MANY = { orgs: 1_000_000, events: 10_000_000 };
/** Shows that filling works; says nothing about growth. */
const QUICK_MANY = { orgs: 20_000, events: 20_000 };
const CALLERS = 1_000;

/** The same calls on a young and on an old installation. Takes about 10 GB of disk, and its time. */
export const growth: Row = {
  name: 'growth',
  isExtra: true,
  async measure(stack, { isQuick, rounds, roundSeconds, warmUpSeconds }) {
    const many = isQuick ? QUICK_MANY : MANY;
    const tenants = await stack.newTenants(CALLERS);
    await stack.sql.query(
      `INSERT INTO credit_balances (org_id, purchased_left, updated_at)
       SELECT id, 1000000000, now() FROM unnest($1::text[]) AS id`,
      [tenants.map(({ orgId }) => orgId)],
    );
    const service = await stack.service({ JOBS: 'off' });
    const calls = callsOf(stack, service.url, tenants);
    const p99s = async (call: Load) => {
      await load({ ...call, seconds: warmUpSeconds });
      const results: number[] = [];
      for (let round = 0; round < rounds; round += 1)
        results.push((await load({ ...call, seconds: roundSeconds })).p99Ms);
      return results;
    };
    await fill(stack, FEW);
    const young: number[][] = [];
    for (const [, call] of calls) young.push(await p99s(call));
    await fill(stack, many);
    const lines: Line[] = [];
    for (const [index, [path, call]] of calls.entries()) {
      const old = await p99s(call);
      const ratio = medianRatio(old, young[index]!);
      lines.push({
        path: `${path}, with ${many.orgs.toLocaleString('en-US')} organizations and ${many.events.toLocaleString('en-US')} events`,
        ours: `p99 ${ms(median(old))}`,
        against: `itself with 10,000 of each: p99 ${ms(median(young[index]!))}`,
        result: times(ratio),
        goal: '≤ 1.2 ×',
        isMet: ratio <= 1.2,
      });
    }
    return lines;
  },
};

function callsOf(stack: Stack, url: string, tenants: Tenant[]): [path: string, call: Load][] {
  const headersInTurn = tenants.map(({ key }) => ({
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
  }));
  const common = { connections: CONNECTIONS, seconds: 0 };
  return [
    // Not their credits: what they have spent between the two times is a history of their own.
    ['GET /billing/status', { ...common, url: `${url}/billing/status`, headersInTurn }],
    [
      'POST /webhooks/dodo',
      {
        ...common,
        url: `${url}/webhooks/dodo`,
        method: 'POST',
        body: webhookBody(),
        webhookSecret: stack.webhookSecret,
      },
    ],
    [
      'POST /billing/credits/consume',
      {
        ...common,
        url: `${url}/billing/credits/consume`,
        method: 'POST',
        body: JSON.stringify({ amount: 1, category: 'bench' }),
        headersInTurn,
      },
    ],
  ];
}

/** Adds what is missing to so many. Events of others are short: their number is what grows, not their text. */
async function fill({ sql }: Stack, { orgs, events }: typeof FEW): Promise<void> {
  await sql.query(
    `INSERT INTO organizations (id, name, email, created_at)
     SELECT 'org_' || n, 'Acme', n || '@example.com', now() FROM generate_series(1, ${orgs}) AS n ON CONFLICT DO NOTHING`,
  );
  await sql.query(
    `INSERT INTO api_keys (id, org_id, name, hash, hint, scopes, created_at, updated_at)
     SELECT 'key_' || n, 'org_' || n, 'bench', sha256(n::text::bytea), 'sk-social-…', '{billing:read}', now(), now()
       FROM generate_series(1, ${orgs}) AS n ON CONFLICT DO NOTHING`,
  );
  await sql.query(
    `INSERT INTO dodo_events (webhook_id, type, body, status, received_at, processed_at)
     SELECT 'msg_' || md5(n::text), 'payment.succeeded', '{"type":"payment.succeeded","data":{}}', 'processed', now(), now()
       FROM generate_series(1, ${events}) AS n ON CONFLICT DO NOTHING`,
  );
  // As autovacuum leaves it: it would otherwise still be at it while the calls are measured.
  await sql.query('VACUUM (ANALYZE)');
  await sql.query('CHECKPOINT');
}
