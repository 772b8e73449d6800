import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { CONNECTION_LIFETIME_SECONDS } from '../database/data-source';
import { isDatabaseAway, isSqlState } from '../database/database-away';
import { clientWithDeadline } from '../database/deadline-client';

/** LISTEN takes one for each lane; the rest carry the queue's short statements, not the jobs. */
const POOL_SIZE = 8;
const CONNECT_TIMEOUT_MS = 5_000;
/** What is still being written when the workers have stopped has so long to get there. */
const SETTLING_MS = 5_000;
const LOOK_EVERY_MS = 10;
const DEADLINE_MS = 35_000;

/** SQLSTATE "cannot connect now": what the queue takes for "try again soon". */
const CANNOT_CONNECT_NOW = '57P03';
/** SQLSTATE "lock not available": where a `lock_timeout` is set for the database or the role. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * The queue's own connections. The queue does not wait for its writes ("this job
 * is done") and gives up, and with it the process, on errors that it does not
 * know to pass. A database that is away for a while, or takes no writes, is such
 * an error: here it is given the one name that the queue waits for.
 */
export function createQueuePool(connectionString: string): Pool {
  const pool = new Pool({
    connectionString,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'autoposting-billing jobs',
    keepAlive: true,
    maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
    Client: clientWithDeadline(DEADLINE_MS),
  });
  pool.on('error', noteLostConnection);
  pool.on('connect', (client) => {
    // The queue takes its own listener off before it lets go of a broken connection.
    client.on('error', noteLostConnection);
    client.query = nameOutages(client.query.bind(client));
  });
  pool.connect = nameOutages(pool.connect.bind(pool));
  return pool;
}

/** Ends the connections when what the queue has begun to write, and does not wait for, is written. */
export async function endQueuePool(pool: Pool): Promise<void> {
  const deadline = performance.now() + SETTLING_MS;
  do await sleep(LOOK_EVERY_MS);
  while (isBusy(pool) && performance.now() < deadline);
  await pool.end();
}

function isBusy({ waitingCount, totalCount, idleCount }: Pool): boolean {
  return waitingCount > 0 || totalCount > idleCount;
}

/** The same method; when it answers a promise, an outage is called what the queue waits for. */
function nameOutages<Method>(method: Method): Method {
  const call = method as (...parts: unknown[]) => unknown;
  return ((...parts: unknown[]) => {
    const outcome = call(...parts);
    return outcome instanceof Promise ? outcome.catch(rethrowRetryable) : outcome;
  }) as Method;
}

function rethrowRetryable(error: Error & { code?: string }): never {
  throw isOutage(error) ? Object.assign(error, { code: CANNOT_CONNECT_NOW }) : error;
}

function isOutage(error: { code?: string }): boolean {
  return !isSqlState(error.code) || error.code === LOCK_NOT_AVAILABLE || isDatabaseAway(error);
}

function noteLostConnection(error: Error): void {
  new Logger('Jobs').warn(`A connection of the job queue was lost: ${error.message}`);
}
