import type { FastifyReply, FastifyRequest } from 'fastify';
import { cardProblems } from '../cards';
import type { Context } from '../context';
import { checkoutState, knownEmail, knownName, payCheckout, type PayResult } from '../engine/checkout';
import type { PageRoute } from '../http/route';
import type { Checkout } from '../model/checkouts';
import { cardOf, chosenTestCard, formProblems, readForm, type FormValues, type Problems } from './card-form';
import { checkoutPage } from './checkout.page';
import { sendNotice, sendPage } from './document';

export function checkoutPageRoutes(ctx: Context): PageRoute[] {
  return [
    { method: 'GET', path: '/session/:id', handle: (request, reply) => show(ctx, request, reply) },
    { method: 'POST', path: '/session/:id', handle: (request, reply) => submit(ctx, request, reply) },
    { method: 'GET', path: '/session/:id/done', handle: (request, reply) => done(ctx, request, reply) },
  ];
}

function find(ctx: Context, request: FastifyRequest): Checkout | undefined {
  return ctx.store.checkouts.get((request.params as { id: string }).id);
}

function show(ctx: Context, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const checkout = find(ctx, request);
  if (!checkout) return unknown(reply);
  const state = checkoutState(ctx, checkout);
  if (state !== 'open') return gone(reply, checkout, state);
  return form(ctx, reply, checkout, readForm({}, defaults(ctx, checkout)));
}

function submit(ctx: Context, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const checkout = find(ctx, request);
  if (!checkout) return unknown(reply);
  // The second of two clicks ends where the first one does.
  if (checkout.consumed_at) return leave(reply, checkout, checkout.redirect_url);
  if (checkoutState(ctx, checkout) === 'expired') return gone(reply, checkout, 'expired');
  const values = valuesOf(ctx, request, checkout);
  const testCard = chosenTestCard(request.body);
  if (testCard) return form(ctx, reply, checkout, { ...values, ...testCard });
  const problems = problemsOf(ctx, values);
  if (Object.keys(problems).length > 0) return form(ctx, reply, checkout, values, { status: 422, problems });
  const { payment, redirectUrl } = pay(ctx, checkout, values);
  if (payment.status === 'succeeded') return leave(reply, checkout, redirectUrl);
  return form(ctx, reply, checkout, values, { status: 402, declined: payment.error_message });
}

function pay(ctx: Context, checkout: Checkout, values: FormValues): PayResult {
  const billing = {
    city: null,
    state: null,
    street: null,
    ...checkout.billing_address,
    country: values.country,
    zipcode: values.zip,
  };
  const name = knownName(ctx, checkout) || values.name;
  return payCheckout(ctx, checkout, cardOf(values), { email: values.email, name, billing });
}

function leave(reply: FastifyReply, checkout: Checkout, target: string | null): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .redirect(target ?? `/session/${checkout.session_id}/done`, 303);
}

function problemsOf(ctx: Context, values: FormValues): Problems {
  const card = cardProblems(cardOf(values), new Date(ctx.clock.now()));
  return {
    ...formProblems(values, { email: true }),
    ...Object.fromEntries(card.map(({ field, message }) => [field, message])),
  };
}

/** An address the merchant has fixed is not taken from the form. */
function valuesOf(ctx: Context, request: FastifyRequest, checkout: Checkout): FormValues {
  const values = readForm(request.body);
  return isEmailLocked(ctx, checkout)
    ? { ...values, email: knownEmail(ctx, checkout) ?? values.email }
    : values;
}

const isEmailLocked = (ctx: Context, checkout: Checkout): boolean =>
  !checkout.allow_editing_email && knownEmail(ctx, checkout) !== null;

function defaults(ctx: Context, checkout: Checkout): Partial<FormValues> {
  return {
    email: knownEmail(ctx, checkout) ?? '',
    name: knownName(ctx, checkout) ?? '',
    country: checkout.billing_address?.country ?? 'US',
    zip: checkout.billing_address?.zipcode ?? '',
  };
}

function form(
  ctx: Context,
  reply: FastifyReply,
  checkout: Checkout,
  values: FormValues,
  refusal: { status?: number; problems?: Problems; declined?: string | null } = {},
): FastifyReply {
  const { status = 200, problems = {}, declined = null } = refusal;
  const view = { checkout, values, problems, declined, emailLocked: isEmailLocked(ctx, checkout) };
  return sendPage(reply, { status, ...checkoutPage(ctx, view) });
}

function done(ctx: Context, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const checkout = find(ctx, request);
  if (!checkout?.consumed_at) return unknown(reply);
  return sendNotice(reply, {
    status: 200,
    title: 'Payment received',
    text: 'Thank you. You can close this page.',
    link: { url: checkout.redirect_url, label: 'Continue' },
  });
}

function gone(reply: FastifyReply, checkout: Checkout, state: 'consumed' | 'expired'): FastifyReply {
  if (state === 'consumed') {
    return sendNotice(reply, {
      status: 410,
      title: 'This checkout is complete',
      text: 'It has been paid already and cannot be used again. You were charged once.',
      link: { url: checkout.redirect_url, label: 'Continue' },
    });
  }
  return sendNotice(reply, {
    status: 410,
    title: 'This checkout has expired',
    text: 'Nothing was charged. Go back and start the checkout again.',
    link: { url: checkout.cancel_url, label: 'Go back' },
  });
}

function unknown(reply: FastifyReply): FastifyReply {
  return sendNotice(reply, {
    status: 404,
    title: 'There is no such checkout',
    text: 'The link may be incomplete, or the sandbox may have been reset since it was made.',
  });
}
