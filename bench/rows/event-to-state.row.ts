import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ms } from '../row';
import type { Row } from '../row';
import type { Served } from '../processes';
import type { Stack, Tenant } from '../stack';
import { signedHeaders } from '../signed-events';
import { quantile } from '../statistics';

const EVENTS_A_SECOND = 100;
const SECONDS = 10;
const QUICK_SECONDS = 1;
/** Sales that are set up at a time. */
const LANES = 4;
/** Sales whose events are followed before the clock starts: until then, much of the code runs as it was parsed. */
const WARM_UP_SALES = 1_000;
const QUICK_WARM_UP_SALES = 20;
const PATIENCE_MS = 60_000;

interface Sale {
  paymentId: string;
  subscriptionId: string;
}

/**
 * What an event is for: `subscription.active` until the organization's status is
 * stored, `payment.succeeded` until the fee's refund has been asked of Dodo.
 * The sandbox sends nothing by itself here: each event leaves at its time. One
 * process takes the events in, a worker follows them, as in compose.yaml.
 */
export const eventToState: Row = {
  name: 'event',
  async measure(stack, { isQuick }) {
    const count = (EVENTS_A_SECOND * (isQuick ? QUICK_SECONDS : SECONDS)) / 2;
    const service = await stack.service({ JOBS: 'off' });
    await stack.worker();
    const warmUp = isQuick ? QUICK_WARM_UP_SALES : WARM_UP_SALES;
    const sales = await sell(stack, service, count + warmUp);
    const early = sales.splice(0, warmUp);
    for (const [type, data] of early.flatMap(eventsOf)) await post(stack, service, type, data);
    await untilAllAsked(
      stack,
      early.map((it) => it.paymentId),
    );
    const sentAt = new Map<string, number>();
    const posts: Promise<void>[] = [];
    const begun = Date.now();
    for (const [index, [type, data]] of sales.flatMap(eventsOf).entries()) {
      await sleep(Math.max(0, begun + (index * 1000) / EVENTS_A_SECOND - Date.now()));
      sentAt.set(Object.values(data)[0]!, Date.now());
      posts.push(post(stack, service, type, data));
    }
    await Promise.all(posts);
    const states = await untilAllStored(
      stack,
      sales.map((it) => it.subscriptionId),
    );
    const refunds = await untilAllAsked(
      stack,
      sales.map((it) => it.paymentId),
    );
    return [
      ['event → state stored (`subscription.active`)', states] as const,
      ['event → refund asked of Dodo (`payment.succeeded`)', refunds] as const,
    ].map(([path, rows]) => {
      const took = rows.map(({ id, at }) => at.getTime() - sentAt.get(id)!);
      const middle = quantile(took, 0.5);
      return {
        path: `${path}, at ${EVENTS_A_SECOND} events/s`,
        ours: `median ${ms(middle)}, p99 ${ms(quantile(took, 0.99))}`,
        against: '–',
        result: ms(middle),
        goal: 'median < 50 ms',
        isMet: middle < 50,
      };
    });
  },
};

async function sell(stack: Stack, service: Served, count: number): Promise<Sale[]> {
  const tenants = await stack.newTenants(count);
  const sales: Sale[] = [];
  const lane = async () => {
    for (let tenant = tenants.pop(); tenant; tenant = tenants.pop())
      sales.push(await sellOne(stack, service, tenant));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return sales;
}

async function sellOne(stack: Stack, service: Served, { key }: Tenant): Promise<Sale> {
  const response = await fetch(`${service.url}/billing/checkout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      planId: 'plan_pro',
      successUrl: 'https://app.acme.com/success',
      cancelUrl: 'https://app.acme.com/cancel',
    }),
  });
  const { data } = (await response.json()) as { data: { checkoutUrl: string } };
  const session = new URL(data.checkoutUrl).pathname.split('/').at(-1);
  const paid = await stack.sandbox<{ payment_id: string; subscription_id: string }>(
    'POST',
    `/_sandbox/checkouts/${session}/pay`,
    {},
  );
  return { paymentId: paid.payment_id, subscriptionId: paid.subscription_id };
}

function eventsOf({ paymentId, subscriptionId }: Sale): [type: string, data: Record<string, string>][] {
  return [
    ['subscription.active', { subscription_id: subscriptionId }],
    ['payment.succeeded', { payment_id: paymentId }],
  ];
}

let sent = 0;

async function post(
  stack: Stack,
  { url }: Served,
  type: string,
  data: Record<string, string>,
): Promise<void> {
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  const headers = signedHeaders(stack.webhookSecret, `msg_bench_${(sent += 1)}`, body);
  const status = await send(`${url}/webhooks/dodo`, headers, body);
  if (status !== 200) throw new Error(`An event was answered ${status}.`);
}

const agent = new Agent({ keepAlive: true });

/** By the plainest client there is: it shares the machine's cores with what it measures. */
function send(url: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.once('end', () => resolve(response.statusCode!)).resume();
    });
    sending.once('error', reject).end(body);
  });
}

interface Done {
  id: string;
  at: Date;
}

/** The event is marked as processed after its effect is committed, so the time is no better than it was. */
function untilAllStored(stack: Stack, subscriptionIds: string[]): Promise<Done[]> {
  return untilAll(
    stack,
    subscriptionIds,
    `SELECT convert_from(body, 'UTF8')::json -> 'data' ->> 'subscription_id' AS id, processed_at AS at
       FROM dodo_events WHERE type = 'subscription.active' AND status = 'processed'`,
  );
}

/** Dodo's answer is stored with the refund's id; it was asked before. */
function untilAllAsked(stack: Stack, paymentIds: string[]): Promise<Done[]> {
  return untilAll(
    stack,
    paymentIds,
    `SELECT dodo_payment_id AS id, updated_at AS at FROM refunds WHERE dodo_refund_id IS NOT NULL`,
  );
}

async function untilAll({ sql }: Stack, ids: string[], query: string): Promise<Done[]> {
  const wanted = new Set(ids);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await sql.query<Done>(query);
    const done = rows.filter(({ id }) => wanted.has(id));
    if (done.length >= wanted.size) return done;
    if (Date.now() > deadline) throw new Error(`Only ${done.length} of ${wanted.size} were done in time.`);
    await sleep(100);
  }
}
