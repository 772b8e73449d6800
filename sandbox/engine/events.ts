import type { Context } from '../context';
import { newId } from '../ids';
import type { Dispute } from '../model/disputes';
import type { Payment, Refund } from '../model/payments';
import type { Subscription } from '../model/subscriptions';
import type { Delivery, Endpoint, Event } from '../model/webhooks';

/** Notes that something happened, and what has to be told to whom. */
export function emit(ctx: Context, type: string, subject: Event['subject']): Event {
  const event = ctx.store.events.put({
    event_id: newId('msg'),
    type,
    timestamp: ctx.clock.iso(),
    subject,
  });
  for (const endpoint of ctx.store.endpoints.all()) {
    if (wants(endpoint, type)) ctx.store.deliveries.put(newDelivery(event, endpoint, event.timestamp));
  }
  return event;
}

export const emitPayment = (ctx: Context, type: string, payment: Payment): Event =>
  emit(ctx, `payment.${type}`, { kind: 'Payment', id: payment.payment_id });

export const emitRefund = (ctx: Context, type: string, refund: Refund): Event =>
  emit(ctx, `refund.${type}`, { kind: 'Refund', id: refund.refund_id });

/** Its events are named after where it has come to. */
export const emitDispute = (ctx: Context, { dispute_id: id, dispute_status: status }: Dispute): Event =>
  emit(ctx, status.replace('_', '.'), { kind: 'Dispute', id });

/** `subscription.updated` accompanies every other event of a subscription. */
export function emitSubscription(ctx: Context, subscription: Subscription, ...types: string[]): void {
  for (const type of [...types, 'updated']) {
    emit(ctx, `subscription.${type}`, { kind: 'Subscription', id: subscription.subscription_id });
  }
}

export function newDelivery(event: Event, endpoint: Endpoint, at: string): Delivery {
  return {
    delivery_id: newId('dlv'),
    event_id: event.event_id,
    endpoint_id: endpoint.id,
    status: 'pending',
    attempts: [],
    next_attempt_at: at,
  };
}

function wants(endpoint: Endpoint, type: string): boolean {
  if (endpoint.disabled) return false;
  return !endpoint.filter_types?.length || endpoint.filter_types.includes(type);
}
