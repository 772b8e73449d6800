import type { FastifyReply, FastifyRequest } from 'fastify';
import { askBank, cardProblems } from '../cards';
import type { Context } from '../context';
import { attachMethod, duesDraft, owes } from '../engine/dues';
import { isOpen } from '../engine/links';
import { saveMethod } from '../engine/payments';
import { changePlan, quotePlanChange } from '../engine/plan-change';
import { appendQuery } from '../engine/return-url';
import { sum } from '../engine/quote';
import type { PageRoute } from '../http/route';
import type { PaymentLink, Subscription } from '../model/subscriptions';
import {
  CARD_SCRIPT,
  cardFields,
  cardOf,
  chosenTestCard,
  formProblems,
  readForm,
  testCardPanel,
  type FormValues,
  type Problems,
} from './card-form';
import { brandRow, sendNotice, sendPage } from './document';
import { money } from './format';
import { html } from './html';

const FORM = 'payment-method';

/** The page behind a payment link: a new card, what is owed, or a plan change that waits for payment. */
export function paymentMethodRoutes(ctx: Context): PageRoute[] {
  const withLink =
    (act: (visit: Visit) => FastifyReply) =>
    (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
      const link = ctx.store.links.get((request.params as { id: string }).id);
      const subscription = ctx.store.subscriptions.get(link?.subscription_id ?? '');
      if (!link || !subscription || link.purpose === 'portal') return unknown(reply);
      return act({ ctx, request, reply, link, subscription });
    };
  return [
    { method: 'GET', path: '/payment-method/:id', handle: withLink(show) },
    { method: 'POST', path: '/payment-method/:id', handle: withLink(submit) },
    {
      method: 'GET',
      path: '/payment-method/:id/done',
      handle: withLink(({ reply, link }) => done(reply, link)),
    },
  ];
}

interface Visit {
  ctx: Context;
  request: FastifyRequest;
  reply: FastifyReply;
  link: PaymentLink;
  subscription: Subscription;
}

function show(visit: Visit): FastifyReply {
  const { ctx, reply, link, subscription } = visit;
  if (!isOpen(ctx, link)) return gone(reply);
  return form(
    visit,
    readForm({}, { country: subscription.billing.country, zip: subscription.billing.zipcode ?? '' }),
  );
}

function submit(visit: Visit): FastifyReply {
  const { ctx, request, reply, link, subscription } = visit;
  if (link.consumed_at) return leave(reply, link, subscription);
  if (!isOpen(ctx, link)) return gone(reply);
  const values = readForm(request.body);
  const testCard = chosenTestCard(request.body);
  if (testCard) return form(visit, { ...values, ...testCard });
  const problems = problemsOf(ctx, values);
  if (Object.keys(problems).length > 0) return form(visit, values, { status: 422, problems });
  const declined = useCard(visit, values);
  if (declined) return form(visit, values, { status: 402, declined });
  ctx.store.links.update(link.link_id, { consumed_at: ctx.clock.iso() });
  return leave(reply, link, ctx.store.subscriptions.get(subscription.subscription_id) ?? subscription);
}

/** Returns why the card was refused, or null. The first attempt uses the payment the merchant knows of. */
function useCard({ ctx, link, subscription }: Visit, values: FormValues): string | null {
  const verdict = askBank(cardOf(values));
  if (verdict.decline && !link.plan_change && !owes(subscription)) return verdict.decline.message;
  const method = saveMethod(ctx, subscription.customer_id, verdict);
  if (link.plan_change) {
    const payment_method_id = verdict.decline ? null : method.payment_method_id;
    const charge = { decline: verdict.decline, card: verdict.details, payment_method_id };
    const reserved = link.payment_id ? { payment_id: link.payment_id } : {};
    changePlan(ctx, subscription, link.plan_change, { ...charge, ...reserved }, 'prevent_change');
  } else {
    attachMethod(ctx, subscription, method, verdict.decline, link.payment_id);
  }
  if (!verdict.decline) return null;
  ctx.store.paymentMethods.delete(method.payment_method_id);
  ctx.store.links.update(link.link_id, { payment_id: null });
  return verdict.decline.message;
}

function problemsOf(ctx: Context, values: FormValues): Problems {
  const card = cardProblems(cardOf(values), new Date(ctx.clock.now()));
  return {
    ...formProblems(values, { email: false }),
    ...Object.fromEntries(card.map(({ field, message }) => [field, message])),
  };
}

function leave(reply: FastifyReply, link: PaymentLink, subscription: Subscription): FastifyReply {
  const target = link.return_url
    ? appendQuery(link.return_url, [
        ['subscription_id', subscription.subscription_id],
        ['status', subscription.status],
      ])
    : `/payment-method/${link.link_id}/done`;
  return reply.header('cache-control', 'no-store').redirect(target, 303);
}

function form(
  visit: Visit,
  values: FormValues,
  refusal: { status?: number; problems?: Problems; declined?: string } = {},
): FastifyReply {
  const { ctx, reply, link, subscription } = visit;
  const { status = 200, problems = {}, declined } = refusal;
  const due = dueOf(ctx, link, subscription);
  const product = ctx.store.products.get(link.plan_change?.product_id ?? subscription.product_id);
  const message = declined ?? (Object.keys(problems).length > 0 ? 'Please check the marked fields.' : null);
  return sendPage(reply, {
    status,
    title: `${link.plan_change ? 'Change plan' : 'Update card'} · ${product?.name}`,
    script: CARD_SCRIPT,
    leadsTo: [link.return_url],
    body: html`<main class="page narrow stack wide">
      ${brandRow()}
      <form class="card stack" id="${FORM}" method="post" novalidate>
        <h1>${link.plan_change ? `Change to ${product?.name}` : `New card for ${product?.name}`}</h1>
        <p class="soft">${due ? `${due} is charged now.` : 'Nothing is charged now.'}</p>
        ${message && html`<p class="alert" role="alert">${message}</p>`} ${cardFields(values, problems)}
        <button class="primary" id="pay" type="submit">${due ? `Pay ${due}` : 'Save card'}</button>
      </form>
      ${testCardPanel(FORM)}
    </main>`,
  });
}

/** What is charged when the form is sent; null for nothing. */
function dueOf(ctx: Context, link: PaymentLink, subscription: Subscription): string | null {
  const amount = amountDue(ctx, link, subscription);
  return amount > 0 ? money(amount, subscription.currency) : null;
}

function amountDue(ctx: Context, link: PaymentLink, subscription: Subscription): number {
  if (link.plan_change) return quotePlanChange(ctx, subscription, link.plan_change).total;
  if (!owes(subscription)) return 0;
  const draft = duesDraft(ctx, subscription);
  return draft.total_amount ?? sum(draft.lines.map((line) => line.amount));
}

function done(reply: FastifyReply, link: PaymentLink): FastifyReply {
  if (!link.consumed_at) return unknown(reply);
  return sendNotice(reply, {
    status: 200,
    title: 'Thank you',
    text: 'Your card is in place. You can close this page.',
  });
}

function gone(reply: FastifyReply): FastifyReply {
  return sendNotice(reply, {
    status: 410,
    title: 'This link has been used or has expired',
    text: 'Ask for a new one.',
  });
}

function unknown(reply: FastifyReply): FastifyReply {
  return sendNotice(reply, {
    status: 404,
    title: 'There is no such page',
    text: 'The link may be incomplete.',
  });
}
