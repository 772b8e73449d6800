import { z } from 'zod';
import type { Context } from '../context';
import { getDispute, moveDispute, openDispute } from '../engine/disputes';
import { getPayment } from '../engine/payments';
import { param, type Route } from '../http/route';
import { parseBody } from '../http/validation';
import { DISPUTE_ENDINGS, DISPUTE_STAGES, type DisputeStatus } from '../reference';
import { viewDispute } from '../resources/dispute.view';

const openRequest = z.object({
  stage: z.enum(DISPUTE_STAGES).default('dispute'),
  reason: z.string().nullable().default(null),
  remarks: z.string().nullable().default(null),
});

/** Dodo's word, or that without its prefix, as its events are named. */
const moveRequest = z.object({
  status: z.preprocess(
    (word) => (typeof word === 'string' ? word.replace(/^dispute_/, '') : word),
    z.enum(DISPUTE_ENDINGS).transform((word): DisputeStatus => `dispute_${word}`),
  ),
});

/** What a customer does at their bank, and what the bank makes of it. */
export function disputeControlRoutes(ctx: Context): Route[] {
  return [
    {
      method: 'POST',
      path: '/_sandbox/payments/:id/dispute',
      handle: (request) => {
        const { stage, reason, remarks } = parseBody(openRequest, request.body);
        const payment = getPayment(ctx, param(request, 'id'));
        return viewDispute(ctx, openDispute(ctx, payment, { dispute_stage: stage, reason, remarks }));
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/disputes/:id',
      handle: (request) => {
        const { status } = parseBody(moveRequest, request.body);
        return viewDispute(ctx, moveDispute(ctx, getDispute(ctx, param(request, 'id')), status));
      },
    },
  ];
}
