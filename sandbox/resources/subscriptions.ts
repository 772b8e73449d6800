import { z } from 'zod';
import { BRAND_ID, type Context } from '../context';
import { getSubscription } from '../engine/subscriptions';
import { meets, page, pageQuery, within } from '../http/pagination';
import { param, type ApiRequest, type Route } from '../http/route';
import { createdRange, parseQuery, queryFlag, queryInstant, text } from '../http/validation';
import type { Subscription } from '../model/subscriptions';
import { SUBSCRIPTION_STATUSES } from '../reference';
import { chargeSubscription, updatePaymentMethod } from './subscription.charge';
import { createSubscription } from './subscription.create';
import { cancelScheduledChange, changeSubscriptionPlan } from './subscription.plan';
import { previewPlanChange } from './subscription.plan.preview';
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

const usageQuery = pageQuery.extend({
  start_date: queryInstant.optional(),
  end_date: queryInstant.optional(),
  meter_id: text.optional(),
});

export function subscriptionRoutes(ctx: Context): Route[] {
  const one = below(ctx);
  return [
    { method: 'POST', path: '/subscriptions', handle: ({ body }) => createSubscription(ctx, body) },
    { method: 'GET', path: '/subscriptions', handle: ({ query }) => list(ctx, query) },
    one('GET', '', (subscription) => viewSubscription(ctx, subscription)),
    one('PATCH', '', (subscription, { body }) =>
      viewSubscription(ctx, updateSubscription(ctx, subscription, body)),
    ),
    one('POST', '/charge', (subscription, { body }) => chargeSubscription(ctx, subscription, body)),
    one('POST', '/change-plan', (subscription, { body }) => changeSubscriptionPlan(ctx, subscription, body)),
    one('POST', '/change-plan/preview', (subscription, { body }) =>
      previewPlanChange(ctx, subscription, body),
    ),
    {
      ...one('DELETE', '/change-plan/scheduled', (subscription) => cancelScheduledChange(ctx, subscription)),
      status: 204,
    },
    one('POST', '/update-payment-method', (subscription, { body }) =>
      updatePaymentMethod(ctx, subscription, body),
    ),
    one('GET', '/usage-history', (_subscription, { query }) => page([], parseQuery(usageQuery, query))),
    one('GET', '/credit-usage', ({ subscription_id }) => ({ subscription_id, items: [] })),
  ];
}

/** Makes routes below one subscription, which has to exist. */
function below(ctx: Context) {
  return (
    method: Route['method'],
    path: string,
    act: (subscription: Subscription, request: ApiRequest) => unknown,
  ): Route => ({
    method,
    path: `/subscriptions/:id${path}`,
    handle: (request) => act(getSubscription(ctx, param(request, 'id')), request),
  });
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
