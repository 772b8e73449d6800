import { APIConnectionError, APIError, APIUserAbortError } from 'dodopayments';
import { withoutNul } from '../without-nul';
import { DodoOutcomeUnknown, DodoRejected, DodoUnavailable, UNREADABLE_ANSWER } from './dodo.errors';
import type { DodoError } from './dodo.errors';

/** A write that failed may have happened all the same; a read has nothing to undo. */
export type CallKind = 'read' | 'write';

/** Connection failures that happen before a byte of the request has left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Answers that come while the request may still be worked on behind whatever answered: HTTP's own, and Cloudflare's. */
const GATEWAY_GAVE_UP = new Set([408, 502, 504, 520, 522, 524]);

/** Whoever asks for longer is asked again all the same: it may be back by then. */
const LONGEST_WAIT_SECONDS = 600;

/** What the SDK threw, as one of our three kinds of failure. */
export function toDodoError(kind: CallKind, operation: string, thrown: unknown): DodoError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof APIError && typeof error.status === 'number') {
    return fromStatus(kind, operation, error.status, dodoCode(error), error);
  }
  const connectionCode = findConnectionCode(error);
  if (connectionCode !== null && NEVER_SENT.has(connectionCode)) {
    return new DodoUnavailable(operation, connectionCode, error);
  }
  const isAnswer = !(error instanceof APIConnectionError) && !isAbort(error);
  const code = isAnswer ? UNREADABLE_ANSWER : (connectionCode ?? 'timeout');
  return kind === 'read'
    ? new DodoUnavailable(operation, code, error)
    : new DodoOutcomeUnknown(operation, code, !isAnswer, error);
}

function fromStatus(
  kind: CallKind,
  operation: string,
  status: number,
  code: string,
  error: APIError,
): DodoError {
  const isUndecided = status >= 500 || status === 408;
  if (status === 429) return new DodoUnavailable(operation, code, error, true, retryAfterSeconds(error));
  if (isUndecided && kind === 'read') {
    return new DodoUnavailable(operation, code, error, false, retryAfterSeconds(error));
  }
  if (isUndecided) return new DodoOutcomeUnknown(operation, code, GATEWAY_GAVE_UP.has(status), error);
  return new DodoRejected(operation, status, code, error);
}

/** Dodo's `{code, message}`; gateways in front of it answer HTML, which has none. */
function dodoCode(error: { status?: number; error?: unknown }): string {
  const body = error.error as { code?: unknown } | undefined;
  return typeof body?.code === 'string' && body.code !== '' ? withoutNul(body.code) : `http_${error.status}`;
}

/** Seconds or a date, which is told by the answer's own clock. Not documented, so not relied on, and no reason to hurry. */
function retryAfterSeconds({ headers }: APIError): number | null {
  const text = headers?.get('retry-after') ?? '';
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : (Date.parse(text) - Date.parse(headers?.get('date') ?? '')) / 1000;
  return seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : null;
}

/** Whether a call was given up, after its time. */
export function isAbort(error: unknown): boolean {
  if (error instanceof APIUserAbortError) return true;
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

/** The system's error code, which fetch hides in a chain of causes. */
function findConnectionCode(error: unknown): string | null {
  let at = error as { code?: unknown; cause?: unknown } | undefined;
  while (typeof at === 'object' && at !== null) {
    if (typeof at.code === 'string') return at.code;
    at = at.cause as typeof at;
  }
  return null;
}
