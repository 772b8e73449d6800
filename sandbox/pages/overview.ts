import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseDuration } from '../clock';
import type { Context } from '../context';
import { checkoutState } from '../engine/checkout';
import { disputesOf } from '../engine/disputes';
import type { Driver } from '../engine/driver';
import type { PageRoute } from '../http/route';
import { sendPage } from './document';
import { instant, money } from './format';
import { html, type Html } from './html';

const RECENT = 25;
const STEPS = ['1h', '1d', '4d', '1w', '31d'];

/** The front page: what this is, what time it is here, and what happened last. */
export function overviewRoutes(ctx: Context, driver: Driver): PageRoute[] {
  return [
    { method: 'GET', path: '/', handle: (_request, reply) => show(ctx, reply) },
    {
      method: 'POST',
      path: '/_sandbox/overview/clock',
      handle: (request, reply) => advance(driver, request, reply),
    },
  ];
}

function advance(driver: Driver, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { by = '' } = (request.body ?? {}) as { by?: string };
  const ms = STEPS.includes(by) ? parseDuration(by) : null;
  if (ms !== null) driver.advanceBy(ms);
  return reply.redirect('/', 303);
}

function show(ctx: Context, reply: FastifyReply): FastifyReply {
  return sendPage(reply, {
    title: 'Dodo Payments sandbox',
    body: html`<main class="page stack wide">
      <div class="stack tight">
        <div class="row wrap">
          <h1>Dodo Payments sandbox</h1>
          <span class="badge">Nothing here is real</span>
        </div>
        <p class="soft">
          It answers the official SDK at <span class="mono">${ctx.baseUrl}</span>, keeps its own time and
          sends signed webhooks. The whole of its books is at <a href="/_sandbox/state">/_sandbox/state</a>.
        </p>
      </div>
      ${clockCard(ctx)}
      ${section('Checkout sessions', ['Session', 'State', 'Made'], sessionRows(ctx), 'Sessions appear here once POST /checkouts is called.')}
      ${section('Subscriptions', ['Subscription', 'Plan', 'Status', 'Next billing'], subscriptionRows(ctx), 'None yet.')}
      ${section('Payments', ['Payment', 'Amount', 'Status', 'Dispute', 'Made'], paymentRows(ctx), 'None yet.')}
      ${section('Recent events', ['At', 'Event', 'Of', 'Delivered'], eventRows(ctx), 'Nothing has happened yet.')}
    </main>`,
  });
}

function clockCard(ctx: Context): Html {
  const buttons = STEPS.map((step) => html`<button name="by" value="${step}">+ ${step}</button>`);
  const days = ctx.clock.offsetMs / 86_400_000;
  return html`<section class="card stack" aria-labelledby="clock">
    <h2 id="clock">The clock</h2>
    <p class="num"><strong>${instant(ctx.clock.iso())}</strong></p>
    <p class="small soft">
      ${days === 0 ? 'The same as everywhere else.' : `${days.toFixed(2)} days ahead of everywhere else.`}
      Moving it on makes everything that falls due happen, in order.
    </p>
    <form class="row wrap" method="post" action="/_sandbox/overview/clock">${buttons}</form>
  </section>`;
}

function section(title: string, columns: string[], rows: Html[], empty: string): Html {
  const table = html`<div class="scroll" role="region" aria-label="${title}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return html`<section class="card stack">
    <h2>${title}</h2>
    ${rows.length > 0 ? table : html`<p class="soft">${empty}</p>`}
  </section>`;
}

const row = (...cells: (Html | string)[]): Html =>
  html`<tr>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr>`;
const code = (text: string): Html => html`<span class="mono">${text}</span>`;
const status = (text: string): Html => html`<span class="status">${text.replaceAll('_', ' ')}</span>`;

function sessionRows(ctx: Context): Html[] {
  return ctx.store.checkouts
    .newest()
    .slice(0, RECENT)
    .map((checkout) => {
      const state = checkoutState(ctx, checkout);
      const name = code(checkout.session_id);
      const link = state === 'open' ? html`<a href="/session/${checkout.session_id}">${name}</a>` : name;
      return row(link, status(state), instant(checkout.created_at));
    });
}

function subscriptionRows(ctx: Context): Html[] {
  return ctx.store.subscriptions
    .newest()
    .slice(0, RECENT)
    .map((subscription) => {
      const product = ctx.store.products.get(subscription.product_id)?.name ?? subscription.product_id;
      return row(
        code(subscription.subscription_id),
        product,
        status(subscription.status),
        instant(subscription.next_billing_date),
      );
    });
}

function paymentRows(ctx: Context): Html[] {
  return ctx.store.payments
    .newest()
    .slice(0, RECENT)
    .map((payment) => {
      const amount = html`<span class="num">${money(payment.total_amount, payment.currency)}</span>`;
      const dispute = disputesOf(ctx, payment.payment_id).at(-1)?.dispute_status.replace('dispute_', '');
      return row(
        code(payment.payment_id),
        amount,
        status(payment.status),
        dispute ? status(dispute) : '',
        instant(payment.created_at),
      );
    });
}

function eventRows(ctx: Context): Html[] {
  return ctx.store.events
    .newest()
    .slice(0, RECENT)
    .map((event) => {
      const sent = ctx.store.deliveries.group(event.event_id);
      const done = sent.filter((delivery) => delivery.status === 'succeeded').length;
      return row(instant(event.timestamp), event.type, code(event.subject.id), `${done} of ${sent.length}`);
    });
}
