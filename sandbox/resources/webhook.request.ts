import { z } from 'zod';
import { EVENT_TYPES } from '../reference';

const address = z.string().min(1);
const eventTypes = z.array(z.enum(EVENT_TYPES as [string, ...string[]]));
const pairs = z.record(z.string(), z.string());
const rateLimit = z.number().int().min(0);

export const createWebhookRequest = z.object({
  url: address,
  description: z.string().nullish(),
  disabled: z.boolean().nullish(),
  filter_types: eventTypes.optional(),
  headers: pairs.nullish(),
  idempotency_key: z.string().nullish(),
  metadata: pairs.nullish(),
  rate_limit: rateLimit.nullish(),
});

export const updateWebhookRequest = z.object({
  url: address.nullish(),
  description: z.string().nullish(),
  disabled: z.boolean().nullish(),
  filter_types: eventTypes.nullish(),
  metadata: pairs.nullish(),
  rate_limit: rateLimit.nullish(),
});

export const headersRequest = z.object({ headers: pairs });

export const webhookListQuery = z.object({
  limit: z.coerce.number().int().min(0).max(250).optional(),
  iterator: z.string().optional(),
});
