/** Why an endpoint was switched off by us, and not by its owner. */
export const DISABLED_REASONS = ['gone', 'failing'] as const;

export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** As long as nothing at all has got through. */
const PATIENCE_SECONDS = 3 * 24 * 3600;

const HTTP_GONE = 410;

export interface FailedAttempt {
  httpStatus: number | null;
  /** Whether the delivery has used up its tries. */
  isLast: boolean;
  /** Since when no delivery to the endpoint has succeeded. */
  failingSince: Date;
}

/**
 * Decides when an endpoint has had enough chances. 410 says it plainly. Else
 * nothing may have got through for three days, and a delivery must have used up
 * all its tries: a rare event that meets an endpoint which was down long ago
 * still gets its whole schedule.
 */
export function reasonToDisable(attempt: FailedAttempt, now: Date): DisabledReason | null {
  if (attempt.httpStatus === HTTP_GONE) return 'gone';
  const failingSeconds = (now.getTime() - attempt.failingSince.getTime()) / 1000;
  return attempt.isLast && failingSeconds >= PATIENCE_SECONDS ? 'failing' : null;
}
