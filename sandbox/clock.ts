/**
 * The sandbox's time: wall time plus an offset that only grows.
 * While something overdue is carried out, the clock stands at the moment it was due, so that
 * everything written then carries the time at which it should have happened.
 */
export class Clock {
  private standing: number | null = null;

  constructor(private offset = 0) {}

  get offsetMs(): number {
    return this.offset;
  }

  now(): number {
    return this.standing ?? this.running();
  }

  /** The time that runs on, whatever moment is being carried out. */
  running(): number {
    return Date.now() + this.offset;
  }

  iso(): string {
    return new Date(this.now()).toISOString();
  }

  setOffset(offsetMs: number): void {
    this.offset = offsetMs;
  }

  standingAt<T>(moment: number, act: () => T): T {
    const before = this.standing;
    this.standing = moment;
    try {
      return act();
    } finally {
      this.standing = before;
    }
  }
}

const UNIT_MS: Record<string, number> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 604800e3 };

/** Reads '4d', '90m' or a plain number of seconds; null when it is neither. */
export function parseDuration(value: string | number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value * 1000 : null;
  const match = /^(\d+(?:\.\d+)?)\s*([smhdw]?)$/.exec(value.trim());
  if (!match) return null;
  return Number(match[1]) * (UNIT_MS[match[2] || 's'] ?? 1000);
}

export const iso = (ms: number): string => new Date(ms).toISOString();
