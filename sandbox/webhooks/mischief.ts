import type { Behaviour } from '../behaviour';

export interface Plan {
  drop: boolean;
  copies: number;
  /** Wall-clock milliseconds each copy is held back, so that deliveries overtake each other. */
  delays: number[];
}

const SHUFFLE_MS = 50;

/** Decides, reproducibly for a seed, which deliveries get lost, doubled, held back or reordered. */
export class Mischief {
  private state = 0;
  private seed: number | null = null;

  plan(settings: Behaviour['webhooks']): Plan {
    if (this.seed !== settings.seed) this.reseed(settings.seed);
    if (this.random() < settings.dropRate) return { drop: true, copies: 0, delays: [] };
    const copies = this.random() < settings.duplicateRate ? 2 : 1;
    const range = settings.maxDelayMs || (settings.shuffle ? SHUFFLE_MS : 0);
    return { drop: false, copies, delays: Array.from({ length: copies }, () => this.random() * range) };
  }

  reseed(seed: number): void {
    this.seed = seed;
    this.state = seed;
  }

  /** mulberry32. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}
