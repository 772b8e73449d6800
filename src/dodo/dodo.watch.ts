import type { Metrics } from '../watch/metrics';
import { openSpan } from '../watch/tracing';
import { isAbort } from './dodo.failures';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const MS_PER_SECOND = 1000;

/** A part of a path that is a word of Dodo's API; all others are ids. */
const WORD = /^[a-z-]+$/;

/**
 * `fetch` that tells how every call to Dodo went, and how long it took until the
 * answer's first bytes. What is asked for is told by its route alone: addresses
 * carry ids, and queries e-mail addresses.
 */
export function watchedFetch(metrics: Metrics, fetch: Fetch = globalThis.fetch): Fetch {
  const durations = metrics.histogram(
    'billing_dodo_call_duration_seconds',
    'Calls to Dodo by outcome (ok, refused, rate_limited, failed, timeout, no_answer), and how long they took.',
    ['method', 'route', 'outcome'],
  );
  return async (input, init) => {
    const method = (init?.method ?? 'GET').toUpperCase();
    const route = routeOf(input instanceof Request ? input.url : String(input));
    const attributes = { 'http.request.method': method, 'url.template': route };
    const span = openSpan(`dodo ${method} ${route}`, { kind: 'CLIENT', attributes });
    const startedAt = performance.now();
    const tell = (outcome: string, status?: number) => {
      durations.observe({ method, route, outcome }, (performance.now() - startedAt) / MS_PER_SECOND);
      span?.end({
        attributes: { 'http.response.status_code': status },
        error: outcome === 'ok' ? undefined : outcome,
      });
    };
    try {
      const response = await fetch(input, init);
      tell(outcomeOf(response.status), response.status);
      return response;
    } catch (error) {
      tell(isAbort(error) ? 'timeout' : 'no_answer');
      throw error;
    }
  };
}

function routeOf(address: string): string {
  const parts = new URL(address).pathname.split('/');
  return parts.map((part) => (part === '' || WORD.test(part) ? part : ':id')).join('/');
}

function outcomeOf(status: number): string {
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'ok';
}
