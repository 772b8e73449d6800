import { createHash } from 'node:crypto';
import { AppError } from '../../app-error';
import type { HmacKey } from '../../hmac';
import { VISIBLE_ASCII } from '../../plain-text';

const MAX_LENGTH = 255;

/** The draft's own form, a string of RFC 8941: quoted, with `\"` and `\\` for these two. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/** The key that a header's text stands for; quoted or bare, it is the same key. @throws {AppError} 400 */
export function readIdempotencyKey(header: string): string {
  const quoted = QUOTED.exec(header)?.[1];
  const key = quoted === undefined ? header : quoted.replaceAll(/\\(["\\])/g, '$1');
  if (key.length > MAX_LENGTH || !VISIBLE_ASCII.test(key)) {
    throw AppError.badRequest(`Idempotency-Key must have 1 to ${MAX_LENGTH} visible ASCII characters.`);
  }
  return key;
}

/** The field in which callers send secrets of their own. */
const SECRET = 'secret';

/**
 * What makes two calls the same: SHA-256 over operation, caller and body, in
 * which the order of keys does not count. Where a body may be left out, none is
 * the same as an empty one. A secret in it counts by its keyed hash: what people
 * think of could be guessed, and tried, by whoever has our tables.
 */
export function fingerprintOf(operation: string, caller: string, body: unknown, pepper: HmacKey): Buffer {
  return createHash('sha256')
    .update(`${operation}\n${caller}\n${canonical(body, pepper)}`)
    .digest();
}

function canonical(body: unknown = {}, pepper: HmacKey): string {
  const conceal = (name: string, value: unknown): unknown =>
    name === SECRET && typeof value === 'string' ? pepper.digest([`${SECRET}\n`, value], 'hex') : value;
  try {
    return JSON.stringify(body, (name, value: unknown) =>
      isObject(value) ? sorted(value) : conceal(name, value),
    );
  } catch (error) {
    // A body of brackets alone is valid JSON, and deeper than the stack.
    if (error instanceof RangeError)
      throw AppError.badRequest('The request body is nested too deeply.', error);
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
