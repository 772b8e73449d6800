import { BILLING_STATUSES, isSuspended } from '../../auth/billing-status';
import { areaChart } from '../charts/area-chart';
import type { Series } from '../charts/area-chart';
import { barRows, shareBar } from '../charts/bars';
import { funnel } from '../charts/funnel';
import { count, money, percent, shortMoney, span } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html, Value } from '../page/html';
import { table } from '../page/list';
import type { Page } from '../page/page';
import { head } from '../page/parts';
import { LAG_LIMITS } from './overview.repository';
import type { RevenuePoint } from './overview.repository';
import { WINDOWS } from './overview.service';
import type { Overview } from './overview.service';

export function overviewPage(frame: Frame, overview: Overview): Page {
  const revenue = toSeries(overview.revenue);
  return {
    title: 'Overview',
    section: 'Overview',
    body: html`${head('Overview', windowLinks(frame, overview))} ${attention(frame, overview)}
      ${numbers(overview, revenue)}
      <section class="card" aria-labelledby="mrr">
        <h2 id="mrr">Monthly recurring revenue by plan</h2>
        ${revenueChart(overview, revenue)}
      </section>
      <section class="card" aria-labelledby="funnel">
        <h2 id="funnel">From checkout to customer</h2>
        ${funnel('funnel-chart', 'Checkouts, and what became of them', stagesOf(overview))}
        <p class="soft small">
          Checkouts that offer the trial, dated by their payment, or by their beginning while there is none.
        </p>
      </section>
      <div class="columns halves">
        ${refunds(frame, overview)} ${webhooks(frame, overview)} ${deliveries(frame, overview)}
        ${lag(overview)}
      </div>`,
  };
}

function windowLinks({ base }: Frame, { days }: Overview): Html {
  return html`<nav class="tabs" aria-label="Span of time">
    ${WINDOWS.map(
      (window) =>
        html`<a href="${base}?days=${window}" ${window === days && html` aria-current="true"`}
          >${window} days</a
        >`,
    )}
  </nav>`;
}

/** What waits for a person, if anything does. */
function attention({ base }: Frame, { inbox, refunds: totals, disputed, paidTwice }: Overview): Html | false {
  const { dead = 0, unmatched = 0 } = inbox.statuses;
  const failed = totals.find(({ state }) => state === 'failed')?.count ?? 0;
  const items: [number, string, string][] = [
    [failed, `${base}/refunds?state=failed`, failed === 1 ? 'refund has failed' : 'refunds have failed'],
    [
      disputed,
      `${base}/payments?concern=disputed`,
      disputed === 1 ? 'payment is disputed' : 'payments are disputed',
    ],
    [
      paidTwice,
      `${base}/payments?concern=paid_twice`,
      paidTwice === 1 ? 'payment was for a second subscription' : 'payments were for a second subscription',
    ],
    [dead, `${base}/events?status=dead`, dead === 1 ? 'event was given up' : 'events were given up'],
    [
      unmatched,
      `${base}/events?status=unmatched`,
      unmatched === 1 ? 'event fits no organization' : 'events fit no organization',
    ],
  ];
  const waiting = items.filter(([number]) => number > 0);
  return (
    waiting.length > 0 &&
    html`<section class="attention" aria-label="Needs a person">
      ${waiting.map(([number, href, what]) => html`<a href="${href}"><strong>${count(number)}</strong> ${what}</a>`)}
    </section>`
  );
}

function numbers(
  { currency, billingStatuses, funnel: { trialing, converted }, inbox }: Overview,
  series: Series[],
): Html {
  const now = series.reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0);
  const { active = 0 } = billingStatuses;
  const suspended = BILLING_STATUSES.filter(isSuspended).reduce(
    (sum, s) => sum + (billingStatuses[s] ?? 0),
    0,
  );
  return html`<dl class="tiles">
    ${tile('Recurring a month', money(now, currency), `list prices, ${currency}`)}
    ${tile('Active organizations', count(active), `${count(suspended)} suspended`)}
    ${tile('Trials that convert', percent(converted, trialing), `${count(converted)} of ${count(trialing)}`)}
    ${tile('Inbox lag', span(inbox.p95Seconds), `95 of 100 events; half in ${span(inbox.medianSeconds)}`)}
  </dl>`;
}

function tile(name: string, value: string, beside: Value): Html {
  return html`<div class="tile">
    <dt>${name}</dt>
    <dd><strong>${value}</strong><span class="soft">${beside}</span></dd>
  </div>`;
}

function toSeries(points: RevenuePoint[]): Series[] {
  const byPlan = new Map<string, Series>();
  for (const { planId, planName, amountMinor } of points) {
    const series = byPlan.get(planId) ?? { name: planName, values: [] };
    series.values.push(amountMinor);
    byPlan.set(planId, series);
  }
  return [...byPlan.values()];
}

