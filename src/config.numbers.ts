import { z } from 'zod';

/** Numbers in the environment: digits alone, so that `1e3` and `0x10` are refused. */

export const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port number from 0 to 65535' })
  .transform(Number)
  .refine((value) => value <= 65_535, { error: 'must be a port number from 0 to 65535' });

export const rateLimit = z
  .string()
  .regex(/^\d{1,7}$/, { error: 'must be a whole number of calls, or 0 for no limit' })
  .transform(Number);
