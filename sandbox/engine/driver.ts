import { Agenda } from '../agenda';
import type { Context } from '../context';
import { iso } from '../clock';
import type { Change } from '../journal';
import type { Payment, Refund } from '../model/payments';
import type { Subscription } from '../model/subscriptions';
import type { Delivery, Event } from '../model/webhooks';
import type { Dispatcher } from '../webhooks/dispatcher';
import { carryOut, settleDelayed, subscriptionDue } from './billing-cycle';
import { settleDueRefund } from './refunds';

const LONGEST_SLEEP_MS = 3_600_000;
const OFFSET = 'clock_offset_ms';

export const storedOffset = (ctx: Pick<Context, 'store'>): number =>
  Number(ctx.store.settings.get(OFFSET)?.value ?? 0);

/**
 * Makes due things happen in the order of their due times, by itself as time runs and at once when
 * the clock is moved. What is due follows from the records alone, so a restart forgets nothing.
 */
export class Driver {
  private readonly agenda = new Agenda();
  private timer: NodeJS.Timeout | null = null;
  private wakesAt = Infinity;
  private started = false;

  constructor(
    private readonly ctx: Context,
    private readonly dispatcher: Dispatcher,
  ) {
    const { subscriptions, refunds, payments, deliveries } = ctx.store;
    for (const { name, snapshot } of [subscriptions, refunds, payments, deliveries].map(named)) {
      for (const change of snapshot()) this.note({ ...change, c: name });
    }
    ctx.store.onChange((change) => this.note(change));
  }

  start(): void {
    this.started = true;
    this.wake();
  }

  stop(): void {
    this.started = false;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Moves the clock forward and returns what happened on the way. */
  advanceBy(ms: number): Event[] {
    const before = this.ctx.store.events.all().length;
    this.runUntil(this.ctx.clock.running() + ms);
    const offset = this.ctx.clock.offsetMs + ms;
    this.ctx.clock.setOffset(offset);
    this.ctx.store.settings.put({ name: OFFSET, value: offset });
    this.arm();
    return this.ctx.store.events.all().slice(before);
  }

  resetClock(): void {
    this.ctx.clock.setOffset(0);
    this.ctx.store.settings.delete(OFFSET);
    this.arm();
  }

  private runUntil(moment: number): void {
    for (let entry = this.agenda.take(moment); entry; entry = this.agenda.take(moment)) {
      const { key, due } = entry;
      this.ctx.clock.standingAt(due, () => this.carryOut(key));
    }
  }

  private carryOut(key: string): void {
    const [collection, id = ''] = key.split(':');
    const { subscriptions, refunds, payments, deliveries } = this.ctx.store;
    const subscription = collection === 'subscriptions' && subscriptions.get(id);
    if (subscription) carryOut(this.ctx, subscription);
    const refund = collection === 'refunds' && refunds.get(id);
    if (refund) settleDueRefund(this.ctx, refund);
    const payment = collection === 'payments' && payments.get(id);
    if (payment) settleDelayed(this.ctx, payment);
    const delivery = collection === 'deliveries' && deliveries.get(id);
    if (delivery) this.dispatcher.start(delivery);
  }

  private note({ c, id, v }: Change): void {
    if (id === null) return;
    const due = v === null ? null : dueOf(c, v);
    if (due === undefined) return;
    const moment = due === null ? null : Date.parse(due);
    this.agenda.set(`${c}:${id}`, moment);
    if (moment !== null && moment < this.wakesAt) this.arm();
  }

  private arm(): void {
    if (!this.started) return;
    if (this.timer) clearTimeout(this.timer);
    const now = this.ctx.clock.running();
    this.wakesAt = Math.min(this.agenda.nextDue() ?? Infinity, now + LONGEST_SLEEP_MS);
    this.timer = setTimeout(() => this.wake(), Math.max(0, this.wakesAt - now)).unref();
  }

  private wake(): void {
    this.wakesAt = Infinity;
    try {
      this.runUntil(this.ctx.clock.running());
    } catch (cause) {
      this.ctx.logger.error(`What was due at ${iso(this.ctx.clock.running())} broke down`, cause);
    }
    this.arm();
  }
}

const named = (collection: { name: string; snapshot(): Iterable<Change> }) => ({
  name: collection.name,
  snapshot: () => collection.snapshot(),
});

/** When a record needs attention: null for never, undefined for records that never do. */
function dueOf(collection: string, record: unknown): string | null | undefined {
  if (collection === 'subscriptions') return subscriptionDue(record as Subscription);
  if (collection === 'refunds') return (record as Refund).settles_at;
  if (collection === 'payments') return (record as Payment).settles_at;
  if (collection === 'deliveries') return (record as Delivery).next_attempt_at;
  return undefined;
}
