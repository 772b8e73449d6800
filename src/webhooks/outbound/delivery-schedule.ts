/** Seconds from one try to the next: eight tries in about 27.6 hours. */
const RETRY_SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
/** Up to so much longer, so that what failed together does not come back together. */
const JITTER_SHARE = 0.1;
/** A receiver may ask to be left alone, but not for longer. */
const MAX_RETRY_AFTER_SECONDS = 24 * 3600;

export const MAX_TRIES = RETRY_SECONDS.length + 1;

/** When to try again after `tries` that failed, or null when that was the last one. */
export function nextTryDelaySeconds(tries: number, retryAfterSeconds: number | null): number | null {
  const planned = RETRY_SECONDS[tries - 1];
  if (planned === undefined) return null;
  return Math.max(planned * (1 + Math.random() * JITTER_SHARE), retryAfterSeconds ?? 0);
}

/** How long a `Retry-After` header asks for, as seconds or as a date; null when it says neither. */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  const seconds = /^\d{1,10}$/.test(header ?? '')
    ? Number(header)
    : (Date.parse(header ?? '') - now.getTime()) / 1000;
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS);
}
