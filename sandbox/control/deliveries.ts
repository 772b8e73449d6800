import { z } from 'zod';
import type { Context } from '../context';
import { ApiError } from '../errors';
import { param, type Route } from '../http/route';
import { parseBody } from '../http/validation';
import type { Delivery } from '../model/webhooks';

const resendRequest = z.object({ since: z.iso.datetime({ offset: true }).optional() });

export function deliveryRoutes(ctx: Context): Route[] {
  return [
    {
      method: 'GET',
      path: '/_sandbox/deliveries',
      handle: () => ({ items: ctx.store.deliveries.newest().map((delivery) => viewDelivery(ctx, delivery)) }),
    },
    { method: 'GET', path: '/_sandbox/deliveries/counts', handle: () => countByStatus(ctx) },
    { method: 'POST', path: '/_sandbox/deliveries/resend', handle: ({ body }) => resendSince(ctx, body) },
    {
      method: 'POST',
      path: '/_sandbox/deliveries/:id/resend',
      handle: (request) => viewDelivery(ctx, resend(ctx, getDelivery(ctx, param(request, 'id')))),
    },
  ];
}

export function viewDelivery(ctx: Context, delivery: Delivery) {
  const event = ctx.store.events.get(delivery.event_id);
  return {
    ...delivery,
    webhook_id: delivery.event_id,
    url: ctx.store.endpoints.get(delivery.endpoint_id)?.url ?? null,
    type: event?.type ?? null,
    timestamp: event?.timestamp ?? null,
    subject: event?.subject ?? null,
  };
}

/** For whoever only waits until nothing is under way any more. */
function countByStatus(ctx: Context): Record<Delivery['status'], number> {
  const counts = { pending: 0, succeeded: 0, failed: 0, dropped: 0 };
  for (const { status } of ctx.store.deliveries.all()) counts[status] += 1;
  return counts;
}

function getDelivery(ctx: Context, id: string): Delivery {
  const delivery = ctx.store.deliveries.get(id);
  if (!delivery) throw ApiError.notFound('Delivery', id);
  return delivery;
}

/** Sends everything again, delivered or not, under the ids it had. */
function resendSince(ctx: Context, body: unknown) {
  const { since } = parseBody(resendRequest, body);
  const from = since ? new Date(since).toISOString() : '';
  const chosen = ctx.store.deliveries.all().filter((delivery) => {
    return (ctx.store.events.get(delivery.event_id)?.timestamp ?? '') >= from;
  });
  for (const delivery of chosen) resend(ctx, delivery);
  return { resent: chosen.length };
}

function resend(ctx: Context, delivery: Delivery): Delivery {
  return ctx.store.deliveries.update(delivery.delivery_id, {
    status: 'pending',
    next_attempt_at: ctx.clock.iso(),
  });
}
