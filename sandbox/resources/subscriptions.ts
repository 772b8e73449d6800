import { z } from 'zod';
import { BRAND_ID, type Context } from '../context';
import { getSubscription } from '../engine/subscriptions';
import { meets, page, pageQuery, within } from '../http/pagination';
import { param, type ApiRequest, type Route } from '../http/route';
import { createdRange, parseQuery, queryFlag, text } from '../http/validation';
import type { Subscription } from '../model';
import { SUBSCRIPTION_STATUSES } from '../reference';
import { viewSubscription, viewSubscriptionItem } from './subscription.view';
import { updateSubscription } from './subscription.update';

const listQuery = pageQuery.extend({
  ...createdRange,
  brand_id: text.optional(),
  cancel_at_next_billing_date: queryFlag.optional(),
  customer_id: text.optional(),
  product_id: text.optional(),
  status: z.enum(SUBSCRIPTION_STATUSES).optional(),
});

export function subscriptionRoutes(ctx: Context): Route[] {
  const subscription = (request: ApiRequest) => getSubscription(ctx, param(request, 'id'));
  return [
    { method: 'GET', path: '/subscriptions', handle: ({ query }) => list(ctx, query) },
    {
      method: 'GET',
      path: '/subscriptions/:id',
      handle: (request) => viewSubscription(ctx, subscription(request)),
    },
    {
      method: 'PATCH',
      path: '/subscriptions/:id',
      handle: (request) =>
        viewSubscription(ctx, updateSubscription(ctx, subscription(request), request.body)),
    },
  ];
}

function list(ctx: Context, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const inRange = within(filter);
  const matches = (subscription: Subscription): boolean =>
    inRange(subscription) &&
    meets(filter.brand_id, BRAND_ID) &&
    meets(filter.cancel_at_next_billing_date, subscription.cancel_at_next_billing_date) &&
    meets(filter.customer_id, subscription.customer_id) &&
    meets(filter.product_id, subscription.product_id) &&
    meets(filter.status, subscription.status);
  const { items } = page(ctx.store.subscriptions.newest(matches), filter);
  return { items: items.map((subscription) => viewSubscriptionItem(ctx, subscription)) };
}
