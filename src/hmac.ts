import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * A key of HMAC-SHA256 (RFC 2104), and the two blocks that each of its messages begins with. `createHmac` says the
 * same, but makes an object on the native side each time, and what becomes of those in the garbage collection was a
 * quarter of a request with an API key, and a twentieth of an event.
 */
export class HmacKey {
  private readonly inner: Buffer;
  /** With room for the digest of the inner one: nothing waits between writing it there and its use. */
  private readonly outer: Buffer;

  constructor(secret: string | Buffer) {
    const key = Buffer.from(secret);
    const short = key.length > BLOCK_BYTES ? Buffer.from(hash('sha256', key, 'hex'), 'hex') : key;
    this.inner = padded(short, 0x36, 0);
    this.outer = padded(short, 0x5c, DIGEST_BYTES);
  }

  digest(message: readonly (string | Buffer)[], encoding: 'hex' | 'base64'): string {
    const parts = message.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
    const inner = hash('sha256', Buffer.concat([this.inner, ...parts]), 'binary');
    this.outer.write(inner, BLOCK_BYTES, 'binary');
    return hash('sha256', this.outer, encoding);
  }
}

/** A block of the key, each byte changed by `pad`, and room for `more` bytes. */
function padded(key: Buffer, pad: number, more: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + more, pad);
  for (let i = 0; i < key.length; i += 1) block[i] = key[i]! ^ pad;
  return block;
}
