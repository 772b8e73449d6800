import { PAYMENT_CONCERNS } from '../../billing/payments/payment-concerns';
import type { PaymentConcern } from '../../billing/payments/payment-concerns';
import { PAYMENT_STATUSES } from '../../billing/payments/payment-status';
import type { Page as Items } from '../../http/pagination';
import { money, time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html, Value } from '../page/html';
import { pager, select, table } from '../page/list';
import type { Page } from '../page/page';
import { badge, head, linkTo } from '../page/parts';
import type { PaymentFilter, PaymentRow } from './console-payments.repository';
import { TO_DO } from './payment.page';

export function paymentsPage({ base }: Frame, filter: PaymentFilter, payments: Items<PaymentRow>): Page {
  const path = `${base}/payments`;
  return {
    title: 'Payments',
    section: 'Payments',
    body: html`${head('Payments')}
      <form class="filter" method="get" action="${path}" role="search">
        ${select('status', 'Status', PAYMENT_STATUSES, filter.status)}
        ${select('concern', 'Needs a person', PAYMENT_CONCERNS, filter.concern)}
        <button class="primary">Filter</button>
      </form>
      ${table(
        'Payments, newest first',
        [
          {
            name: 'Payment',
            cell: ({ id }) => linkTo(base, ['payments', id], html`<code>${id}</code>`),
          },
          {
            name: 'Organization',
            cell: ({ orgId, orgName }) => linkTo(base, ['organizations', orgId], orgName),
          },
          { name: 'Status', cell: ({ status }) => badge(status) },
          { name: 'Amount', isNumber: true, cell: ({ totalMinor, currency }) => money(totalMinor, currency) },
          {
            name: 'Given back',
            isNumber: true,
            cell: givenBack,
          },
          { name: 'Made', cell: ({ createdAt }) => time(createdAt) },
          { name: 'Needs a person', cell: ({ concerns }) => html`${concerns.map(toDo)}` },
        ],
        payments.items,
      )}
      ${pager(path, { ...filter }, payments)}`,
  };
}

function toDo(concern: PaymentConcern): Html {
  return html`${badge(concern)} ${TO_DO[concern]} `;
}

/** A refund need not be in the currency of the payment: each has a sum of its own. */
function givenBack({ refunds }: PaymentRow): Value {
  const totals = new Map<string, number>();
  for (const { status, amountMinor, currency } of refunds) {
    if (status !== 'failed') totals.set(currency, (totals.get(currency) ?? 0) + (amountMinor ?? 0));
  }
  return [...totals].map(([currency, total]) => money(total, currency)).join(' + ') || '–';
}
