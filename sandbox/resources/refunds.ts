import { z } from 'zod';
import type { Context } from '../context';
import { getPayment } from '../engine/payments';
import { createRefund, getRefund } from '../engine/refunds';
import { meets, page, pageQuery, within } from '../http/pagination';
import { param, type Route } from '../http/route';
import { createdRange, metadata, parseBody, parseQuery, text } from '../http/validation';
import type { Refund } from '../model/payments';
import { REFUND_STATUSES } from '../reference';
import { viewRefund, viewRefundItem } from './refund.view';

const createRequest = z.object({
  payment_id: text,
  items: z
    .array(
      z.object({
        item_id: text,
        amount: z.number().int().nullish(),
        tax_inclusive: z.boolean().default(true),
      }),
    )
    .nullish(),
  reason: z.string().max(3000).nullish(),
  metadata: metadata.nullish(),
});

const listQuery = pageQuery.extend({
  ...createdRange,
  customer_id: text.optional(),
  subscription_id: text.optional(),
  status: z.enum(REFUND_STATUSES).optional(),
});

export function refundRoutes(ctx: Context): Route[] {
  return [
    { method: 'POST', path: '/refunds', handle: ({ body }) => create(ctx, body) },
    { method: 'GET', path: '/refunds', handle: ({ query }) => list(ctx, query) },
    {
      method: 'GET',
      path: '/refunds/:id',
      handle: (request) => viewRefund(ctx, getRefund(ctx, param(request, 'id'))),
    },
  ];
}

function create(ctx: Context, body: unknown) {
  const request = parseBody(createRequest, body);
  const refund = createRefund(ctx, {
    payment: getPayment(ctx, request.payment_id),
    items: request.items?.length
      ? request.items.map((item) => ({ ...item, amount: item.amount ?? null }))
      : null,
    reason: request.reason ?? null,
    metadata: request.metadata ?? {},
  });
  return viewRefund(ctx, refund);
}

function list(ctx: Context, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const inRange = within(filter);
  const matches = (refund: Refund): boolean => {
    const payment = ctx.store.payments.get(refund.payment_id);
    return (
      inRange(refund) &&
      meets(filter.status, refund.status) &&
      meets(filter.customer_id, payment?.customer_id ?? '') &&
      (!filter.subscription_id || (payment?.subscription_ids.includes(filter.subscription_id) ?? false))
    );
  };
  return page(ctx.store.refunds.newest(matches).map(viewRefundItem), filter);
}
