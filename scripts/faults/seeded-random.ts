import { createHash } from 'node:crypto';

export type Weighted<T> = readonly (readonly [weight: number, value: T])[];

/** Chance that can be had again: the same seed gives the same numbers, in the order in which they are asked for. */
export class SeededRandom {
  constructor(private state: number) {}

  /** A chance of its own, which does not depend on how often this one has been asked. */
  static of(seed: number, name: string): SeededRandom {
    return new SeededRandom(createHash('sha256').update(`${seed}:${name}`).digest().readInt32LE());
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<T>(values: readonly T[]): T {
    return values[this.whole(0, values.length - 1)]!;
  }

  weighted<T>(table: Weighted<T>): T {
    let left = this.next() * table.reduce((total, [weight]) => total + weight, 0);
    for (const [weight, value] of table) {
      left -= weight;
      if (left < 0) return value;
    }
    return table.at(-1)![1];
  }
}
