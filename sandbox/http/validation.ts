import { z } from 'zod';
import { ApiError } from '../errors';
import type { CheckoutCustomer } from '../model/checkouts';
import { COUNTRIES, CURRENCIES, PAYMENT_METHOD_TYPES } from '../reference';

/** Shapes that several requests share. Unknown fields are let through unread. */

export const currency = z.enum(CURRENCIES as [string, ...string[]]);
export const country = z.enum(COUNTRIES as [string, ...string[]]);
export const paymentMethodTypes = z.array(z.enum(PAYMENT_METHOD_TYPES as [string, ...string[]]));
export const minorUnits = z.number().int().min(0).max(2_147_483_647);
export const text = z.string().min(1);
/** Of days to years: so many that a date of four digits still comes of it. */
export const periodCount = z.number().int().min(1).max(1000);

const MOST_PAIRS = 50;

export const metadata = z
  .record(z.string().max(40), z.union([z.string().max(500), z.number(), z.boolean()]))
  .superRefine((pairs) => {
    if (Object.keys(pairs).length > MOST_PAIRS) {
      throw ApiError.refused('MAXIMUM_KEYS_REACHED', `Exceeds ${MOST_PAIRS} key-value pairs`);
    }
  });

export const billingAddress = z.object({
  country,
  city: z.string().nullish().transform(orNull),
  state: z.string().nullish().transform(orNull),
  street: z.string().nullish().transform(orNull),
  zipcode: z.string().nullish().transform(orNull),
});

/** Either a customer who exists, or one by email. */
export const customerRequest = z
  .object({
    customer_id: text.optional(),
    email: text.optional(),
    name: z.string().nullish(),
    phone_number: z.string().nullish(),
  })
  .transform((customer, context): CheckoutCustomer => {
    if (customer.customer_id !== undefined) return { customer_id: customer.customer_id };
    if (customer.email !== undefined) {
      return {
        email: customer.email,
        name: customer.name ?? null,
        phone_number: customer.phone_number ?? null,
      };
    }
    context.addIssue({ code: 'custom', message: 'needs customer_id or email' });
    return z.NEVER;
  });

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const instant = z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString());

export const createdRange = { created_at_gte: instant.optional(), created_at_lte: instant.optional() };
export const queryFlag = flag;
export const queryInstant = instant;

export function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}

export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw ApiError.invalidBody(describe(result.error));
}

export function parseQuery<S extends z.ZodType>(schema: S, query: unknown): z.output<S> {
  const result = schema.safeParse(query ?? {});
  if (result.success) return result.data;
  throw ApiError.invalidParameters(describe(result.error));
}

function describe(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length ? `${issue.path.join('.')}: ${issue.message}` : issue.message))
    .join('; ');
}
