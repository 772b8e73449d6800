import type {
  FindingView,
  ReconciliationDetail,
  ReconciliationView,
} from '../../billing/reconciliation/reconciliation.dto';
import type { Page as Items } from '../../http/pagination';
import { count, time, words } from '../page/format';
import { pathTo } from '../page/frame';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html } from '../page/html';
import { pager, table } from '../page/list';
import type { Page } from '../page/page';
import { badge, deedForm, doneNotice, facts, head, linkTo } from '../page/parts';

const SECTION = 'Comparisons';

export function comparisonsPage(frame: Frame, comparisons: Items<ReconciliationView>): Page {
  const path = `${frame.base}/comparisons`;
  return {
    title: 'Comparisons with Dodo',
    section: SECTION,
    body: html`${head('Comparisons with Dodo')}
      <section class="card stack" aria-labelledby="compare-title">
        <h2 id="compare-title">Compare now</h2>
        ${deedForm(frame, {
          id: 'compare',
          action: '/comparisons',
          label: 'Compare and mend',
          explanation:
            'What Dodo has is read again, within its rate limit, and whatever differs here is mended: webhooks that were lost, refunds that were not made. It joins the comparison that is running, if there is one.',
        })}
      </section>
      ${table(
        'Comparisons, newest first',
        [
          {
            name: 'Started',
            cell: ({ id, startedAt }) => linkTo(frame.base, ['comparisons', id], time(startedAt)),
          },
          { name: 'By', cell: ({ trigger, isFull }) => `${trigger}${isFull ? ', full' : ''}` },
          { name: 'Status', cell: ({ status }) => badge(status) },
          { name: 'Looked at', isNumber: true, cell: (one) => count(sum(one, 'looked')) },
          { name: 'Different', isNumber: true, cell: (one) => count(sum(one, 'differed')) },
          { name: 'Mended', isNumber: true, cell: (one) => count(sum(one, 'mended')) },
          {
            name: 'Not mended',
            isNumber: true,
            cell: (one) => count(sum(one, 'failed') + sum(one, 'unmatched')),
          },
          { name: 'Ended', cell: ({ finishedAt }) => time(finishedAt) },
        ],
        comparisons.items,
      )}
      ${pager(path, {}, comparisons)}`,
  };
}

export function comparisonPage(frame: Frame, comparison: ReconciliationDetail, done: string): Page {
  const { base } = frame;
  const { id, trigger, isFull, status, startedAt, finishedAt, findings } = comparison;
  return {
    title: `Comparison ${id}`,
    section: SECTION,
    body: html`${head('Comparison with Dodo', badge(status))} ${doneNotice(done)}
      <section class="card" aria-label="State">
        ${facts([
          ['Id', html`<code>${id}</code>`],
          ['By', `${trigger}${isFull ? ', full' : ''}`],
          ['Started', time(startedAt)],
          ['Ended', time(finishedAt)],
          ['Looked at', count(sum(comparison, 'looked'))],
          ['Different', count(sum(comparison, 'differed'))],
          ['Mended', count(sum(comparison, 'mended'))],
          ['Nobody’s here', count(sum(comparison, 'unmatched'))],
        ])}
      </section>
      ${table(
        'What was different',
        [
          { name: 'What', cell: ({ kind, objectId }) => html`${kind} <code>${objectId}</code>` },
          { name: 'Organization', cell: (finding) => organization(base, finding) },
          { name: 'Found', cell: ({ found }) => words(found) },
          { name: 'Outcome', cell: ({ outcome }) => badge(outcome) },
          { name: 'Detail', cell: ({ detail }) => html`<span class="clip">${detail}</span>` },
          { name: 'When', cell: ({ foundAt }) => time(foundAt) },
        ],
        findings.items,
      )}
      ${pager(pathTo(base, ['comparisons', id]), {}, findings)}`,
  };
}

function organization(base: string, { orgId }: FindingView): Html {
  if (orgId === null) return html`<span class="soft">–</span>`;
  return linkTo(base, ['organizations', orgId], html`<code>${orgId}</code>`);
}

function sum(
  { subscriptions, payments, refunds }: ReconciliationView,
  what: keyof ReconciliationView['payments'],
): number {
  return subscriptions[what] + payments[what] + refunds[what];
}