function revenueChart({ revenue, currency }: Overview, series: Series[]): Html {
  if (series.length === 0) return html`<p class="empty">No plan has been paid yet.</p>`;
  const days = revenue.slice(0, series[0]!.values.length).map(({ day }) => day);
  const latest = series.map(({ name, values }) => `${name} ${money(values.at(-1)!, currency)}`).join(', ');
  const rows = days.map((day, i) => ({ day, amounts: series.map(({ values }) => values[i]!) })).toReversed();
  const text = {
    title: 'Monthly recurring revenue by plan, day by day',
    description: `On the last day: ${latest}.`,
  };
  return html`${areaChart('mrr-chart', text, days, series, (minor) => shortMoney(minor, currency))}
    <p class="soft small">
      Each subscription counts with its plan’s list price for a month, from the payment that paid a period of
      it until that period ends. Trials, taxes, discounts and credit packs do not count.
    </p>
    <details>
      <summary>The figures as a table</summary>
      ${table(
        'Monthly recurring revenue by plan at the end of each day',
        [
          { name: 'Day', cell: ({ day }) => day.toISOString().slice(0, 10) },
          ...series.map(({ name }, n) => ({
            name,
            isNumber: true,
            cell: ({ amounts }: (typeof rows)[number]) => money(amounts[n]!, currency),
          })),
        ],
        rows,
      )}
    </details>`;
}

function stagesOf({ funnel: { started, paid, trialing, converted } }: Overview) {
  return [
    { name: 'Checkouts', count: started },
    { name: 'Paid', count: paid },
    { name: 'Trialing', count: trialing },
    { name: 'Converted', count: converted },
  ];
}

function refunds({ base }: Frame, { refunds: totals, currency }: Overview): Html {
  const of = (...states: string[]) => {
    const some = totals.filter(({ state }) => states.includes(state));
    const sum = (pick: (total: (typeof totals)[number]) => number) =>
      some.reduce((all, one) => all + pick(one), 0);
    return {
      count: sum((total) => total.count),
      beside: money(
        sum((total) => total.amountMinor),
        currency,
      ),
    };
  };
  return html`<section class="card" aria-labelledby="refunds">
    <h2 id="refunds"><a href="${base}/refunds">Setup-fee refunds</a></h2>
    ${shareBar([
      { name: 'Made', tone: 'good', ...of('succeeded') },
      { name: 'Owed', tone: 'busy', ...of('owed', 'requested', 'pending', 'review') },
      { name: 'Settled by hand', tone: 'plain', ...of('settled_by_hand') },
      { name: 'Failed', tone: 'bad', ...of('failed') },
    ])}
  </section>`;
}

function webhooks({ base }: Frame, { inbox: { statuses, atFirstTry } }: Overview): Html {
  const { processed = 0, pending = 0, ignored = 0, unmatched = 0, dead = 0 } = statuses;
  return html`<section class="card" aria-labelledby="webhooks">
    <h2 id="webhooks"><a href="${base}/events">Webhooks from Dodo</a></h2>
    ${shareBar([
      { name: 'Followed at once', tone: 'good', count: atFirstTry },
      { name: 'After more tries', tone: 'plain', count: processed - atFirstTry },
      { name: 'Waiting', tone: 'busy', count: pending + unmatched },
      { name: 'Given up', tone: 'bad', count: dead },
    ])}
    <p class="soft small">${count(ignored)} more were of types that nothing here follows.</p>
  </section>`;
}

function deliveries({ base }: Frame, { deliveries: counts }: Overview): Html {
  const { delivered = 0, delivered_late: late = 0, pending = 0, failed = 0 } = counts;
  return html`<section class="card" aria-labelledby="deliveries">
    <h2 id="deliveries"><a href="${base}/deliveries">Webhooks to customers</a></h2>
    ${shareBar([
      { name: 'Delivered at once', tone: 'good', count: delivered },
      { name: 'After more tries', tone: 'plain', count: late },
      { name: 'Waiting', tone: 'busy', count: pending },
      { name: 'Given up', tone: 'bad', count: failed },
    ])}
  </section>`;
}

function lag({ inbox: { lags }, oldestPendingSeconds }: Overview): Html {
  const names = [
    ...LAG_LIMITS.map((limit) => `within ${span(limit)}`),
    `later than ${span(LAG_LIMITS.at(-1)!)}`,
  ];
  return html`<section class="card" aria-labelledby="lag">
    <h2 id="lag">Inbox lag</h2>
    ${barRows(names.map((name, i) => ({ name, count: lags[i] ?? 0 })))}
    <p class="soft small">
      From due to followed: an event is due when it comes, and again when it is replayed.
      ${oldestPendingSeconds === null ? 'Nothing is pending now.' : `The oldest that waits has been due for ${span(oldestPendingSeconds)}.`}
    </p>
  </section>`;
}
