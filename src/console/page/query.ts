import { z } from 'zod';
import { withoutNul } from '../../without-nul';

const PAGE_SIZE = 50;
const LAST_OFFSET = 1_000_000;
const LONGEST_SEARCH = 200;

/** Addresses are typed and shared by people: what can't be read in one is passed over. */
export const offset = z
  .unknown()
  .optional()
  .transform((text) => (/^\d{1,7}$/.test(String(text)) ? Math.min(Number(text), LAST_OFFSET) : 0));

export const text = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? withoutNul(value).trim().slice(0, LONGEST_SEARCH) : ''));

/** Of the page of one thing: what was just done to it. */
export const detailSchema = z.object({ done: text });

export function oneOf<const Word extends string>(words: readonly Word[]) {
  return z
    .unknown()
    .optional()
    .transform((value) => words.find((word) => word === value));
}

export function pageFrom(from: number): { limit: number; offset: number } {
  return { limit: PAGE_SIZE, offset: from };
}
