import type { OperatorAction } from '../../auth/operator-action.entity';
import { doneByHand } from '../audit/actions.table';
import { money, time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html } from '../page/html';
import { withQuery } from '../page/list';
import type { Page } from '../page/page';
import { badge, deedForm, doneNotice, facts, head, linkTo } from '../page/parts';
import type { RefundRow } from './console-refunds.repository';

export function refundPage(frame: Frame, refund: RefundRow, actions: OperatorAction[], done: string): Page {
  const { base } = frame;
  const { dodoPaymentId: paymentId } = refund;
  const events = withQuery(`${base}/events`, { subject: paymentId });
  return {
    title: `Refund ${refund.id}`,
    section: 'Refunds',
    body: html`${head(html`Refund of ${money(refund.amountMinor, refund.currency)}`, badge(refund.state))}
      ${doneNotice(done)}
      <section class="card stack" aria-label="State">
        ${facts([
          ['Id', html`<code>${refund.id}</code>`],
          ['Organization', linkTo(base, ['organizations', refund.orgId], refund.orgName)],
          ['Payment', linkTo(base, ['payments', paymentId], html`<code>${paymentId}</code>`)],
          ['Refund at Dodo', refund.dodoRefundId === null ? '–' : html`<code>${refund.dodoRefundId}</code>`],
          ['Dodo was asked', html`${refund.asks}×`],
          ['Owed since', time(refund.createdAt)],
          ['Last change', time(refund.updatedAt)],
          ['Settled', time(refund.state === 'failed' ? null : refund.settledAt)],
          ['Not asked again before', time(refund.askAgainAt)],
          ['Dodo events', html`<a href="${events}">those about the payment</a>`],
        ])}
        ${
          refund.failureCode !== null &&
          html`<div>
            <h2>What went wrong</h2>
            <pre class="alert">
${refund.failureCode}${refund.failureMessage !== null && `: ${refund.failureMessage}`}</pre>
          </div>`
        }
      </section>
      ${deeds(frame, refund)} ${doneByHand(frame, actions)}`,
  };
}

function deeds(frame: Frame, { id, state }: RefundRow): Html | false {
  if (state === 'succeeded' || state === 'settled_by_hand') return false;
  const path = `/refunds/${encodeURIComponent(id)}`;
  return html`<div class="columns">
    <section class="card stack" aria-labelledby="retry-title">
      <h2 id="retry-title">Retry</h2>
      ${deedForm(frame, {
        id: 'retry',
        action: `${path}/retry`,
        label: 'Retry now',
        explanation:
          'Dodo is read first: a refund that is there is taken over, and only if there is none is Dodo asked again.',
      })}
    </section>
    <section class="card stack" aria-labelledby="settle-title">
      <h2 id="settle-title">Settle by hand</h2>
      ${deedForm(frame, {
        id: 'settle',
        action: `${path}/settle`,
        label: 'It is settled',
        explanation:
          'The fee was given back another way. Dodo is read first, and if it has a refund, this is refused. The machine never asks for it again.',
        isGrave: true,
      })}
    </section>
  </div>`;
}
