import { z } from 'zod';
import { objectOf } from './openapi.decorators';
import type { Schema } from './openapi.decorators';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
/** Far beyond any list, and still an integer that Postgres takes. */
const MAX_OFFSET = 1_000_000_000;

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** How many there are, whatever the page. */
  total: number;
  limit: number;
  offset: number;
}

/** Which page is asked for. */
export interface PageRequest {
  limit: number;
  offset: number;
}

/** A whole number in a query: digits alone, so that `1e3`, ` 5 ` and a repeated parameter are refused. */
function wholeNumber(from: number, to: number, fallback: number, description: string) {
  return z
    .unknown()
    .transform((text, context) => {
      const isNumber = typeof text === 'string' && /^\d{1,10}$/.test(text);
      if (isNumber && Number(text) >= from && Number(text) <= to) return Number(text);
      context.addIssue(`must be a whole number from ${from} to ${to}.`);
      return z.NEVER;
    })
    .default(fallback)
    .meta({ type: 'integer', minimum: from, maximum: to, default: fallback, description });
}

/** The query parameters of every paginated list; spread into a `z.object` beside a list's own filters. */
export const pageParameters = {
  limit: wholeNumber(1, MAX_LIMIT, DEFAULT_LIMIT, 'How many to answer.'),
  offset: wholeNumber(0, MAX_OFFSET, 0, 'How many to skip.'),
};

/** For lists without filters: `@Query({ schema: pageRequestSchema })`. */
export const pageRequestSchema = z.object(pageParameters);

/** What a paginated list answers, in words of OpenAPI. */
export function pageSchema(item: Schema): Schema {
  return objectOf({
    items: { type: 'array', items: item },
    total: { type: 'integer', minimum: 0, description: 'How many there are, whatever the page.' },
    limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT },
    offset: { type: 'integer', minimum: 0 },
  });
}

export function pageExample<T>(...items: T[]): Page<T> {
  return { items, total: items.length, limit: DEFAULT_LIMIT, offset: 0 };
}
