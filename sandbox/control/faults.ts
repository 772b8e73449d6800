import { z } from 'zod';
import type { Context } from '../context';
import type { Route } from '../http/route';
import { parseBody } from '../http/validation';
import { newId } from '../ids';
import { FAULT_KINDS } from '../model/faults';

const faultRequest = z.object({
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  path: z.string().startsWith('/'),
  kind: z.enum(FAULT_KINDS),
  /** With a `body`, also one of success: an answer that is wrong without saying so. */
  status: z.number().int().min(200).max(599).default(500),
  code: z.string().default('INTERNAL_SERVER_ERROR'),
  message: z.string().default('A fault was ordered'),
  delayMs: z.number().int().min(0).max(120_000).default(1000),
  times: z.number().int().min(1).default(1),
  body: z.string().nullish(),
  headers: z.record(z.string(), z.string()).default({}),
});

export function faultRoutes(ctx: Context): Route[] {
  return [
    { method: 'GET', path: '/_sandbox/faults', handle: () => ({ items: ctx.store.faults.all() }) },
    { method: 'POST', path: '/_sandbox/faults', handle: ({ body }) => order(ctx, body) },
    { method: 'DELETE', path: '/_sandbox/faults', handle: () => takeBack(ctx) },
  ];
}

function order(ctx: Context, body: unknown) {
  const request = parseBody(faultRequest, body);
  return ctx.store.faults.put({ id: newId('flt'), ...request, body: request.body ?? null, hits: 0 });
}

/** Answers what was taken back, so that nothing that struck meanwhile goes uncounted. */
function takeBack(ctx: Context) {
  const items = ctx.store.faults.all();
  ctx.store.faults.clear();
  return { items };
}
