import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context';
import { iso } from '../clock';
import type { Attempt, Delivery, Endpoint } from '../model/webhooks';
import { attemptDelivery, type Outcome } from './attempt';
import { Mischief } from './mischief';
import { eventBody } from './payload';

/** Seconds of sandbox time from each failed attempt to the next. */
const RETRY_SECONDS = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600];
const PARALLEL_PER_ENDPOINT = 10;

interface Job {
  delivery: Delivery;
  endpoint: Endpoint;
  body: string;
}

/**
 * Carries deliveries out: in parallel, but boundedly so for each endpoint, and never in a promised
 * order. What is under way when the process dies is still pending in the books, and goes out again.
 */
export class Dispatcher {
  private readonly mischief = new Mischief();
  private readonly waiting = new Map<string, Job[]>();
  private readonly running = new Map<string, number>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(private readonly ctx: Context) {
    // As many deliveries are held back at a time as there are: none of them is a leak.
    setMaxListeners(0, this.closing.signal);
  }

  /** One attempt at a delivery that is due. The body is what holds now; its sending is not awaited. */
  start(delivery: Delivery): void {
    const endpoint = this.ctx.store.endpoints.get(delivery.endpoint_id);
    const event = this.ctx.store.events.get(delivery.event_id);
    const body = event && eventBody(this.ctx, event);
    if (!endpoint || endpoint.disabled || !body) {
      this.ctx.store.deliveries.update(delivery.delivery_id, { status: 'dropped', next_attempt_at: null });
      return;
    }
    const plan = this.mischief.plan(this.ctx.switches.current.webhooks);
    if (plan.drop) {
      this.ctx.store.deliveries.update(delivery.delivery_id, { status: 'dropped', next_attempt_at: null });
      return;
    }
    for (const delay of plan.delays) this.track(this.enqueue({ delivery, endpoint, body }, delay));
  }

  forget(): void {
    this.waiting.clear();
    this.mischief.reseed(this.ctx.switches.current.webhooks.seed);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.waiting.clear();
    await Promise.allSettled(this.underWay);
  }

  private async enqueue(job: Job, delayMs: number): Promise<void> {
    if (delayMs > 0) await this.holdBack(delayMs);
    const queue = this.waiting.get(job.endpoint.id) ?? [];
    queue.push(job);
    this.waiting.set(job.endpoint.id, queue);
    await this.drain(job.endpoint.id);
  }

  private async holdBack(delayMs: number): Promise<void> {
    const { signal } = this.closing;
    await sleep(delayMs, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  private async drain(endpointId: string): Promise<void> {
    const busy = this.running.get(endpointId) ?? 0;
    const job =
      this.closing.signal.aborted || busy >= PARALLEL_PER_ENDPOINT
        ? undefined
        : this.waiting.get(endpointId)?.shift();
    if (!job) return;
    this.running.set(endpointId, busy + 1);
    try {
      const outcome = await attemptDelivery(
        job.endpoint,
        job.delivery.event_id,
        job.body,
        this.closing.signal,
      );
      this.settle(job.delivery.delivery_id, outcome);
    } finally {
      this.running.set(endpointId, (this.running.get(endpointId) ?? 1) - 1);
    }
    await this.drain(endpointId);
  }

  private settle(deliveryId: string, outcome: Outcome): void {
    const delivery = this.ctx.store.deliveries.get(deliveryId);
    if (!delivery || this.closing.signal.aborted) return;
    const now = this.ctx.clock.running();
    const attempt: Attempt = {
      at: iso(now),
      status: outcome.status,
      error: outcome.error,
      duration_ms: outcome.durationMs,
    };
    const attempts = [...delivery.attempts, attempt];
    const delivered = outcome.error === null || delivery.status === 'succeeded';
    const wait = RETRY_SECONDS[attempts.length - 1];
    const again = !delivered && wait !== undefined;
    this.ctx.store.deliveries.update(deliveryId, {
      attempts,
      status: delivered ? 'succeeded' : again ? 'pending' : 'failed',
      next_attempt_at: again ? iso(now + wait * 1000) : null,
    });
  }

  private track(work: Promise<void>): void {
    const tracked = work
      .catch((cause: unknown) => this.ctx.logger.error('A webhook delivery broke down', cause))
      .finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}
