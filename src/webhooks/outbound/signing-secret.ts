import { randomBytes } from 'node:crypto';

/** Of the Standard Webhooks form: what follows is the key in base64. */
const PREFIX = 'whsec_';
const GENERATED_BYTES = 32;
/** What Standard Webhooks asks of a key. */
const MIN_BYTES = 24;
const MAX_BYTES = 64;
/** Of a secret that is plain text. */
const MIN_LENGTH = 16;
const MAX_LENGTH = 128;

export function newSigningSecret(): string {
  return `${PREFIX}${randomBytes(GENERATED_BYTES).toString('base64')}`;
}

/** What is wrong with a secret that a customer has chosen; null when nothing is. */
export function problemOfSecret(secret: string): string | null {
  if (secret.startsWith(PREFIX)) {
    const base64 = secret.slice(PREFIX.length);
    const { length } = Buffer.from(base64, 'base64');
    const isBase64 = base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
    return isBase64 && length >= MIN_BYTES && length <= MAX_BYTES
      ? null
      : `must be whsec_ and ${MIN_BYTES} to ${MAX_BYTES} bytes in base64, or text without that prefix.`;
  }
  const isPlain = /^[\x21-\x7e]*$/.test(secret);
  return isPlain && secret.length >= MIN_LENGTH && secret.length <= MAX_LENGTH
    ? null
    : `must have ${MIN_LENGTH} to ${MAX_LENGTH} visible ASCII characters.`;
}

/** The key of the Standard Webhooks signature: what follows `whsec_`, decoded; of any other secret, its bytes. */
export function standardKeyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
