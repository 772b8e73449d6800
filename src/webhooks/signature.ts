import { timingSafeEqual } from 'node:crypto';
import type { HmacKey } from '../hmac';

/** Standard Webhooks: how far a sender's clock may be from ours, either way. */
export const TOLERANCE_SECONDS = 300;

export interface SignedMessage {
  id: string;
  /** Unix seconds, as the header has it. */
  timestamp: string;
  /** Space-separated `v1,<base64>` entries: several during a rotation. */
  signatures: string;
  body: Buffer;
}

export type Verdict = 'valid' | 'missing_headers' | 'bad_timestamp' | 'too_old' | 'too_new' | 'no_match';

/**
 * Checks a message against Standard Webhooks (https://www.standardwebhooks.com):
 * HMAC-SHA256 over `id.timestamp.body`, the body being the very bytes that came.
 * Any of `keys` may have signed. Comparisons take the same time whatever differs.
 */
export function verifySignature(message: SignedMessage, keys: readonly HmacKey[], now: Date): Verdict {
  if (!message.id || !message.timestamp || !message.signatures) return 'missing_headers';
  const timestamp = Number.parseInt(message.timestamp, 10);
  if (Number.isNaN(timestamp)) return 'bad_timestamp';
  const nowSeconds = Math.floor(now.getTime() / 1000);
  if (nowSeconds - timestamp > TOLERANCE_SECONDS) return 'too_old';
  if (timestamp > nowSeconds + TOLERANCE_SECONDS) return 'too_new';
  const sent = message.signatures.split(' ').flatMap(toSignatureBytes);
  const isSigned = keys.some((key) => {
    const expected = Buffer.from(sign(message.id, timestamp, message.body, key));
    return sent.some(
      (candidate) => candidate.length === expected.length && timingSafeEqual(candidate, expected),
    );
  });
  return isSigned ? 'valid' : 'no_match';
}

/** The base64 of the signature, without its version. */
export function sign(id: string, timestampSeconds: number, body: Buffer, key: HmacKey): string {
  return key.digest([`${id}.${timestampSeconds}.`, body], 'base64');
}

/** The text after `v1,`; other versions are for others. */
function toSignatureBytes(entry: string): Buffer[] {
  const [version, signature] = entry.split(',');
  return version === 'v1' && signature ? [Buffer.from(signature)] : [];
}
