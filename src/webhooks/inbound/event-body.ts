import { TRACE_METADATA } from '../../watch/tracing';
import { withoutNul } from '../../without-nul';
import { UnusableEvent } from './dodo-event.handlers';
import type { DodoHint } from './dodo-event.handlers';

export const MAX_TYPE_LENGTH = 100;

/** What lies outside is no time of an event, and some of it is no time that Postgres knows. */
const EARLIEST = new Date('2000-01-01T00:00:00Z');
const LATEST = new Date('9999-12-31T00:00:00Z');

/** By these fields an event says whom and what it is about. */
const SUBJECT =
  /"(?:payment|subscription|refund|dispute|customer|checkout_session|checkout|org)_id"\s*:\s*"([\w-]{1,100})"/g;
/** More than any event of Dodo's has. */
const MAX_SUBJECTS = 50;

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leniently: a byte order mark is passed over, and what is no UTF-8 is read as well as it can be. */
const utf8 = new TextDecoder();

/** What was sent, as text, and as what that says. */
export interface ParsedEvent {
  text: string;
  json: unknown;
}

/** @throws {SyntaxError} when it is no JSON */
export function parseEvent(body: Buffer): ParsedEvent {
  const text = utf8.decode(body);
  return { text, json: JSON.parse(text) as unknown };
}

/** The event's type, fit to be stored: cut, and without NUL, which Postgres text can't hold. */
export function readEventType(json: unknown): string {
  const type = isObject(json) ? json.type : undefined;
  return typeof type === 'string' && type !== '' ? withoutNul(type).slice(0, MAX_TYPE_LENGTH) : 'unknown';
}

/**
 * The ids that the event carries, our own in its metadata included. Read by its
 * text, wherever they stand: within a string their quotes would be escaped.
 */
export function readSubjects(text: string): string[] {
  const found = new Set<string>();
  for (const [, id] of text.matchAll(SUBJECT)) found.add(id!);
  return [...found].slice(0, MAX_SUBJECTS);
}

/** When Dodo says it happened; null when that can't be read. */
export function readEventTime(json: unknown): Date | null {
  const timestamp = isObject(json) ? json.timestamp : undefined;
  const date = typeof timestamp === 'string' ? new Date(timestamp) : null;
  return date !== null && date >= EARLIEST && date <= LATEST ? date : null;
}

/** The trace that made the object which the event is about: we put it into the metadata, if we did. */
export function readTraceparent(json: unknown): unknown {
  const data = isObject(json) ? json.data : undefined;
  const metadata = isObject(data) ? data.metadata : undefined;
  return isObject(metadata) ? metadata[TRACE_METADATA] : undefined;
}

/** @throws {UnusableEvent} for a body without a `data` object */
export function readHint(type: string, body: Buffer): DodoHint {
  const { json } = parseEvent(body);
  if (!isObject(json) || !isObject(json.data)) throw new UnusableEvent('The event has no data object.');
  const { business_id: businessId, data } = json;
  return { type, data, ...(typeof businessId === 'string' && { businessId }) };
}
