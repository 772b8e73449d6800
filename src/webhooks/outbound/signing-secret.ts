import { randomBytes } from 'node:crypto';
import { decodeWebhookKey } from '../../config-fields';

/** Of the Standard Webhooks form: what follows is the key in base64. */
const PREFIX = 'whsec_';
const GENERATED_BYTES = 32;
/** Of the key that a customer has chosen: below, it is guessed from one delivery; above, it is a mistake. */
const MIN_KEY_BYTES = 8;
const MAX_KEY_BYTES = 128;

export function newSigningSecret(): string {
  return `${PREFIX}${randomBytes(GENERATED_BYTES).toString('base64')}`;
}

/** What is wrong with a secret that a customer has chosen; null when nothing is. */
export function problemOfSecret(secret: string): string | null {
  if (!/^[\x21-\x7e]*$/.test(secret)) return 'may have visible ASCII characters only.';
  if (secret.startsWith(PREFIX) && decodeWebhookKey(secret) === null)
    return `begins with ${PREFIX}, and no base64 follows: what checks signatures would not take it.`;
  const { length } = standardKeyOf(secret);
  return length >= MIN_KEY_BYTES && length <= MAX_KEY_BYTES
    ? null
    : `must have ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} characters, or whsec_ and as many bytes in base64.`;
}

/**
 * The key of the Standard Webhooks signature: what follows `whsec_`, decoded; of any other secret, its bytes. Secrets
 * that have the prefix and no base64 were taken once, and may be stored.
 */
export function standardKeyOf(secret: string): Buffer {
  const decoded = secret.startsWith(PREFIX) ? decodeWebhookKey(secret) : null;
  return decoded ?? Buffer.from(secret, 'utf8');
}
