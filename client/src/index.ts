export { createClient } from './client.ts';
export type { BillingClient, ClientOptions, DataOf } from './client.ts';
export { BillingApiError, BillingUnreachable } from './errors.ts';
export type { components, operations, paths } from './schema.ts';
export { InvalidWebhook, verifyWebhook } from './webhooks.ts';
export type { WebhookEvent, WebhookEventName } from './webhooks.ts';
