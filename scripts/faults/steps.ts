export interface StepCount {
  /** The service said that it was done. */
  done: number;
  /** The service, or the card, refused. */
  refused: number;
  /** No answer before the run was over. */
  open: number;
}

export type Outcome = keyof StepCount;

/** What organizations did in their lives, by kind, and what came of it. */
export class Steps {
  private readonly counts = new Map<string, StepCount>();

  note(kind: string, outcome: Outcome): void {
    const count = this.counts.get(kind) ?? { done: 0, refused: 0, open: 0 };
    count[outcome] += 1;
    this.counts.set(kind, count);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, { done, refused, open }) => sum + done + refused + open, 0);
  }

  /** Most frequent first. */
  byKind(): Record<string, StepCount> {
    return Object.fromEntries([...this.counts].toSorted(([, a], [, b]) => b.done - a.done));
  }
}
