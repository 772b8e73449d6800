import { count, money, time, words } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html } from '../page/html';
import { pager, withQuery } from '../page/list';
import type { Page } from '../page/page';
import { badge, facts, head } from '../page/parts';
import type { OrganizationDetail } from './console-organizations.service';
import type { TimelineEntry } from './timeline.repository';

export function organizationPage(
  frame: Frame,
  { organization, billing, timeline }: OrganizationDetail,
): Page {
  const { base } = frame;
  const { id, dodoCustomerId } = organization;
  const path = `${base}/organizations/${encodeURIComponent(id)}`;
  const events = withQuery(`${base}/events`, { subject: dodoCustomerId ?? id });
  return {
    title: organization.name,
    section: 'Organizations',
    body: html`${head(organization.name, badge(billing.status ?? organization.billingStatus))}
      <section class="card" aria-label="State">
        ${facts([
          ['Id', html`<code>${id}</code>`],
          ['E-mail', organization.email],
          ['Plan', billing.planName ?? '–'],
          [
            billing.isTrialing ? 'Trial until' : 'Period until',
            time(billing.trialEnd ?? billing.currentPeriodEnd),
          ],
          ['Suspended since', time(organization.suspendedAt)],
          ['Credits', count(billing.creditBalance)],
          ['Customer at Dodo', dodoCustomerId === null ? '–' : html`<code>${dodoCustomerId}</code>`],
          ['Dodo events', html`<a href="${events}">those that name it</a>`],
        ])}
      </section>
      <section class="card" aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <ol class="timeline">
          ${timeline.items.map((entry) => line(frame, entry))}
        </ol>
        ${pager(path, {}, timeline)}
      </section>`,
  };
}

function line({ base }: Frame, entry: TimelineEntry): Html {
  const { kind, id, title, state, detail, amountMinor, currency } = entry;
  const links: Partial<Record<TimelineEntry['kind'], string>> = {
    event: `${base}/events/${encodeURIComponent(id)}`,
    delivery: `${base}/deliveries/${encodeURIComponent(id)}`,
    refund: `${base}/refunds/${encodeURIComponent(id)}`,
  };
  const link = links[kind];
  return html`<li class="${kind}">
    ${time(entry.at)}
    <span class="kind">${words(kind)}</span>
    <span class="what">
      ${link === undefined ? title : html`<a href="${link}">${title}</a>`}
      ${amountMinor !== null && html`<strong>${money(amountMinor, currency)}</strong>`}
      ${state !== null && badge(state)} ${detail && html`<span class="soft">${detail}</span>`}
    </span>
  </li>`;
}
