import { z } from 'zod';
import type { Context } from '../context';
import { getDispute } from '../engine/disputes';
import { meets, page, pageQuery, within } from '../http/pagination';
import { param, type Route } from '../http/route';
import { createdRange, parseQuery, text } from '../http/validation';
import type { Dispute } from '../model/disputes';
import { DISPUTE_STAGES, DISPUTE_STATUSES } from '../reference';
import { viewDispute, viewDisputeItem } from './dispute.view';

const listQuery = pageQuery.extend({
  ...createdRange,
  customer_id: text.optional(),
  dispute_stage: z.enum(DISPUTE_STAGES).optional(),
  dispute_status: z.enum(DISPUTE_STATUSES).optional(),
});

export function disputeRoutes(ctx: Context): Route[] {
  return [
    { method: 'GET', path: '/disputes', handle: ({ query }) => list(ctx, query) },
    {
      method: 'GET',
      path: '/disputes/:id',
      handle: (request) => viewDispute(ctx, getDispute(ctx, param(request, 'id'))),
    },
  ];
}

function list(ctx: Context, query: unknown) {
  const filter = parseQuery(listQuery, query);
  const inRange = within(filter);
  const matches = (dispute: Dispute): boolean =>
    inRange(dispute) &&
    meets(filter.customer_id, ctx.store.payments.get(dispute.payment_id)?.customer_id ?? '') &&
    meets(filter.dispute_stage, dispute.dispute_stage) &&
    meets(filter.dispute_status, dispute.dispute_status);
  return page(ctx.store.disputes.newest(matches).map(viewDisputeItem), filter);
}
