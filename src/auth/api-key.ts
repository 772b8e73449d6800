import { timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { inspect } from 'node:util';
import type { HmacKey } from '../hmac';
import { randomBase62, toBase62 } from '../ids';

const PREFIX = 'sk-social-';

/** 30 characters of base62 carry 178 bits. */
const SECRET_LENGTH = 30;

/** CRC-32 fits into six base62 characters. It tells typing errors from keys; it is no secret. */
const CHECKSUM_LENGTH = 6;

const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

/**
 * An API key as its owner holds it: `sk-social-`, secret, checksum. It can't be
 * printed by accident: only `reveal()` shows it, and nothing stores it.
 */
export class PlainKey {
  private constructor(private readonly text: string) {}

  static generate(): PlainKey {
    const secret = randomBase62(SECRET_LENGTH);
    return new PlainKey(`${PREFIX}${secret}${checksumOf(secret)}`);
  }

  /** Null for anything that is no key, without asking the database. */
  static parse(text: string): PlainKey | null {
    if (!SHAPE.test(text)) return null;
    const secret = text.slice(PREFIX.length, PREFIX.length + SECRET_LENGTH);
    return text.endsWith(checksumOf(secret)) ? new PlainKey(text) : null;
  }

  reveal(): string {
    return this.text;
  }

  /** For lists: `sk-social-abc1…xyz7`. */
  get hint(): string {
    return `${this.text.slice(0, PREFIX.length + 4)}…${this.text.slice(-4)}`;
  }

  hash(pepper: HmacKey): HashedKey {
    return new HashedKey(pepper.digest([this.text], 'hex'));
  }

  toString(): string {
    return `${PREFIX}***`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** A key as the database holds it: HMAC-SHA256 under the pepper, 32 bytes. As text, it is found in memory in no time. */
export class HashedKey {
  constructor(readonly hex: string) {}

  static of(bytes: Buffer): HashedKey {
    return new HashedKey(bytes.toString('hex'));
  }

  get bytes(): Buffer {
    return Buffer.from(this.hex, 'hex');
  }

  equals(other: HashedKey): boolean {
    return timingSafeEqual(this.bytes, other.bytes);
  }
}

function checksumOf(secret: string): string {
  return toBase62(crc32(secret), CHECKSUM_LENGTH);
}
