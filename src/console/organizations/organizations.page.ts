import { BILLING_STATUSES } from '../../auth/billing-status';
import type { Page as Items } from '../../http/pagination';
import { time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import { pager, select, table } from '../page/list';
import type { Page } from '../page/page';
import { badge, head, linkTo } from '../page/parts';
import type { OrganizationRow } from './console-organizations.repository';

export function organizationsPage(
  { base }: Frame,
  query: { q: string; status: string | undefined },
  organizations: Items<OrganizationRow>,
): Page {
  const path = `${base}/organizations`;
  return {
    title: 'Organizations',
    section: 'Organizations',
    body: html`${head('Organizations')}
      <form class="filter" method="get" action="${path}" role="search">
        <label class="field wide"
          ><span>Name, e-mail, or the id of anything of theirs</span>
          <input type="search" name="q" value="${query.q}" maxlength="200" />
        </label>
        ${select('status', 'Billing status', BILLING_STATUSES, query.status)}
        <button class="primary">Search</button>
      </form>
      ${table(
        'Organizations, newest first',
        [
          {
            name: 'Name',
            cell: ({ id, name }) => linkTo(base, ['organizations', id], name),
          },
          { name: 'E-mail', cell: ({ email }) => email },
          { name: 'Status', cell: ({ billingStatus }) => badge(billingStatus) },
          { name: 'Plan', cell: ({ planName }) => planName ?? html`<span class="soft">–</span>` },
          { name: 'Suspended since', cell: ({ suspendedAt }) => time(suspendedAt) },
          { name: 'Created', cell: ({ createdAt }) => time(createdAt) },
        ],
        organizations.items,
      )}
      ${pager(path, query, organizations)}`,
  };
}
