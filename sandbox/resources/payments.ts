import { z } from 'zod';
import type { Context } from '../context';
import { getPayment } from '../engine/payments';
import { retryPayment, retryState } from '../engine/manual-retry';
import { meets, page, pageQuery, within } from '../http/pagination';
import { param, type ApiRequest, type Route } from '../http/route';
import { createdRange, currency, parseQuery, text } from '../http/validation';
import type { Payment } from '../model/payments';
import { INTENT_STATUSES } from '../reference';
import { createPaymentLink } from './payment.create';
import { viewListedLineItems, viewPayment, viewPaymentItem } from './payment.view';
import { BRAND_ID } from '../context';

const listQuery = pageQuery.extend({
  ...createdRange,
  brand_id: text.optional(),
  currency: currency.optional(),
  customer_id: text.optional(),
  product_id: text.optional(),
  status: z.enum(INTENT_STATUSES).optional(),
  subscription_id: text.optional(),
});

export function paymentRoutes(ctx: Context): Route[] {
  const payment = (request: ApiRequest) => getPayment(ctx, param(request, 'id'));
  return [
    { method: 'POST', path: '/payments', handle: ({ body }) => createPaymentLink(ctx, body) },
    { method: 'GET', path: '/payments', handle: ({ query }) => list(ctx, query) },
    { method: 'GET', path: '/payments/:id', handle: (request) => viewPayment(ctx, payment(request)) },
    {
      method: 'GET',
      path: '/payments/:id/line-items',
      handle: (request) => viewListedLineItems(ctx, payment(request)),
    },
    { method: 'POST', path: '/payments/:id/retry', handle: (request) => retryPayment(ctx, payment(request)) },
    { method: 'GET', path: '/payments/:id/retry', handle: (request) => retryState(ctx, payment(request)) },
  ];
}

function list(ctx: Context, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const inRange = within(filter);
  const matches = (payment: Payment): boolean =>
    inRange(payment) &&
    meets(filter.brand_id, BRAND_ID) &&
    meets(filter.currency, payment.currency) &&
    meets(filter.customer_id, payment.customer_id) &&
    meets(filter.status, payment.status) &&
    (!filter.product_id || payment.lines.some((line) => line.item_id === filter.product_id)) &&
    (!filter.subscription_id || payment.subscription_ids.includes(filter.subscription_id));
  const { items } = page(ctx.store.payments.newest(matches), filter);
  return { items: items.map((payment) => viewPaymentItem(ctx, payment)) };
}
