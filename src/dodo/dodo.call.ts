import DodoPayments from 'dodopayments';
import type { ClientOptions } from 'dodopayments';
import type { DodoAccess } from '../config';
import { toDodoError } from './dodo.failures';
import type { CallKind } from './dodo.failures';
import { keepPace } from './dodo.pace';

/** How long one call to Dodo may take, body included. */
const TIMEOUT_MS = 10_000;

export type RequestOptions = { maxRetries: 0; timeout: number; signal: AbortSignal };

/** `fetch`: what the calls are made with, where that is to be watched. */
export function createDodoClient(
  { apiKey, target }: DodoAccess,
  fetch?: ClientOptions['fetch'],
): DodoPayments {
  return new DodoPayments({
    bearerToken: apiKey,
    webhookKey: null,
    logLevel: 'off',
    fetch,
    ...('baseUrl' in target
      ? { baseURL: target.baseUrl }
      : { environment: target.environment, baseURL: null }),
  });
}

/** One request, which keeps its pace and is never repeated; whatever goes wrong is one of the failures in `dodo.errors.ts`. */
export async function callDodo<T>(
  kind: CallKind,
  operation: string,
  work: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  await keepPace();
  try {
    // The SDK's time-out ends with the answer's headers; the signal also covers a body that never comes.
    return await work({ maxRetries: 0, timeout: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw toDodoError(kind, operation, error);
  }
}
