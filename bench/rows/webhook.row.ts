import { load } from '../load';
import type { LoadResult } from '../load';
import { findPgbench, pgbench } from '../pgbench';
import { ms, perSecond, times } from '../row';
import type { Effort, Line, Row } from '../row';
import { inTurns, medianRatio } from '../rounds';
import type { Stack } from '../stack';
import { median } from '../statistics';
import { webhookBody } from '../webhook-body';

const CONNECTIONS = [32, 128];
const BODY = webhookBody();

const TABLES = `
  CREATE TABLE IF NOT EXISTS bench_adapter_events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, type text, body text);
  CREATE TABLE IF NOT EXISTS bench_single_rows (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, webhook_id text NOT NULL UNIQUE, type text NOT NULL,
    body bytea NOT NULL, received_at timestamptz NOT NULL)`;

/** The same columns and the same bytes as the inbox has, without a job, a signature or HTTP. */
const SINGLE_ROW = `
INSERT INTO bench_single_rows (webhook_id, type, body, received_at)
VALUES (gen_random_uuid()::text, 'payment.succeeded', '\\x${Buffer.from(BODY).toString('hex')}', now());`;

type Contestant = (connections: number, seconds: number) => Promise<Pick<LoadResult, 'perSecond' | 'p99Ms'>>;

/** Event and job committed, then 2xx: against the least that any durable inbox could do, and against Dodo's packages. */
export const webhook: Row = {
  name: 'webhook',
  async measure(stack, effort) {
    await stack.sql.query(TABLES);
    const contestants = await startContestants(stack);
    for (const contestant of Object.values(contestants))
      await contestant(CONNECTIONS[0]!, effort.warmUpSeconds);
    const lines: Line[] = [];
    for (const connections of CONNECTIONS)
      lines.push(...(await compare(stack, contestants, connections, effort)));
    return lines;
  },
};

async function startContestants(stack: Stack): Promise<Record<string, Contestant>> {
  const environment = {
    DATABASE_URL: stack.databaseUrl,
    WEBHOOK_SECRET: stack.webhookSecret,
    NODE_ENV: 'production',
  };
  const service = await stack.service({ JOBS: 'off' });
  const express = await stack.serve('bench/peers/express-adapter.mjs', environment, '/ready');
  const fastify = await stack.serve('bench/peers/core-on-fastify.mjs', environment, '/ready');
  const program = await findPgbench();
  return {
    ours: posts(stack, service.url),
    ...(program !== null && { pgbench: inserts(stack, program) }),
    fastify: posts(stack, fastify.url),
    express: posts(stack, express.url),
  };
}

function posts(stack: Stack, url: string): Contestant {
  return (connections, seconds) =>
    load({
      url: `${url}/webhooks/dodo`,
      method: 'POST',
      connections,
      seconds,
      body: BODY,
      webhookSecret: stack.webhookSecret,
    });
}

function inserts(stack: Stack, program: string): Contestant {
  return async (clients, seconds) => ({
    perSecond: await pgbench(program, {
      databaseUrl: stack.databaseUrl,
      script: SINGLE_ROW,
      clients,
      seconds,
    }),
    p99Ms: NaN,
  });
}

async function compare(
  stack: Stack,
  contestants: Record<string, Contestant>,
  connections: number,
  { rounds, roundSeconds }: Effort,
): Promise<Line[]> {
  const results = await inTurns(
    rounds,
    Object.fromEntries(
      Object.entries(contestants).map(([name, contestant]) => [
        name,
        async () => {
          await empty(stack);
          return contestant(connections, roundSeconds);
        },
      ]),
    ),
  );
  const rates = (name: string) => results[name]!.map((result) => result.perSecond);
  const p99s = (name: string) => results[name]!.map((result) => result.p99Ms);
  const path = `POST /webhooks/dodo, 2 kB, ${connections} connections`;
  const ours = `${perSecond(median(rates('ours')))}, p99 ${ms(median(p99s('ours')))}`;
  const faster = (name: string, label: string, goal: number): Line => {
    const ratio = medianRatio(rates('ours'), rates(name));
    const against = `${label}: ${perSecond(median(rates(name)))}`;
    return { path, ours, against, result: times(ratio), goal: `≥ ${goal} ×`, isMet: ratio >= goal };
  };
  const noSlower = (name: string, label: string): Line => {
    const ratio = medianRatio(p99s('ours'), p99s(name));
    const against = `${label}: p99 ${ms(median(p99s(name)))}`;
    return { path: `${path}, p99`, ours, against, result: times(ratio), goal: '≤ 2 ×', isMet: ratio <= 2 };
  };
  return [
    ...(contestants.pgbench ? [faster('pgbench', 'pgbench, one row', 0.6)] : []),
    faster('fastify', '`@dodopayments/core` on Fastify', 1.5),
    faster('express', '`@dodopayments/express`', 1.5),
    noSlower('fastify', '`@dodopayments/core` on Fastify'),
    noSlower('express', '`@dodopayments/express`'),
  ];
}

/** Nobody inserts into tables that another one has filled. */
async function empty({ sql }: Stack): Promise<void> {
  await sql.query('TRUNCATE dodo_events, bench_adapter_events, bench_single_rows');
  await sql.query('TRUNCATE graphile_worker._private_jobs');
  await sql.query('CHECKPOINT');
}
