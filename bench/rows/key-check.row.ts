import { performance } from 'node:perf_hooks';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { AppModule } from '../../src/app.module';
import { AuthenticationService } from '../../src/auth/authentication.service';
import { KeyCache } from '../../src/auth/key-cache';
import { loadConfig } from '../../src/config';
import { ms } from '../row';
import type { Row } from '../row';
import type { Stack } from '../stack';
import { quantile } from '../statistics';

const CHECKS = 50_000;
const QUICK_CHECKS = 5_000;
const TENANTS = 1_000;

/** From the header's text to the caller, without HTTP. */
export const keyCheck: Row = {
  name: 'key',
  async measure(stack, { isQuick }) {
    const tenants = await stack.newTenants(TENANTS);
    const app = await NestFactory.createApplicationContext(
      AppModule.with(loadConfig(stack.serviceEnvironment)),
      {
        logger: false,
      },
    );
    try {
      const authentication = app.get(AuthenticationService);
      const check = async (key: string): Promise<number> => {
        const start = performance.now();
        if ((await authentication.authenticate(key)) === null) throw new Error('A valid key was refused.');
        return performance.now() - start;
      };
      for (const { key } of tenants) await check(key);
      while (app.get(KeyCache).size < TENANTS) for (const { key } of tenants) await check(key);
      const hits: number[] = [];
      for (let i = 0; i < (isQuick ? QUICK_CHECKS : CHECKS); i += 1) {
        hits.push(await check(tenants[i % TENANTS]!.key));
        // As between requests: the connection that hears of changes wants its turn.
        if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const misses: number[] = [];
      const statements = await countStatements(async () => {
        for (const { key, orgId } of tenants) {
          app.get(KeyCache).forget(orgId);
          misses.push(await check(key));
        }
      });
      const p99 = quantile(hits, 0.99);
      const perMiss = statements / TENANTS;
      const isIndexed = await isKeyReadIndexed(stack);
      return [
        {
          path: 'key check inside the process, on a hit',
          ours: `median ${ms(quantile(hits, 0.5))}, p99 ${ms(p99)}`,
          against: '–',
          result: ms(p99),
          goal: 'p99 ≤ 0.2 ms',
          isMet: p99 <= 0.2,
        },
        {
          path: 'key check inside the process, on a miss',
          ours: `median ${ms(quantile(misses, 0.5))}, p99 ${ms(quantile(misses, 0.99))}`,
          against: '–',
          result: `${perMiss.toFixed(2)} queries, ${isIndexed ? 'by index' : 'not by index'}`,
          goal: 'one indexed query',
          isMet: perMiss < 1.05 && isIndexed,
        },
      ];
    } finally {
      await app.close();
    }
  },
};

/** Statements that this process sends meanwhile, but for the beats of the change feed. */
async function countStatements(work: () => Promise<void>): Promise<number> {
  const { query } = Client.prototype;
  let count = 0;
  Client.prototype.query = function (this: Client, ...parts: unknown[]) {
    if (!String(parts[0]).includes('pg_notify')) count += 1;
    return (query as (...all: unknown[]) => unknown).apply(this, parts);
  } as typeof query;
  try {
    await work();
  } finally {
    Client.prototype.query = query;
  }
  return count;
}

async function isKeyReadIndexed({ sql }: Stack): Promise<boolean> {
  await sql.query('ANALYZE api_keys; ANALYZE organizations');
  const { rows } = await sql.query(
    `EXPLAIN (FORMAT JSON) SELECT 1 FROM api_keys k JOIN organizations o ON o.id = k.org_id
      WHERE k.hash = sha256('x') OR k.previous_hash = sha256('x')`,
  );
  return !JSON.stringify(rows).includes('Seq Scan');
}
