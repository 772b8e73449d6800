import { Webhook } from 'standardwebhooks';
import type { paths } from './schema.ts';

type Registration = paths['/webhooks']['post']['requestBody']['content']['application/json'];

export type WebhookEventName = Exclude<Registration['events'][number], '*'>;

/** An event as it is posted to a webhook endpoint. It can come more than once: `id` stays the same. */
export interface WebhookEvent<Data = Record<string, unknown>> {
  id: string;
  event: WebhookEventName;
  timestamp: string;
  orgId: string;
  data: Data;
}

/** The post is not ours, was changed on the way, or is more than five minutes old. Answer it with 401. */
export class InvalidWebhook extends Error {
  override readonly name = 'InvalidWebhook';
}

type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

/**
 * The event, once its signature has been checked with the endpoint's secret. `body` is the text as it came, before
 * anything parsed it.
 * @throws {InvalidWebhook}
 */
export function verifyWebhook(
  secret: string,
  body: string | Uint8Array,
  headers: WebhookHeaders,
): WebhookEvent {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const webhook = new Webhook(secret, isEncoded(secret) ? undefined : { format: 'raw' });
  try {
    return webhook.verify(text, plain(headers)) as WebhookEvent;
  } catch (cause) {
    throw new InvalidWebhook((cause as Error).message, { cause });
  }
}

/** Ours are base64 after the prefix. Any other secret of one's own choosing is taken as it is. */
function isEncoded(secret: string): boolean {
  const [, base64, padding] = /^whsec_([A-Za-z0-9+/]+)(={0,2})$/.exec(secret) ?? [];
  if (base64 === undefined || padding === undefined) return false;
  return base64.length % 4 !== 1 && (padding === '' || (base64.length + padding.length) % 4 === 0);
}

function plain(headers: WebhookHeaders): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers.entries()] : Object.entries(headers);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
