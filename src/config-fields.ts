import { z } from 'zod';
import { VISIBLE_ASCII } from './plain-text';
import { MIN_SECRET_LENGTH } from './config.problems';

/** Standard Webhooks asks for keys of 24 to 64 bytes; a shorter one could be guessed. */
const MIN_WEBHOOK_KEY_BYTES = 24;

/** Space around a value, such as a file's last line break, is never meant. */
export const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() || undefined : value);
export const optional = <S extends z.ZodType>(schema: S) => z.preprocess(trimmed, schema.optional());

export function withProtocol(protocols: string[], example: string) {
  return z
    .string({ error: `is required, such as ${example}` })
    .refine((value) => hasProtocol(value, protocols), {
      error: `must be a URL such as ${example}`,
      abort: true,
    })
    .refine((value) => isDecodable(new URL(value)), {
      error: 'must have each % of its user and password written as %25',
    });
}

function hasProtocol(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

export const dodoBaseUrl = withProtocol(['http:', 'https:'], 'http://127.0.0.1:4010').refine(
  (value) => !hasCredentials(new URL(value)),
  { error: 'must have no user and password: no call could be made. The API key is DODO_PAYMENTS_API_KEY' },
);

function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

/** It comes in a header, whose value has no other characters. */
export const headerToken = z
  .string()
  .regex(/^[\x20-\x7e]+$/, { error: 'must be printable ASCII: it is sent in a header' });

/** What no header can carry is refused here: the error of whoever tried to send it would quote the key. */
export const dodoApiKey = z
  .string({ error: 'is required: an API key of the Dodo account' })
  .regex(VISIBLE_ASCII, { error: 'must be visible ASCII, without spaces and line breaks' });

/** Bytes of a Standard Webhooks secret: base64, padded or not, after `whsec_` or not; null when it is no base64. */
export function decodeWebhookKey(secret: string): Buffer | null {
  const base64 = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const bare = base64.replace(/={1,2}$/, '');
  const isWhole = bare.length % 4 !== 1 && (bare === base64 || base64.length % 4 === 0);
  const isBase64 = isWhole && /^[A-Za-z0-9+/]+$/.test(bare);
  return isBase64 ? Buffer.from(base64, 'base64') : null;
}

export const webhookKeys = z
  .string({ error: 'is required: the signing secret of the webhook endpoint at Dodo' })
  .transform((value) => value.split(',').map((secret) => secret.trim()))
  .superRefine((secrets, context) => {
    secrets.forEach((secret, index) => {
      const bytes = decodeWebhookKey(secret);
      const nth = secrets.length > 1 ? `secret ${index + 1} ` : '';
      if (bytes === null) context.addIssue(`${nth}must be base64, as Dodo shows it (whsec_…)`);
      else if (bytes.length < MIN_WEBHOOK_KEY_BYTES)
        context.addIssue(
          `${nth}decodes to ${bytes.length} bytes: at least ${MIN_WEBHOOK_KEY_BYTES} are needed for it to be safe`,
        );
    });
  });

export const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port number from 0 to 65535' })
  .transform(Number)
  .refine((value) => value <= 65_535, { error: 'must be a port number from 0 to 65535' });

export const rateLimit = z
  .string()
  .regex(/^\d{1,7}$/, { error: 'must be a whole number of calls, or 0 for no limit' })
  .transform(Number);

export const minutes = z
  .string()
  .regex(/^\d{1,6}$/, { error: 'must be a whole number of minutes, or 0 for never' })
  .transform(Number);

export const requestsPerMinute = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, { error: 'must be a whole number of calls, 1 or more' })
  .transform(Number);

export const secretsKeys = z
  .string()
  .transform((value) => value.split(',').map((key) => key.trim()))
  .refine((keys) => keys.every((key) => key.length >= MIN_SECRET_LENGTH), {
    error: `must have at least ${MIN_SECRET_LENGTH} characters, each of several that are separated by commas`,
  });
