/** Everything that a customer can be told of. An endpoint names those that it wants, or `*`. */
export const OUTBOUND_EVENTS = [
  'checkout.completed',
  'subscription.trialing',
  'subscription.activated',
  'subscription.renewed',
  'subscription.plan_changed',
  'subscription.suspended',
  'subscription.cancelled',
  'payment.succeeded',
  'payment.failed',
  'refund.succeeded',
  'refund.failed',
  'credits.low',
  'webhook.disabled',
  'webhook.test',
] as const;

export type OutboundEventName = (typeof OUTBOUND_EVENTS)[number];

/** Stands for all events, those to come included. */
export const ALL_EVENTS = '*';
