import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * HMAC-SHA256 (RFC 2104) of one message, in two hashes. `createHmac` says the
 * same, but makes an object on the native side each time, and what becomes of
 * those in the garbage collection was a quarter of a request with an API key, and
 * a twentieth of an event.
 */
export function hmacSha256(
  key: Buffer,
  message: readonly (string | Buffer)[],
  encoding: 'hex' | 'base64',
): string {
  const parts = message.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const inner = hash('sha256', Buffer.concat([padded(key, 0x36), ...parts]), 'binary');
  const outer = padded(key, 0x5c, DIGEST_BYTES);
  outer.write(inner, BLOCK_BYTES, 'binary');
  return hash('sha256', outer, encoding);
}

/** A block of the key, each byte changed by `pad`, and room for `more` bytes. Out of the pool: see above. */
function padded(key: Buffer, pad: number, more = 0): Buffer {
  const short = key.length > BLOCK_BYTES ? Buffer.from(hash('sha256', key, 'hex'), 'hex') : key;
  const block = Buffer.allocUnsafe(BLOCK_BYTES + more).fill(pad);
  for (let i = 0; i < short.length; i += 1) block[i] = short[i]! ^ pad;
  return block;
}
