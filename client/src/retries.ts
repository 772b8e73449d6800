import { BillingUnreachable, retryAfterOf } from './errors.ts';

export interface RetryOptions {
  /** How often a call is repeated at most. */
  maxRetries: number;
  /** A longer wait than this is not waited: the failure is given to the caller. */
  maxWaitSeconds: number;
  /** For one try. */
  timeoutSeconds: number;
}

type Fetch = (request: Request) => Promise<Response>;

/** Said by the service before anything was done. */
const TOO_MANY = 429;
const UNAVAILABLE = 503;
const IN_FLIGHT = 409;

/**
 * Repeats a call that failed for now, and waits as long as the service says. What was turned away by the rate limit is
 * always repeated; what may have been done is repeated only where that does nothing twice: reading, and calls with an
 * Idempotency-Key.
 */
export function withRetries(send: Fetch, options: RetryOptions): Fetch {
  return async (request) => {
    for (let tries = 1; ; tries += 1) {
      const isLast = tries > options.maxRetries;
      const outcome = await attempt(send, request.clone(), options.timeoutSeconds);
      if (request.signal.aborted) throw request.signal.reason;
      if (isLast || !isWorthRepeating(request, outcome)) return settle(outcome);
      const seconds = waitBefore(tries, outcome);
      if (seconds > options.maxWaitSeconds) return settle(outcome);
      await pause(seconds, request.signal);
    }
  };
}

async function attempt(send: Fetch, request: Request, timeoutSeconds: number) {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
  try {
    // The service sends nobody elsewhere, and fetch would take the key there.
    const response = await send(new Request(request, { signal, redirect: 'manual' }));
    // All of it, within the same time: an answer that breaks off is none.
    const body = await response.arrayBuffer();
    return new Response(body.byteLength > 0 ? body : null, response);
  } catch (cause) {
    return new BillingUnreachable(`No answer to ${request.method} ${request.url}`, { cause });
  }
}

function isWorthRepeating(request: Request, outcome: Response | BillingUnreachable): boolean {
  const isRepeatable = request.method === 'GET' || request.headers.has('idempotency-key');
  if (!(outcome instanceof Response)) return isRepeatable;
  if (outcome.status === TOO_MANY) return true;
  if (outcome.status === UNAVAILABLE) return isRepeatable;
  // The first try of this very call is still under way: its answer will be kept.
  return outcome.status === IN_FLIGHT && isRepeatable && outcome.headers.has('retry-after');
}

/** What the service says; or else half a second, doubled each time, not all callers at once. */
function waitBefore(tries: number, outcome: Response | BillingUnreachable): number {
  const said = outcome instanceof Response ? retryAfterOf(outcome) : null;
  return said ?? 0.5 * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
}

/** Ends early, and with the caller's own reason, for a call that nobody waits for any more. */
async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const woken = new AbortController();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave, { signal: woken.signal });
  }).finally(() => woken.abort());
}

function settle(outcome: Response | BillingUnreachable): Response {
  if (outcome instanceof BillingUnreachable) throw outcome;
  return outcome;
}
