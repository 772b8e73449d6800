import { HmacKey } from '../../hmac';
import { sign } from '../signature';
import { standardKeyOf } from './signing-secret';

const USER_AGENT = 'Autoposting-Webhooks/1.0';

export interface OutgoingMessage {
  eventId: string;
  event: string;
  deliveryId: string;
  /** The very bytes that are sent. */
  body: Buffer;
}

/**
 * Everything that goes with a body. Two signatures over the same bytes: that of
 * Standard Webhooks, and our own, whose key is the secret exactly as it was
 * shown. During a rotation both secrets sign, the new one first.
 */
export function signedHeaders(
  { eventId, event, deliveryId, body }: OutgoingMessage,
  secrets: readonly string[],
  at: Date,
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const standard = secrets.map(
    (secret) => `v1,${sign(eventId, timestamp, body, new HmacKey(standardKeyOf(secret)))}`,
  );
  const own = secrets.map((secret) => signOurs(timestamp, body, secret));
  return {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'x-autoposting-event': event,
    'x-autoposting-delivery': deliveryId,
    'x-autoposting-timestamp': String(timestamp),
    'x-autoposting-signature': own.join(','),
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standard.join(' '),
  };
}

/** Lower-case hex. */
function signOurs(timestampSeconds: number, body: Buffer, secret: string): string {
  return new HmacKey(secret).digest([`${timestampSeconds}.`, body], 'hex');
}
