import { HashedKey } from './api-key';
import type { ApiKey } from './api-key.entity';
import { Forbidden, KeyConflict } from './auth.errors';
import { OWN_SCOPES } from './scopes';

/**
 * What may not be done with keys, whoever asks: lock the organization out, or
 * come to more power than one has. Decides over rows that the caller has locked.
 */

/** When a key stops working, as a number that can be compared. */
function endOf(expiresAt: Date | null): number {
  return expiresAt?.getTime() ?? Infinity;
}

export function isExpired(key: { expiresAt: Date | null }, now: Date): boolean {
  return endOf(key.expiresAt) <= now.getTime();
}

/**
 * No change may shorten the time for which an organization can manage its own
 * keys. So a key that expires does not stand in for one that never does.
 * @param until when `key` would stop working
 * @throws {KeyConflict} when no other key with `keys:write` lasts as long as `key` does now
 */
export function requireAnotherWayIn(
  keys: readonly ApiKey[],
  key: ApiKey,
  until: Date | null,
  now: Date,
): void {
  const isShortened = isLater(key.expiresAt, until);
  if (!canManageKeys(key) || isExpired(key, now) || !isShortened) return;
  const others = keys.filter((other) => other.id !== key.id && canManageKeys(other));
  const isCovered = others.some((other) => !isLater(key.expiresAt, other.expiresAt));
  if (!isCovered) throw KeyConflict.lastWayIn();
}

export interface Power {
  scopes: readonly string[];
  expiresAt: Date | null;
}

/**
 * For whatever makes, lengthens or gets hold of a key: `own` is the key that does it.
 * @throws {Forbidden} when `wanted` has a scope of ours that `own` lacks, or outlasts it; scopes that gate nothing here are free
 */
export function requireNoMoreThanOwn(own: Power, wanted: Power): void {
  const beyond = OWN_SCOPES.filter((scope) => wanted.scopes.includes(scope) && !own.scopes.includes(scope));
  if (beyond.length > 0) throw Forbidden.scopesBeyondOwn(beyond);
  if (own.expiresAt && isLater(wanted.expiresAt, own.expiresAt)) throw Forbidden.beyondOwnEnd(own.expiresAt);
}

/** What a secret of the key may hand out: all that the key may, for as long as it works itself; null once it does not. */
export function powerOf(key: ApiKey, secret: HashedKey, now: Date): Power | null {
  if (HashedKey.of(key.hash).equals(secret)) return key;
  const { scopes, expiresAt, previousHash, previousExpiresAt: graceEnd } = key;
  const isInGrace = previousHash && HashedKey.of(previousHash).equals(secret) && graceEnd && graceEnd > now;
  return isInGrace ? { scopes, expiresAt: isLater(expiresAt, graceEnd) ? graceEnd : expiresAt } : null;
}

/** Whether a key that ends at `one` outlasts one that ends at `other`. */
export function isLater(one: Date | null, other: Date | null): boolean {
  return endOf(one) > endOf(other);
}

function canManageKeys(key: ApiKey): boolean {
  return key.scopes.includes('keys:write');
}
