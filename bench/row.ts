import type { Stack } from './stack';

/** How long and how often a row measures. */
export interface Effort {
  isQuick: boolean;
  rounds: number;
  roundSeconds: number;
  warmUpSeconds: number;
}

/** One comparison, ready to be printed: what was measured, against what, and whether the goal is met. */
export interface Line {
  path: string;
  ours: string;
  against: string;
  /** What the goal is about: a ratio, or a time. */
  result: string;
  goal: string;
  /** Null where a number is shown for information. */
  isMet: boolean | null;
}

export interface Row {
  name: string;
  /** Left out unless it is asked for by name: it takes long, or much disk. */
  isExtra?: boolean;
  measure(stack: Stack, effort: Effort): Promise<Line[]>;
}

/** What a goal leaves room for: the part that can't be left out, on a bare route, beside the same opponent. */
export function forComparison(what: string, measured: string, against: string, ratio: number): Line {
  return {
    path: `for comparison: ${what}`,
    ours: measured,
    against,
    result: times(ratio),
    goal: '–',
    isMet: null,
  };
}

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`;
export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
