import type { Parameters } from 'fast-check';

/**
 * How much is tried, and from which seed. `FUZZ_RUNS` and `FUZZ_SEED` set them,
 * or `npm run fuzz -- --runs 100000 --seed 7`. A failure prints its seed.
 */
export function fuzzOptions<T>(defaultRuns: number): Parameters<T> & { numRuns: number } {
  const { FUZZ_RUNS: runs, FUZZ_SEED: seed } = process.env;
  return { numRuns: Number(runs ?? defaultRuns), ...(seed !== undefined && { seed: Number(seed) }) };
}

/** Who says how many tries there are waits for them. */
export const FUZZ_TIMEOUT_MS = Number(process.env.FUZZ_RUNS ?? 0) > 0 ? 3_600_000 : 180_000;
