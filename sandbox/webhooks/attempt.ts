import { Webhook } from 'standardwebhooks';
import type { Endpoint } from '../model/webhooks';

/** Connecting and reading together, as long as Dodo waits. */
const TIMEOUT_MS = 15_000;

export interface Outcome {
  status: number | null;
  error: string | null;
  durationMs: number;
}

/**
 * Posts one body to one endpoint. The signature carries wall time, whatever the sandbox's clock
 * says, because receivers compare it with their own.
 */
export async function attemptDelivery(
  endpoint: Endpoint,
  webhookId: string,
  body: string,
  closing: AbortSignal,
): Promise<Outcome> {
  const started = Date.now();
  const outcome = (status: number | null, error: string | null): Outcome => ({
    status,
    error,
    durationMs: Date.now() - started,
  });
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), closing]),
      headers: signedHeaders(endpoint, webhookId, body),
      body,
    });
    await response.arrayBuffer();
    return outcome(response.status, response.ok ? null : `answered ${response.status}`);
  } catch (error) {
    return outcome(null, describe(error));
  }
}

function signedHeaders(endpoint: Endpoint, webhookId: string, body: string): Record<string, string> {
  const now = new Date();
  return {
    ...endpoint.headers,
    'content-type': 'application/json',
    'user-agent': 'DodoPayments-Sandbox-Webhooks/1.0',
    'webhook-id': webhookId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(endpoint.secret).sign(webhookId, now, body),
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
