const FIRST_SECONDS = 2.5;
/** Waiting longer than this for a Dodo that may be back already helps nobody. */
const LONGEST_SECONDS = 600;

/** What has failed may know how long it wants to be left alone, as Dodo does that has had too many calls. */
type Failure = Error & { retryAfterSeconds?: number | null };

/** Seconds until the next try after `tries` that failed: doubling from 2.5 s to ten minutes, or longer where asked. */
export function retryDelaySeconds(tries: number, failure?: Failure): number {
  const doubled = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** tries);
  return Math.max(doubled, failure?.retryAfterSeconds ?? 0);
}
