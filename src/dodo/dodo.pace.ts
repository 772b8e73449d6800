import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const MS_PER_MINUTE = 60_000;
/** Of what Dodo takes in a minute, a pace may spend at once. */
const BURST_SHARE = 1 / 4;
/** And so much of it every minute after that: the rest is for whoever is waiting for an answer. */
const STEADY_SHARE = 1 / 2;
/** Dodo takes at least a tenth of a minute's calls within a second: less than that is asked of it. */
const SECOND_SHARE = 1 / 12;

/**
 * A token bucket for calls that can wait. It waits in real time, which is Dodo's:
 * a clock that is moved in a test moves no rate limit.
 */
export class Pace {
  private readonly burst: number;
  private readonly perMs: number;
  private readonly gapMs: number;
  private tokens: number;
  private at = performance.now();
  private next = 0;

  constructor(callsPerMinute: number) {
    this.burst = Math.max(1, callsPerMinute * BURST_SHARE);
    this.perMs = (callsPerMinute * STEADY_SHARE) / MS_PER_MINUTE;
    this.gapMs = 1000 / Math.max(1, callsPerMinute * SECOND_SHARE);
    this.tokens = this.burst;
  }

  /** Resolves when the next call may be made. Calls are let go in the order in which they came. */
  async take(): Promise<void> {
    const waitMs = this.reserve();
    if (waitMs > 0) await sleep(waitMs);
  }

  private reserve(): number {
    const now = performance.now();
    this.tokens = Math.min(this.burst, this.tokens + (now - this.at) * this.perMs) - 1;
    this.at = now;
    const refilledIn = this.tokens >= 0 ? 0 : -this.tokens / this.perMs;
    const goesAt = Math.max(now + refilledIn, this.next);
    this.next = goesAt + this.gapMs;
    return goesAt - now;
  }
}

const current = new AsyncLocalStorage<Pace>();

/** Every call to Dodo that `work` makes, however deep, keeps the pace. */
export function atPace<T>(pace: Pace, work: () => Promise<T>): Promise<T> {
  return current.run(pace, work);
}

/** For the caller of Dodo: returns at once where no pace is kept. */
export async function keepPace(): Promise<void> {
  await current.getStore()?.take();
}
