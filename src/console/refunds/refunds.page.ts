import { REFUND_STATES } from '../../billing/refunds/refund-state';
import type { Page as Items } from '../../http/pagination';
import { money, time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import { pager, select, table } from '../page/list';
import type { Page } from '../page/page';
import { badge, head, linkTo } from '../page/parts';
import type { RefundRow } from './console-refunds.repository';

export function refundsPage({ base }: Frame, state: string | undefined, refunds: Items<RefundRow>): Page {
  const path = `${base}/refunds`;
  return {
    title: 'Refunds',
    section: 'Refunds',
    body: html`${head('Setup-fee refunds')}
      <form class="filter" method="get" action="${path}" role="search">
        ${select('state', 'State', REFUND_STATES, state)}
        <button class="primary">Filter</button>
      </form>
      ${table(
        'Refunds, newest first',
        [
          {
            name: 'Refund',
            cell: ({ id }) => linkTo(base, ['refunds', id], html`<code>${id}</code>`),
          },
          {
            name: 'Organization',
            cell: ({ orgId, orgName }) => linkTo(base, ['organizations', orgId], orgName),
          },
          { name: 'State', cell: (refund) => badge(refund.state) },
          {
            name: 'Amount',
            isNumber: true,
            cell: ({ amountMinor, currency }) => money(amountMinor, currency),
          },
          { name: 'Asked', isNumber: true, cell: ({ asks }) => asks },
          { name: 'Owed since', cell: ({ createdAt }) => time(createdAt) },
          { name: 'Settled', cell: ({ settledAt }) => time(settledAt) },
          {
            name: 'What went wrong',
            cell: ({ failureMessage }) => html`<span class="clip">${failureMessage}</span>`,
          },
        ],
        refunds.items,
      )}
      ${pager(path, { state }, refunds)}`,
  };
}
