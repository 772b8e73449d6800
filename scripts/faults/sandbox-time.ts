import { setTimeout as sleep } from 'node:timers/promises';
import type { Diary, PaidFee } from './diary';
import type { SandboxClient } from './sandbox-client';
import type { SeededRandom } from './seeded-random';
import type { ServiceDatabase } from './service-database';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 100;
const PACE_MS = 700;
/** Days that pass at a step, least and most. */
const STEP_DAYS = [0.2, 3] as const;
/** Dodo refunds for 30 days: while a fee this old has not been asked back, time crawls, and then stands. */
const FEE_SLOWS_AFTER_DAYS = 22;
const FEE_STOPS_AFTER_DAYS = 28;
/** Hours at a step: enough for Dodo to try again what did not arrive. */
const CRAWL_HOURS = 1;
/** Events that wait to be followed: above that, renewals of a month more would only pile up. */
const MOST_WAITING = 400;
/** Events a second that the service keeps up with, roughly, while it is being killed. */
const DELIVERED_PER_MS = 0.1;

/** Lets the sandbox's days pass, in steps, as long as the service keeps up; the service itself lives in real time. */
export class SandboxTime {
  private began = 0;
  private current = 0;

  constructor(
    private readonly sandbox: SandboxClient,
    private readonly database: ServiceDatabase,
    private readonly diary: Diary,
    private readonly random: SeededRandom,
  ) {}

  get now(): number {
    return this.current;
  }

  get days(): number {
    return Math.round((this.current - this.began) / DAY_MS);
  }

  async pass(isOver: () => boolean): Promise<void> {
    this.began = await this.sandbox.now();
    this.current = this.began;
    while (!isOver()) {
      await sleep(PACE_MS);
      const days = await this.nextStep();
      if (days === 0) continue;
      const { now, events } = await this.sandbox.advance((days * DAY_MS) / 1000);
      this.current = now;
      await sleep(events / DELIVERED_PER_MS);
    }
  }

  /** False when the run was over before. */
  async untilLater(days: number, isOver: () => boolean): Promise<boolean> {
    const until = this.current + days * DAY_MS;
    while (this.current < until && !isOver()) await sleep(LOOK_EVERY_MS);
    return !isOver();
  }

  /** Days that may pass now. */
  private async nextStep(): Promise<number> {
    const waiting = await this.database.countWaiting();
    if (waiting === null || waiting > MOST_WAITING) return 0;
    const old = this.feesOlderThan(FEE_SLOWS_AFTER_DAYS);
    const open = await this.database.findUnrefunded(old.map(({ paymentId }) => paymentId));
    if (open === null) return 0;
    this.forget(old.filter(({ paymentId }) => !open.includes(paymentId)));
    if (open.length === 0) return this.random.between(...STEP_DAYS);
    return this.feesOlderThan(FEE_STOPS_AFTER_DAYS).length > 0 ? 0 : CRAWL_HOURS / 24;
  }

  private feesOlderThan(days: number): PaidFee[] {
    return this.diary.fees.filter(({ paidAt }) => this.current - paidAt > days * DAY_MS);
  }

  private forget(refunded: PaidFee[]): void {
    const gone = new Set(refunded);
    this.diary.fees.splice(0, this.diary.fees.length, ...this.diary.fees.filter((fee) => !gone.has(fee)));
  }
}
