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

function givenBack({ refunds, currency }: PaymentRow): Value {
  const made = refunds.filter(({ status }) => status !== 'failed');
  if (made.length === 0) return '–';
  return money(
    made.reduce((total, { amountMinor }) => total + amountMinor, 0),
    currency,
  );
}
