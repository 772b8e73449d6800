import { randomBytes } from 'node:crypto';
import { HmacKey } from '../src/hmac';
import { sign } from '../src/webhooks/signature';
import type { Headers } from './load';

/** More than are sent within a round. */
export const SIGNED_AHEAD = 60_000;

/** What Dodo posts beside the body: an event that was never posted before, signed now. */
export function signedHeaders(secret: string, id: string, body: string): Headers {
  const key = new HmacKey(Buffer.from(secret.slice('whsec_'.length), 'base64'));
  const timestamp = Math.floor(Date.now() / 1000);
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${sign(id, timestamp, Buffer.from(body), key)}`,
  };
}

/** Headers for so many events with the same body. */
export function signedAhead(secret: string, body: string): Headers[] {
  const run = randomBytes(6).toString('hex');
  return Array.from({ length: SIGNED_AHEAD }, (_, index) =>
    signedHeaders(secret, `msg_${run}_${index}`, body),
  );
}
