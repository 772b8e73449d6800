import type { Clock } from '../clock';

/** How many calls a key has made in its window, and when that ends. */
export interface Counted {
  calls: number;
  endsAt: Date;
}

/**
 * Counts calls by key, in this process. A key's window begins with its first
 * call and is over after its time; then the next one begins. Nothing waits
 * here: the count is known in the same turn, which a library's promise is not.
 */
export class CallWindows {
  /** In the order in which they began, which is that in which they end. */
  private readonly windows = new Map<string, Counted>();

  constructor(
    private readonly seconds: number,
    private readonly clock: Clock,
  ) {}

  /** How many keys have a window that is not known to be over. */
  get size(): number {
    return this.windows.size;
  }

  /**
   * Counts one more call. What it answers stays as it is: of calls that wait for
   * a Redis which goes away, all are counted before any is judged.
   */
  count(key: string): Counted {
    const window = this.windows.get(key);
    if (!window || window.endsAt <= this.clock.now()) return this.begin(key);
    const counted = { calls: window.calls + 1, endsAt: window.endsAt };
    this.windows.set(key, counted);
    return counted;
  }

  private begin(key: string): Counted {
    this.forgetEnded();
    const window = { calls: 1, endsAt: this.clock.secondsFromNow(this.seconds) };
    this.windows.set(key, window);
    return window;
  }

  private forgetEnded(): void {
    const now = this.clock.now();
    for (const [key, { endsAt }] of this.windows) {
      if (endsAt > now) return;
      this.windows.delete(key);
    }
  }
}
