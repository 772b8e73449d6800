import { randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 22 characters of base62 carry 131 bits: ids never collide and can't be guessed. */
const ID_LENGTH = 22;

export type IdPrefix = 'org' | 'key' | 'cs' | 'rfd' | 'ord' | 'chg' | 'cre' | 'rec' | 'we' | 'evt' | 'dlv';

/** A new public id such as `cs_4fP…`: the prefix says what it names. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBase62(ID_LENGTH)}`;
}

/** `length` uniformly distributed base62 characters from the system's secure generator. */
export function randomBase62(length: number): string {
  return Array.from({ length }, () => BASE62[randomInt(BASE62.length)]).join('');
}

/** A non-negative integer in base62, left-padded with zeros to `width`. */
export function toBase62(value: number, width: number): string {
  let rest = value;
  let digits = '';
  do {
    digits = BASE62[rest % BASE62.length] + digits;
    rest = Math.floor(rest / BASE62.length);
  } while (rest > 0);
  return digits.padStart(width, '0');
}
