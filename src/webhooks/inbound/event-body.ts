import { UnusableEvent } from './dodo-event.handlers';
import type { DodoHint } from './dodo-event.handlers';

const MAX_TYPE_LENGTH = 100;

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The event's type, fit to be stored: cut, and without NUL, which Postgres text can't hold. */
export function readEventType(json: unknown): string {
  const type = isObject(json) ? json.type : undefined;
  return typeof type === 'string' && type !== ''
    ? type.replaceAll('\0', '').slice(0, MAX_TYPE_LENGTH)
    : 'unknown';
}

/** When Dodo says it happened; null when that can't be read. */
export function readEventTime(json: unknown): Date | null {
  const timestamp = isObject(json) ? json.timestamp : undefined;
  const date = typeof timestamp === 'string' ? new Date(timestamp) : null;
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}

/** @throws {UnusableEvent} for a body without a `data` object */
export function readHint(type: string, body: Buffer): DodoHint {
  const json: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(json) || !isObject(json.data)) throw new UnusableEvent('The event has no data object.');
  return { type, data: json.data };
}
