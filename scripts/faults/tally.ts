/** Counts what was done to the service, by kind, and how often. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(kind: string, times = 1): void {
    this.counts.set(kind, this.of(kind) + times);
  }

  of(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }

  /** Most frequent first. */
  all(): Record<string, number> {
    return Object.fromEntries([...this.counts].toSorted(([, a], [, b]) => b - a));
  }
}
