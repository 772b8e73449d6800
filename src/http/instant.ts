import { z } from 'zod';

const INSTANT = z.iso.datetime({ offset: true });

/** Of ISO 8601 without a sign: what an answer could tell. An offset leads beyond it. */
const MAX_YEAR = 9999;

/** How to write one, for the complaint about another value. */
export const INSTANT_FORM = `an instant such as 2027-01-31T12:00:00Z, in the year ${MAX_YEAR} at the latest`;

/** The instant that a text names, with its offset; null for any other value. */
export function readInstant(value: unknown): Date | null {
  if (!INSTANT.safeParse(value).success) return null;
  const instant = new Date(value as string);
  return instant.getUTCFullYear() <= MAX_YEAR ? instant : null;
}
