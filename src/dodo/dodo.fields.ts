import { z } from 'zod';
import { withoutNul } from '../without-nul';

// How single fields of Dodo's objects are read.

/** What Postgres could not hold is left out: NUL, and in JSON half of a pair of surrogates. */
function storable(value: string): string {
  return withoutNul(value).replaceAll(/\p{Cs}/gu, '\ufffd');
}

export const text = z.string().transform(storable).pipe(z.string().min(1));
/** For what only describes: anything odd is as good as nothing. */
export const textOrNull = text.nullable().catch(null);
/** The characters of a URI (RFC 3986). */
const OF_ADDRESSES = /^[\w.~:/?#[\]@!$&'()*+,;=%-]+$/;
/** What browsers are sent to: no script, and nothing else that is no page. As Dodo writes it, where that can be an address. */
export const link = z
  .url({ protocol: /^https?$/ })
  .transform((url) => (OF_ADDRESSES.test(url) ? url : new URL(url).href));
/** Whole numbers have been seen as text in Dodo's payloads. */
export const whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
export const wholeOrNull = whole.nullable().catch(null);
/**
 * Dodo's are in UTC and say so; one that does not is no other, whatever the zone of this process is. The year 0 and those
 * of five digits are none: Postgres can't read them.
 */
export const instant = z.string().transform((value, context) => {
  const date = new Date(/[T ][\d:.]+$/i.test(value) ? `${value}Z` : value);
  if (!Number.isNaN(date.getTime()) && /^(?!0000)\d{4}-/.test(date.toISOString())) return date;
  context.addIssue('is no instant');
  return z.NEVER;
});
export const instantOrNull = instant.nullable().catch(null);

/** The elements that can be read; one odd element must not hide the others. */
export function readable<S extends z.ZodType>(schema: S) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((elements) =>
      elements.flatMap((element) => {
        const parsed = schema.safeParse(element);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

/** Values are documented as text, numbers or booleans; ours are always text. */
export const metadata = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).catch(''))
  .catch({})
  .transform((pairs) =>
    Object.fromEntries(Object.entries(pairs).map(([key, value]) => [storable(key), storable(String(value))])),
  );
