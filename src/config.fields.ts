import { z } from 'zod';

/** Space around a value, such as a file's last line break, is never meant. */
export const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() || undefined : value);
export const optional = <S extends z.ZodType>(schema: S) => z.preprocess(trimmed, schema.optional());

export function withProtocol(protocols: string[], example: string) {
  return z
    .string({ error: `is required, such as ${example}` })
    .refine((value) => hasProtocol(value, protocols), {
      error: `must be a URL such as ${example}`,
    });
}

function hasProtocol(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

export const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port number from 0 to 65535' })
  .transform(Number)
  .refine((value) => value <= 65_535, { error: 'must be a port number from 0 to 65535' });
