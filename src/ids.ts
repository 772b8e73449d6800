import { randomFillSync } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 22 characters of base62 carry 131 bits: ids never collide and can't be guessed. */
const ID_LENGTH = 22;

/** The largest number of values of a byte that all characters share equally. */
const FAIR_BYTES = 256 - (256 % BASE62.length);

const drawn = new Uint8Array(4096);
let used = drawn.length;

export type IdPrefix = 'org' | 'key' | 'cs' | 'rfd' | 'ord' | 'chg' | 'cre' | 'rec' | 'we' | 'evt' | 'dlv';

/** A new public id such as `cs_4fP…`: the prefix says what it names. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBase62(ID_LENGTH)}`;
}

/** `length` uniformly distributed base62 characters from the system's secure generator. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    const byte = randomByte();
    // The few above would make the first characters come more often than the others.
    if (byte < FAIR_BYTES) text += BASE62[byte % BASE62.length];
  }
  return text;
}

/** Of those that were drawn ahead, since each call to the generator takes longer than a whole id. Each is used once, and gone. */
function randomByte(): number {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const byte = drawn[used]!;
  drawn[used] = 0;
  used += 1;
  return byte;
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
