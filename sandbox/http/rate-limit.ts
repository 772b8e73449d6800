import type { FastifyReply } from 'fastify';
import type { Context } from '../context';
import { ApiError } from '../errors';

interface Window {
  lengthMs: number;
  limit: number;
}

/** Counts calls per second and per minute of wall time, in fixed windows. */
export class RateLimit {
  private readonly counts = new Map<number, { startedAt: number; calls: number }>();

  constructor(private readonly ctx: Context) {}

  count(reply: FastifyReply): void {
    const limits = this.ctx.switches.current.rateLimit;
    if (!limits) return;
    const windows: Window[] = [
      { lengthMs: 1000, limit: limits.perSecond },
      { lengthMs: 60_000, limit: limits.perMinute },
    ];
    const states = windows.map((window) => ({ ...window, ...this.hit(window) }));
    const tightest = states.reduce((a, b) => (a.limit - a.calls <= b.limit - b.calls ? a : b));
    reply.header('x-ratelimit-limit', tightest.limit);
    reply.header('x-ratelimit-remaining', Math.max(0, tightest.limit - tightest.calls));
    reply.header('x-ratelimit-reset', Math.ceil((tightest.startedAt + tightest.lengthMs) / 1000));
    if (tightest.calls > tightest.limit) throw ApiError.tooManyRequests();
  }

  private hit({ lengthMs }: Window): { startedAt: number; calls: number } {
    const startedAt = Math.floor(Date.now() / lengthMs) * lengthMs;
    const before = this.counts.get(lengthMs);
    const calls = before?.startedAt === startedAt ? before.calls + 1 : 1;
    const state = { startedAt, calls };
    this.counts.set(lengthMs, state);
    return state;
  }
}
