/** Largest body that any route takes. Dodo's events are about 10 kB; ours are smaller. */
export const BODY_LIMIT_BYTES = 256 * 1024;

export const BODY_TOO_LARGE = `The request body is too large: ${BODY_LIMIT_BYTES / 1024} KiB are the most.`;
