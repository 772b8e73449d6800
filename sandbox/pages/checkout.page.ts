import type { Context } from '../context';
import { quoteCheckout } from '../engine/checkout';
import type { Quote, QuotedItem } from '../engine/quote';
import type { Checkout } from '../model/checkouts';
import { firstBillingDate } from '../resources/checkout.preview';
import { CARD_SCRIPT, cardFields, field, testCardPanel, type FormValues, type Problems } from './card-form';
import { brandRow, type Page } from './document';
import { day, every, money } from './format';
import { html, safeLink, type Html } from './html';

export interface CheckoutView {
  checkout: Checkout;
  values: FormValues;
  problems: Problems;
  /** Why the bank refused. */
  declined: string | null;
  emailLocked: boolean;
}

const FORM = 'checkout';

export function checkoutPage(ctx: Context, view: CheckoutView): Omit<Page, 'status'> {
  const { checkout } = view;
  const quote = quoteCheckout(ctx, checkout, view.values.email || null);
  return {
    title: `Checkout · ${quote.items.map((item) => item.product.name).join(' + ')}`,
    script: CARD_SCRIPT,
    leadsTo: [checkout.return_url],
    body: html`<main class="page columns">
      ${summary(ctx, checkout, quote)}
      <div class="stack wide">
        <form class="card stack" id="${FORM}" method="post" novalidate>
          <h2>Pay by card</h2>
          ${alert(view)}
          ${field('email', 'Email', view.values.email, view.problems, html`type="email" autocomplete="email"${view.emailLocked && html` readonly`}`)}
          ${cardFields(view.values, view.problems)}
          <button class="primary" id="pay" type="submit">${payLabel(quote)}</button>
          <p class="small soft">${consent(ctx, quote)}</p>
        </form>
        ${testCardPanel(FORM)}
      </div>
    </main>`,
  };
}

function alert({ declined, problems }: CheckoutView): Html | null {
  const count = Object.keys(problems).length;
  if (declined)
    return html`<p class="alert" role="alert">${declined} You have not been charged; try another card.</p>`;
  if (count === 0) return null;
  return html`<p class="alert" role="alert">
    Please check ${count === 1 ? 'the marked field' : `the ${count} marked fields`}.
  </p>`;
}

function summary(ctx: Context, checkout: Checkout, quote: Quote): Html {
  const back = safeLink(checkout.cancel_url);
  return html`<section class="stack wide" aria-label="Order">
    ${brandRow()}
    <div class="stack tight">
      <h1 class="soft">Due today</h1>
      <p class="amount">${money(quote.total, quote.currency)}</p>
    </div>
    <ul class="lines">
      ${quote.items.map((item) => orderLine(ctx, item))}
    </ul>
    <dl class="totals">
      <div class="soft">
        <dt>Subtotal</dt>
        <dd class="num">${money(quote.total - quote.tax, quote.currency)}</dd>
      </div>
      <div class="soft">
        <dt>Tax</dt>
        <dd class="num">${money(quote.tax, quote.currency)}</dd>
      </div>
      <div class="total">
        <dt>Total due today</dt>
        <dd class="num">${money(quote.total, quote.currency)}</dd>
      </div>
    </dl>
    ${refundNotes(quote)} ${quote.items.filter((item) => item.recurring).map((item) => afterwards(ctx, item))}
    ${back && html`<p><a href="${back}">← Back without paying</a></p>`}
  </section>`;
}

function orderLine(ctx: Context, item: QuotedItem): Html {
  const { product, quantity } = item;
  const today = money(item.today?.amount ?? 0, product.price.currency);
  return html`<li class="stack tight">
    <div class="row between">
      <strong>${product.name}${quantity > 1 && ` × ${quantity}`}</strong><span class="num">${today}</span>
    </div>
    <p class="small soft">${item.recurring ? planTerms(ctx, item) : product.description}</p>
  </li>`;
}

function planTerms(ctx: Context, item: QuotedItem): string {
  const price = `${recurringPrice(item)}/${period(item)}`;
  if (item.trialDays === 0) return `${price}, starting today`;
  return `${item.trialDays}-day free trial, then ${price} from ${day(firstBillingDate(ctx, item))}`;
}

function afterwards(ctx: Context, item: QuotedItem): Html {
  const date = day(firstBillingDate(ctx, item));
  const opening = item.trialDays > 0 ? 'After the trial' : 'After that';
  return html`<p class="small soft">
    ${opening}, your card is charged ${recurringPrice(item)} for ${item.product.name} on ${date}, and then
    every ${period(item)} until you cancel. Cancel any time before ${date} and that charge is never made.
  </p>`;
}

/** A fee that its own description promises to give back is announced as such. */
function refundNotes(quote: Quote): Html[] {
  return quote.items
    .filter(
      (item) => !item.recurring && /refund/i.test(`${item.product.name} ${item.product.description ?? ''}`),
    )
    .map((item) => {
      const amount = money(item.today?.amount ?? 0, item.product.price.currency);
      return html`<p class="note">
        The <strong>${amount}</strong> ${item.product.name.replace(/\s*\(.*\)$/, '').toLowerCase()} verifies
        your card. It is <strong>refunded automatically</strong>.
      </p>`;
    });
}

function payLabel(quote: Quote): string {
  const trial = quote.items.some((item) => item.trialDays > 0);
  const amount = money(quote.total, quote.currency);
  if (quote.total === 0) return trial ? 'Start free trial' : 'Subscribe';
  return trial ? `Pay ${amount} and start free trial` : `Pay ${amount}`;
}

function consent(ctx: Context, quote: Quote): string {
  const plan = quote.items.find((item) => item.recurring);
  if (!plan) return 'You pay once. Nothing is charged afterwards.';
  const from = plan.trialDays > 0 ? ` from ${day(firstBillingDate(ctx, plan))}` : '';
  return `By paying you allow further charges of ${recurringPrice(plan)} every ${period(plan)}${from}, until you cancel.`;
}

const recurringPrice = (item: QuotedItem): string =>
  money(item.later?.amount ?? 0, item.product.price.currency);

const period = ({ product: { price } }: QuotedItem): string =>
  every(price.payment_frequency_count, price.payment_frequency_interval);
