import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context';
import type { Fault } from '../model/faults';

/** How long an answer is withheld from a client that does not give up by itself. */
const HELD_MS = 120_000;

declare module 'fastify' {
  interface FastifyRequest {
    fault: Fault | null;
  }
}

/**
 * Breaks the calls it was told to break. A fault "before" keeps the call from having any effect;
 * one "after" lets it take effect and loses or falsifies the answer.
 */
export function installFaults(app: FastifyInstance, ctx: Context): void {
  app.decorateRequest('fault', null);
  app.addHook('onRequest', async (request, reply) => {
    request.fault = takeFault(ctx, request);
    if (!request.fault) return;
    await before(request.fault, request, reply);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (!request.fault || !isAfter(request.fault)) return payload;
    return after(request.fault, request, reply, payload);
  });
}

async function before(fault: Fault, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (fault.kind === 'delay') await sleep(fault.delayMs);
  if (fault.kind === 'error_before') await reply.send(falsify(fault, reply));
  if (fault.kind === 'timeout_before') await hold(request);
  if (fault.kind === 'timeout_before' || fault.kind === 'drop_before') cut(request, reply);
}

async function after(
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (fault.kind === 'error_after') return falsify(fault, reply);
  if (fault.kind === 'timeout_after') await hold(request);
  request.raw.socket.destroy();
  return payload;
}

const isAfter = (fault: Fault): boolean => fault.kind.endsWith('_after');

function falsify(fault: Fault, reply: FastifyReply): string {
  reply.code(fault.status);
  reply.type(fault.body === null ? 'application/json' : 'text/html');
  reply.headers(fault.headers);
  return fault.body ?? JSON.stringify({ code: fault.code, message: fault.message });
}

async function hold(request: FastifyRequest): Promise<void> {
  const waiting = new AbortController();
  const gone = once(request.raw.socket, 'close', { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([
    gone,
    sleep(HELD_MS, undefined, { ref: false, signal: waiting.signal }).catch(() => undefined),
  ]);
  waiting.abort();
}

function cut(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

function takeFault(ctx: Context, request: FastifyRequest): Fault | null {
  const path = request.url.split('?')[0] ?? '';
  if (path.startsWith('/_sandbox')) return null;
  const fault = ctx.store.faults.all().find((candidate) => {
    const spent = candidate.hits >= candidate.times;
    return !spent && candidate.method === request.method && matches(candidate.path, path);
  });
  return fault ? ctx.store.faults.update(fault.id, { hits: fault.hits + 1 }) : null;
}

/** `*` stands for one segment. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const actual = path.split('/');
  return (
    wanted.length === actual.length &&
    wanted.every((segment, index) => segment === '*' || segment === actual[index])
  );
}
