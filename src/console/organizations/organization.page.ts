import type { Surplus } from '../../billing/subscriptions/subscription.entity';
import { count, money, time, words } from '../page/format';
import { pathTo } from '../page/frame';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html } from '../page/html';
import { pager, table, withQuery } from '../page/list';
import type { Page } from '../page/page';
import { badge, doneNotice, facts, head, linkTo } from '../page/parts';
import type { SubscriptionRow } from './console-organizations.repository';
import type { OrganizationDetail } from './console-organizations.service';
import type { TimelineEntry } from './timeline.repository';

export function organizationPage(
  frame: Frame,
  { organization, billing, subscriptions, timeline }: OrganizationDetail,
  done: string,
): Page {
  const { base } = frame;
  const { id, dodoCustomerId } = organization;
  const path = pathTo(base, ['organizations', id]);
  const events = withQuery(`${base}/events`, { subject: dodoCustomerId ?? id });
  const again = withQuery(`${path}/adopt`, { dodoCustomerId: dodoCustomerId ?? undefined });
  return {
    title: organization.name,
    section: 'Organizations',
    body: html`${head(organization.name, badge(billing.status ?? organization.billingStatus))}
      ${doneNotice(done)}
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
          ['What it has at Dodo', dodoCustomerId === null ? '–' : html`<a href="${again}">read in again</a>`],
          ['Dodo events', html`<a href="${events}">those that name it</a>`],
        ])}
      </section>
      ${dodoCustomerId === null && adoption(path)}
      ${subscriptions.length > 0 && subscriptionsTable(subscriptions)}
      <section class="card" aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <ol class="timeline">
          ${timeline.items.map((entry) => line(frame, entry))}
        </ol>
        ${pager(path, {}, timeline)}
      </section>`,
  };
}

function adoption(path: string): Html {
  return html`<section class="card stack" aria-labelledby="adopt-title">
    <h2 id="adopt-title">Was it a customer at Dodo before?</h2>
    <form class="filter" method="get" action="${path}/adopt">
      <label class="field wide"
        ><span>Id of the customer at Dodo</span>
        <input
          name="dodoCustomerId"
          required
          maxlength="100"
          pattern="[\\w\\-]+"
          placeholder="cus_…"
          autocomplete="off"
          aria-describedby="adopt-what"
        />
      </label>
      <button class="primary">See what it has</button>
    </form>
    <p class="soft small" id="adopt-what">
      Its subscriptions and payments can be taken over. This looks at Dodo, and changes nothing yet.
    </p>
  </section>`;
}

function subscriptionsTable(subscriptions: SubscriptionRow[]): Html {
  return html`<section class="stack" aria-labelledby="subscriptions">
    <h2 id="subscriptions">Subscriptions</h2>
    ${table(
      'Subscriptions, newest first',
      [
        { name: 'Subscription', cell: ({ id }) => html`<code>${id}</code>` },
        { name: 'Plan', cell: ({ planName }) => planName ?? html`<span class="soft">no plan of ours</span>` },
        { name: 'At Dodo', cell: ({ status }) => badge(status) },
        { name: 'Since', cell: ({ startedAt }) => time(startedAt) },
        { name: 'Period until', cell: ({ currentPeriodEnd }) => time(currentPeriodEnd) },
        { name: 'Remarks', cell: (subscription) => remarks(subscription) },
      ],
      subscriptions,
    )}
  </section>`;
}

/** What became of one that is one too many, and what of it is left for a person. */
const TOO_MANY: Record<Surplus, string> = {
  second_trial: 'It was ended at once, and its fee goes back.',
  second_subscription:
    'It is not charged again. What was paid for it, beside the fee, is for a person to give back.',
};

function remarks({ surplus, endsWithPeriod }: SubscriptionRow): Html {
  return html`${surplus !== null && html`${badge(surplus)} ${TOO_MANY[surplus]} `}
  ${endsWithPeriod && 'Ends with its period.'}`;
}

/** What of the timeline has a page of its own. */
const ROOMS: Partial<Record<TimelineEntry['kind'], string>> = {
  event: 'events',
  delivery: 'deliveries',
  refund: 'refunds',
  payment: 'payments',
};

function line({ base }: Frame, entry: TimelineEntry): Html {
  const { kind, id, title, state, detail, amountMinor, currency } = entry;
  const room = ROOMS[kind];
  return html`<li class="${kind}">
    ${time(entry.at)}
    <span class="kind">${words(kind)}</span>
    <span class="what">
      ${room === undefined ? title : linkTo(base, [room, id], title)}
      ${amountMinor !== null && html`<strong>${money(amountMinor, currency)}</strong>`}
      ${state !== null && badge(state)} ${detail && html`<span class="soft">${detail}</span>`}
    </span>
  </li>`;
}
