import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Scrub } from '../watch/scrub';

export const REQUEST_ID_HEADER = 'x-request-id';

/** What gateways and tracers use as ids, and nothing that would have to be escaped anywhere. */
const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/**
 * The id under which a request is known here, in the logs and to the caller: its
 * own, if it has brought one that is fit to be logged, or a new one. Somebody
 * may send a key by mistake.
 */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>, scrub: Scrub): string {
  const sent = headers[REQUEST_ID_HEADER];
  if (typeof sent !== 'string' || !SANE.test(sent) || scrub(sent) !== sent) return newRequestId();
  return sent;
}

export function newRequestId(): string {
  return randomUUID();
}
