import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context';
import { cancel } from '../engine/billing-cycle';
import { emitSubscription } from '../engine/events';
import { isOpen, linkUrl, openLink } from '../engine/links';
import { resume } from '../engine/pause';
import type { PageRoute } from '../http/route';
import type { PaymentLink, Subscription } from '../model/subscriptions';
import { brandRow, sendNotice, sendPage } from './document';
import { day, every, money } from './format';
import { html, safeLink, type Html } from './html';

/** What a customer may do alone: see subscriptions, cancel them and think again, change the card. */
export function portalRoutes(ctx: Context): PageRoute[] {
  return [
    { method: 'GET', path: '/portal/:id', handle: (request, reply) => show(ctx, request, reply) },
    { method: 'POST', path: '/portal/:id', handle: (request, reply) => act(ctx, request, reply) },
  ];
}

const CHANGEABLE = new Set(['active', 'on_hold', 'past_due', 'paused']);

function find(ctx: Context, request: FastifyRequest): PaymentLink | undefined {
  const link = ctx.store.links.get((request.params as { id: string }).id);
  return link?.purpose === 'portal' && isOpen(ctx, link) ? link : undefined;
}

function show(ctx: Context, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const link = find(ctx, request);
  if (!link) return unknown(reply);
  const customer = ctx.store.customers.get(link.customer_id);
  const subscriptions = subscriptionsOf(ctx, link);
  const back = safeLink(link.return_url);
  return sendPage(reply, {
    title: 'Your subscriptions',
    body: html`<main class="page narrow stack wide">
      ${brandRow()}
      <div class="stack tight">
        <h1>Your subscriptions</h1>
        <p class="soft">${customer?.email}</p>
      </div>
      ${subscriptions.map((subscription) => card(ctx, subscription))}
      ${subscriptions.length === 0 && html`<p class="card">You have no subscriptions.</p>`}
      ${back && html`<p><a href="${back}">← Back</a></p>`}
    </main>`,
  });
}

function act(ctx: Context, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const link = find(ctx, request);
  if (!link) return unknown(reply);
  const { action, subscription_id } = (request.body ?? {}) as { action?: string; subscription_id?: string };
  const subscription = subscriptionsOf(ctx, link).find(
    (candidate) => candidate.subscription_id === subscription_id,
  );
  if (!subscription || !CHANGEABLE.has(subscription.status)) return unknown(reply);
  if (action === 'card') return reply.redirect(cardPage(ctx, link, subscription), 303);
  if (action === 'cancel_now') cancel(ctx, subscription);
  if (action === 'cancel' || action === 'keep') flag(ctx, subscription, action === 'cancel');
  if (action === 'resume' && subscription.status === 'paused') resume(ctx, subscription);
  return reply.redirect(`/portal/${link.link_id}`, 303);
}

function subscriptionsOf(ctx: Context, link: PaymentLink): Subscription[] {
  return ctx.store.subscriptions.newest((subscription) => subscription.customer_id === link.customer_id);
}

function flag(ctx: Context, subscription: Subscription, cancel_at_next_billing_date: boolean): void {
  const id = subscription.subscription_id;
  emitSubscription(ctx, ctx.store.subscriptions.update(id, { cancel_at_next_billing_date }));
}

function cardPage(ctx: Context, portal: PaymentLink, { subscription_id, customer_id }: Subscription): string {
  const link = openLink(ctx, {
    purpose: 'update_payment_method',
    customer_id,
    subscription_id,
    return_url: `${ctx.baseUrl}/portal/${portal.link_id}`,
  });
  return linkUrl(ctx, link);
}

function card(ctx: Context, subscription: Subscription): Html {
  const product = ctx.store.products.get(subscription.product_id);
  const method = ctx.store.paymentMethods.get(subscription.payment_method_id ?? '');
  const rhythm = every(subscription.payment_frequency_count, subscription.payment_frequency_interval);
  const price = `${money(subscription.recurring_pre_tax_amount, subscription.currency)} / ${rhythm}`;
  return html`<article class="card stack">
    <div class="row between">
      <h2>${product?.name}</h2>
      <span class="status">${subscription.status.replace('_', ' ')}</span>
    </div>
    <p class="num">${price}</p>
    <p class="soft small">
      ${whatComes(subscription)}${method && ` Card ending in ${method.card.last_four}.`}
    </p>
    ${CHANGEABLE.has(subscription.status) && html`<div class="row wrap">${actions(subscription)}</div>`}
  </article>`;
}

function whatComes(subscription: Subscription): string {
  const { status, next_billing_date, cancelled_at, cancel_at_next_billing_date } = subscription;
  if (status === 'cancelled') return `Cancelled on ${day(cancelled_at ?? next_billing_date)}.`;
  if (status === 'on_hold' || status === 'past_due')
    return 'The last payment failed. Change the card to go on.';
  if (status === 'paused') return 'Paused. Nothing is charged until you resume.';
  if (status !== 'active') return '';
  return cancel_at_next_billing_date
    ? `Ends on ${day(next_billing_date)}.`
    : `Renews on ${day(next_billing_date)}.`;
}

function actions(subscription: Subscription): Html[] {
  const button = (action: string, label: string) =>
    html`<form method="post">
      <input type="hidden" name="subscription_id" value="${subscription.subscription_id}" />
      <button name="action" value="${action}">${label}</button>
    </form>`;
  const cancellation = (): Html => {
    if (subscription.status !== 'active') return button('cancel_now', 'Cancel now');
    if (subscription.cancel_at_next_billing_date) return button('keep', 'Keep subscription');
    return button('cancel', 'Cancel at period end');
  };
  return [
    button('card', 'Change card'),
    cancellation(),
    ...(subscription.status === 'paused' ? [button('resume', 'Resume')] : []),
  ];
}

function unknown(reply: FastifyReply): FastifyReply {
  return sendNotice(reply, {
    status: 404,
    title: 'This link does not work any more',
    text: 'Portal links are valid for a day. Ask for a new one.',
  });
}
