const FIRST_SECONDS = 2.5;
/** Waiting longer than this for a Dodo that may be back already helps nobody. */
const LONGEST_SECONDS = 600;

/** Seconds until the next try after `tries` that failed: doubling from 2.5 s to ten minutes. */
export function retryDelaySeconds(tries: number): number {
  return Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** tries);
}
