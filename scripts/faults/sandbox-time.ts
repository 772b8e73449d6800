import { setTimeout as sleep } from 'node:timers/promises';
import type { Diary, PaidFee } from './diary';
import type { SandboxClient } from './sandbox-client';
import type { SeededRandom } from './seeded-random';
import type { ServiceDatabase } from './service-database';
import type { TimeSpent } from './time-spent';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 50;
const LONGEST_WAIT_FOR_BUYERS_MS = 3_000;
const PACE_MS = 200;
/** Days pass when so many lives wait for them, or after so long. */
const WAITING_SHARE = 0.5;
const LONGEST_WAIT_FOR_LIVES_MS = 8_000;
/** While time stands, what the service has planned for later is made due so often: its waits are real, time's are not. */
const HASTEN_EVERY_MS = 2_000;
/** Days that pass at a step, least and most. */
const STEP_DAYS = [0.2, 3] as const;
/** Dodo refunds for 30 days: while a fee this old has not been asked back, time crawls, and then stands. */
const FEE_SLOWS_AFTER_DAYS = 22;
const FEE_STOPS_AFTER_DAYS = 28;
/** Hours at a step: enough for Dodo to try again what did not arrive. */
const CRAWL_HOURS = 6;
/** Events that wait to be followed: above that, renewals of a month more would only pile up. */
const MOST_WAITING = 150;

type Pace =
  'goes' | 'crawls: a fee has no refund yet' | 'stands: the service has a backlog' | 'stands: no database';

/**
 * Lets the sandbox's days pass, in leaps for all organizations at once, as long as the service keeps up. The service
 * itself lives in real time: so after a leap, what it has planned for later is made due.
 */
export class SandboxTime {
  private began = 0;
  private current = 0;
  private hastenedAt = 0;
  private buyers = 0;
  private readonly waiting = new Set<{ until: number }>();

  constructor(
    private readonly sandbox: SandboxClient,
    private readonly database: ServiceDatabase,
    private readonly diary: Diary,
    private readonly spent: TimeSpent,
    private readonly random: SeededRandom,
    /** What an operator does who is told that a refund is owed for too long. */
    private readonly heal: () => void,
  ) {}

  get now(): number {
    return this.current;
  }

  get days(): number {
    return Math.round((this.current - this.began) / DAY_MS);
  }

  async pass(lives: number, isOver: () => boolean): Promise<void> {
    this.began = await this.sandbox.now();
    this.current = this.began;
    while (!isOver()) {
      const startedAt = performance.now();
      const pace = await this.pace();
      if (!pace.startsWith('stands')) {
        await this.untilMostWait(lives, isOver);
        await this.untilNobodyBuys(isOver);
        const days = pace === 'goes' ? this.daysToTheNext() : CRAWL_HOURS / 24;
        this.current = (await this.sandbox.advance((days * DAY_MS) / 1000)).now;
        await this.hasten();
      } else if (performance.now() - this.hastenedAt > HASTEN_EVERY_MS) {
        await this.hasten();
      }
      if (pace !== 'goes') this.heal();
      await sleep(PACE_MS);
      this.spent.add(`Dodo's time ${pace}`, performance.now() - startedAt);
    }
  }

  private async hasten(): Promise<void> {
    this.hastenedAt = performance.now();
    await this.database.hasten();
  }

  /**
   * Sessions are paid within a day, and a day is over in a moment here: so time waits a little for those who are about
   * to pay.
   */
  async whileBuying<T>(work: () => Promise<T>): Promise<T> {
    this.buyers += 1;
    try {
      return await work();
    } finally {
      this.buyers -= 1;
    }
  }

  private async untilNobodyBuys(isOver: () => boolean): Promise<void> {
    const deadline = performance.now() + LONGEST_WAIT_FOR_BUYERS_MS;
    while (this.buyers > 0 && performance.now() < deadline && !isOver()) await sleep(LOOK_EVERY_MS);
  }

  /** False when the run was over before. */
  async untilLater(days: number, isOver: () => boolean): Promise<boolean> {
    const wait = { until: this.current + days * DAY_MS };
    this.waiting.add(wait);
    while (this.current < wait.until && !isOver()) await sleep(LOOK_EVERY_MS);
    this.waiting.delete(wait);
    return !isOver();
  }

  /** However slow the machine, lives get to what they do on a day before it is over. */
  private async untilMostWait(lives: number, isOver: () => boolean): Promise<void> {
    const deadline = performance.now() + LONGEST_WAIT_FOR_LIVES_MS;
    const isTooSoon = (): boolean =>
      this.waiting.size < lives * WAITING_SHARE && performance.now() < deadline;
    while (isTooSoon() && !isOver()) await sleep(LOOK_EVERY_MS);
  }

  /** To where the next one has something to do. */
  private daysToTheNext(): number {
    const next = Math.min(...[...this.waiting].map(({ until }) => until), Infinity);
    const days = Number.isFinite(next) ? (next - this.current) / DAY_MS : this.random.between(...STEP_DAYS);
    return Math.min(STEP_DAYS[1], Math.max(STEP_DAYS[0], days));
  }

  private async pace(): Promise<Pace> {
    const waiting = await this.database.countWaiting();
    if (waiting === null) return 'stands: no database';
    const old = this.feesOlderThan(FEE_SLOWS_AFTER_DAYS);
    const open = await this.database.findUnrefunded(old.map(({ paymentId }) => paymentId));
    if (open === null) return 'stands: no database';
    this.forget(old.filter(({ paymentId }) => !open.includes(paymentId)));
    // A backlog may be what Dodo has to tell once more: as long as a fee is waited for, hours go on.
    if (open.length > 0 && this.feesOlderThan(FEE_STOPS_AFTER_DAYS).length === 0)
      return 'crawls: a fee has no refund yet';
    return waiting > MOST_WAITING || open.length > 0 ? 'stands: the service has a backlog' : 'goes';
  }

  private feesOlderThan(days: number): PaidFee[] {
    return this.diary.fees.filter(({ paidAt }) => this.current - paidAt > days * DAY_MS);
  }

  private forget(refunded: PaidFee[]): void {
    const gone = new Set(refunded);
    this.diary.fees.splice(0, this.diary.fees.length, ...this.diary.fees.filter((fee) => !gone.has(fee)));
  }
}
