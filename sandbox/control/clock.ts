import { z } from 'zod';
import { iso, parseDuration } from '../clock';
import type { Context } from '../context';
import type { Driver } from '../engine/driver';
import { ApiError } from '../errors';
import type { Route } from '../http/route';
import { parseBody } from '../http/validation';

const LONGEST_MS = 20 * 365 * 86_400_000;

const moveRequest = z
  .object({
    advance: z.union([z.string(), z.number()]).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ advance, to }) => (advance === undefined) !== (to === undefined), {
    message: 'needs either advance or to',
  });

export function clockRoutes(ctx: Context, driver: Driver): Route[] {
  return [
    { method: 'GET', path: '/_sandbox/clock', handle: () => viewClock(ctx) },
    { method: 'POST', path: '/_sandbox/clock', handle: ({ body }) => move(ctx, driver, body) },
  ];
}

export function viewClock(ctx: Context) {
  return { now: iso(ctx.clock.running()), offsetSeconds: ctx.clock.offsetMs / 1000 };
}

function move(ctx: Context, driver: Driver, body: unknown) {
  const request = parseBody(moveRequest, body);
  const ms = request.to ? Date.parse(request.to) - ctx.clock.running() : duration(request.advance ?? 0);
  if (ms < 0) throw ApiError.invalidParameters('The clock only goes forward');
  if (ms > LONGEST_MS) throw ApiError.invalidParameters('The clock goes at most 20 years forward at once');
  const happened = driver
    .advanceBy(ms)
    .map(({ timestamp, type, subject }) => ({ at: timestamp, type, id: subject.id }));
  return { ...viewClock(ctx), happened };
}

function duration(advance: string | number): number {
  const ms = parseDuration(advance);
  if (ms === null)
    throw ApiError.invalidBody('advance: write it as 30s, 5m, 12h, 4d, 2w or a number of seconds');
  return ms;
}
