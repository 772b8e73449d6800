import type { Page as Items } from '../../http/pagination';
import { DELIVERY_STATUSES } from '../../webhooks/outbound/webhook-delivery.entity';
import { time, words } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import { pager, select, table } from '../page/list';
import type { Page } from '../page/page';
import { badge, head, linkTo } from '../page/parts';
import type { DeliveryFilter, DeliveryRow } from './console-deliveries.repository';

export function deliveriesPage({ base }: Frame, query: DeliveryFilter, deliveries: Items<DeliveryRow>): Page {
  const path = `${base}/deliveries`;
  return {
    title: 'Deliveries',
    section: 'Deliveries',
    body: html`${head('Webhooks to customers')}
      <form class="filter" method="get" action="${path}" role="search">
        ${select('status', 'Status', DELIVERY_STATUSES, query.status)}
        <label class="field wide"
          ><span>A part of the address</span>
          <input name="url" value="${query.url}" maxlength="200" />
        </label>
        <button class="primary">Filter</button>
      </form>
      ${table(
        'Deliveries, newest first',
        [
          {
            name: 'Event',
            cell: ({ id, event }) => linkTo(base, ['deliveries', id], event),
          },
          {
            name: 'Organization',
            cell: ({ orgId, orgName }) => linkTo(base, ['organizations', orgId], orgName),
          },
          { name: 'Status', cell: ({ status }) => badge(status) },
          { name: 'Tries', isNumber: true, cell: ({ attempt }) => attempt },
          { name: 'Answer', cell: answer },
          { name: 'Made', cell: ({ createdAt }) => time(createdAt) },
          { name: 'Next try', cell: ({ nextAttemptAt }) => time(nextAttemptAt) },
          { name: 'To', cell: ({ url }) => html`<span class="clip">${url}</span>` },
        ],
        deliveries.items,
      )}
      ${pager(path, { ...query }, deliveries)}`,
  };
}

/** What came back, or why nothing did. */
export function answer({ httpStatus, failure }: Pick<DeliveryRow, 'httpStatus' | 'failure'>): string {
  return [httpStatus, failure === 'http_status' ? null : failure && words(failure)]
    .filter(Boolean)
    .join(' · ');
}
