import type { OperatorAction } from '../../auth/operator-action.entity';
import type { PaymentConcern } from '../../billing/payments/payment-concerns';
import { doneByHand } from '../audit/actions.table';
import { money, time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html, Value } from '../page/html';
import { withQuery } from '../page/list';
import type { Page } from '../page/page';
import { badge, deedForm, doneNotice, facts, head, linkTo } from '../page/parts';
import type { PaymentDetail } from './console-payments.repository';

/** What a person is to do. Money moves at Dodo only; its events, or a comparison, bring the outcome here. */
export const TO_DO: Record<PaymentConcern, string> = {
  disputed: 'Answer the bank in Dodo’s dashboard: it waits for some days only.',
  paid_twice: 'For a second subscription, which is not charged again: give it back in Dodo’s dashboard.',
};

export function paymentPage(
  frame: Frame,
  payment: PaymentDetail,
  actions: OperatorAction[],
  done: string,
): Page {
  const { base } = frame;
  const events = withQuery(`${base}/events`, { subject: payment.id });
  return {
    title: `Payment ${payment.id}`,
    section: 'Payments',
    body: html`${head(html`Payment of ${money(payment.totalMinor, payment.currency)}`, badge(payment.status))}
      ${doneNotice(done)}
      ${payment.concerns.map((concern) => html`<p class="alert">${badge(concern)} ${TO_DO[concern]}</p>`)}
      <section class="card stack" aria-label="State">
        ${facts([
          ['Id', html`<code>${payment.id}</code>`],
          ['Organization', linkTo(base, ['organizations', payment.orgId], payment.orgName)],
          ['Made', time(payment.createdAt)],
          ['Subscription', subscription(payment)],
          ['Given back', given(payment)],
          ['Disputes', disputes(payment)],
          ['Dodo events', html`<a href="${events}">those about it</a>`],
        ])}
      </section>
      ${payment.concerns.includes('paid_twice') && keeping(frame, payment)} ${doneByHand(frame, actions)}`,
  };
}

function subscription({ subscriptionId, surplus }: PaymentDetail): Value {
  if (subscriptionId === null) return '–';
  return html`<code>${subscriptionId}</code> ${surplus !== null && badge(surplus)}`;
}

function given({ refunds }: PaymentDetail): Value {
  if (refunds.length === 0) return '–';
  return html`${refunds.map(
    ({ id, amountMinor, currency, status }) =>
      html`<div>${money(amountMinor, currency)} ${badge(status)} <code>${id}</code></div>`,
  )}`;
}

function disputes({ disputes: all }: PaymentDetail): Value {
  if (all.length === 0) return '–';
  return html`${all.map(({ id, status }) => html`<div>${badge(status)} <code>${id}</code></div>`)}`;
}

function keeping(frame: Frame, { id }: PaymentDetail): Html {
  return html`<section class="card stack" aria-labelledby="keep-title">
    <h2 id="keep-title">Keep it</h2>
    ${deedForm(frame, {
      id: 'keep',
      action: `/payments/${encodeURIComponent(id)}/keep`,
      label: 'It is to be kept',
      explanation:
        'The customer knows that it has paid twice, or has been paid back another way. It waits for nobody any more.',
      isGrave: true,
    })}
  </section>`;
}
