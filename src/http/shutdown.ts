import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Lifecycle } from './lifecycle';

/** Longer than any answer takes, Dodo's time-out included. */
const SHUTDOWN_GRACE_MS = 15_000;
const SHUTDOWN_STEP_MS = 100;
/** A connection that is in use has its next request within this. */
const DRAIN_MS = 1_000;
/** Where so many connect all the time that there is always one more. */
const TAKE_IN_MS = 3_000;
/** A turn of the loop that handles a request or none takes less. */
const QUIET_TURN_MS = 2;
/** Under load there may be no such turn. */
const WAIT_FOR_QUIET_MS = 1_000;

/**
 * A stop begins by saying so: readiness fails from now on, and whoever sends
 * requests here has `delaySeconds` to notice, while all of them are still served.
 */
export async function announceStop(app: INestApplicationContext, delaySeconds = 0): Promise<void> {
  app.get(Lifecycle).isStopping = true;
  if (delaySeconds > 0) await sleep(delaySeconds * 1000);
}

/**
 * Then: no new connection is taken, and those that are open
 * end with the answer to their next request. A client that keeps its connection
 * would else send into one that is being closed, and could not know whether the
 * request was carried out. In this order: whose connection has ended connects
 * anew, and must be refused.
 */
export async function drain(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  await takeWhoeverHasConnected(server);
  // The HTTP server's own `close` would close idle connections at once.
  Server.prototype.close.call(server);
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('connection', 'close');
  });
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline && (await countConnections(server)) > 0) await sleep(SHUTDOWN_STEP_MS);
}

/**
 * The system completes connections before we see them, and resets those that
 * still wait when the listening socket closes, with the requests that they may
 * have sent already. Node takes one of them a turn of its loop: the turn that
 * finds none is the moment to close in. One with little else to do is better,
 * since somebody may connect while it does that.
 */
export async function takeWhoeverHasConnected(server: Server): Promise<void> {
  let taken = 0;
  const count = () => (taken += 1);
  server.on('connection', count);
  // The first one may have looked for input before this was called.
  await turnOfTheLoop();
  const start = performance.now();
  for (let now = start; now < start + TAKE_IN_MS;) {
    const before = { taken, now };
    await turnOfTheLoop();
    now = performance.now();
    const isQuiet = now - before.now < QUIET_TURN_MS || now > start + WAIT_FOR_QUIET_MS;
    if (taken === before.taken && isQuiet) break;
  }
  server.off('connection', count);
}

/** Resolves right after the loop has looked for input, before anything else happens. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/**
 * Requests in flight are answered first; a connection is closed as soon as it
 * has nothing to wait for, and a client that does not read holds up no stop.
 */
export function limitShutdown(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preClose', async () => {
    setInterval(() => fastify.server.closeIdleConnections(), SHUTDOWN_STEP_MS).unref();
    setTimeout(() => fastify.server.closeAllConnections(), SHUTDOWN_GRACE_MS).unref();
  });
}
