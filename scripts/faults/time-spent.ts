/** What the run's real time went into, by kind: where it is slow, and whether the service was up at all. */
export class TimeSpent {
  private readonly totals = new Map<string, number>();

  async during<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.add(kind, performance.now() - startedAt);
    }
  }

  add(kind: string, ms: number): void {
    this.totals.set(kind, (this.totals.get(kind) ?? 0) + ms);
  }

  /** Whole percents of what all these kinds took together. */
  shares(prefix: string): Record<string, number> {
    const own = [...this.totals].filter(([kind]) => kind.startsWith(prefix));
    const sum = own.reduce((all, [, ms]) => all + ms, 0);
    return Object.fromEntries(own.map(([kind, ms]) => [kind, Math.round((100 * ms) / sum)]));
  }
}
