import { z } from 'zod';

/** Pages are counted from 0; a page past the end is empty. */
export const pageQuery = z.object({
  page_number: z.coerce.number().int().min(0).default(0),
  page_size: z.coerce.number().int().min(0).max(100).default(10),
});

export type PageQuery = z.infer<typeof pageQuery>;

export function page<T>(items: T[], { page_number, page_size }: PageQuery): { items: T[] } {
  const start = page_number * page_size;
  return { items: items.slice(start, start + page_size) };
}

interface Created {
  created_at: string;
}

export function within(range: { created_at_gte?: string | undefined; created_at_lte?: string | undefined }) {
  return ({ created_at }: Created): boolean =>
    (!range.created_at_gte || created_at >= range.created_at_gte) &&
    (!range.created_at_lte || created_at <= range.created_at_lte);
}

/** True when a filter was not given, or is met. */
export const meets = <T>(wanted: T | undefined, actual: T): boolean =>
  wanted === undefined || wanted === actual;
