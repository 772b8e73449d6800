import { z } from 'zod';
import { cardProblems, type CardInput } from '../cards';
import type { Context } from '../context';
import { getCheckout, knownEmail, knownName, payCheckout } from '../engine/checkout';
import { settleRefund, getRefund } from '../engine/refunds';
import { ApiError } from '../errors';
import { param, type Route } from '../http/route';
import { country, parseBody } from '../http/validation';

const payRequest = z.object({
  card: z.string().default('4242424242424242'),
  expiry: z.string().default('12/34'),
  cvc: z.string().default('123'),
  email: z.string().min(1).optional(),
  name: z.string().min(1).optional(),
  country: country.optional(),
  zip: z.string().optional(),
});

const settleRequest = z.object({ status: z.enum(['succeeded', 'failed']) });

/** What a person would do on the hosted page, and what a bank decides about a refund. */
export function payRoutes(ctx: Context): Route[] {
  return [
    {
      method: 'POST',
      path: '/_sandbox/checkouts/:id/pay',
      handle: (request) => pay(ctx, param(request, 'id'), request.body),
    },
    {
      method: 'POST',
      path: '/_sandbox/refunds/:id/settle',
      handle: (request) => {
        const { status } = parseBody(settleRequest, request.body);
        const refund = getRefund(ctx, param(request, 'id'));
        if (refund.status === 'succeeded' || refund.status === 'failed') {
          throw ApiError.conflict('REFUND_SETTLED', `The refund has ${refund.status} already`);
        }
        return settleRefund(ctx, refund, status);
      },
    },
  ];
}

function pay(ctx: Context, sessionId: string, body: unknown) {
  const request = parseBody(payRequest, body);
  const checkout = getCheckout(ctx, sessionId);
  const email = request.email ?? knownEmail(ctx, checkout);
  if (!email) throw ApiError.invalidBody('email: the session has none, so it is needed here');
  const name = request.name ?? (knownName(ctx, checkout) || 'Test Buyer');
  const card: CardInput = { number: request.card, expiry: request.expiry, cvc: request.cvc, holder: name };
  const problem = cardProblems(card, new Date(ctx.clock.now()))[0];
  if (problem) throw ApiError.invalidBody(`${problem.field}: ${problem.message}`);
  const billing = checkout.billing_address ?? {
    country: request.country ?? 'US',
    zipcode: request.zip ?? '94107',
    city: null,
    state: null,
    street: null,
  };
  const { payment, subscriptions, redirectUrl } = payCheckout(ctx, checkout, card, { email, name, billing });
  return {
    status: payment.status,
    payment_id: payment.payment_id,
    subscription_id: subscriptions[0]?.subscription_id ?? null,
    redirect_url: redirectUrl,
    error_code: payment.error_code,
    error_message: payment.error_message,
  };
}
