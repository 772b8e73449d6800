import type { OperatorAction } from '../../auth/operator-action.entity';
import { time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html, Value } from '../page/html';
import { table } from '../page/list';

export function actionsTable(frame: Frame, actions: OperatorAction[]): Html {
  return table(
    'What was done by hand, newest first',
    [
      { name: 'When', cell: ({ at }) => time(at) },
      { name: 'Who', cell: ({ who }) => who },
      { name: 'By', cell: ({ via }) => via },
      { name: 'What', cell: ({ what }) => html`<code>${what}</code>` },
      { name: 'To what', cell: (action) => target(frame, action) },
      { name: 'Why', cell: ({ reason }) => reason ?? html`<span class="soft">–</span>` },
      { name: 'Outcome', cell: ({ outcome }) => outcome ?? html`<span class="soft">–</span>` },
    ],
    actions,
  );
}

/** Below a thing: what was done to it; nothing while that is nothing. */
export function doneByHand(frame: Frame, actions: OperatorAction[]): Html | false {
  return (
    actions.length > 0 &&
    html`<section>
      <h2>Done by hand</h2>
      ${actionsTable(frame, actions)}
    </section>`
  );
}

function target({ base }: Frame, { what, target: id, orgId }: OperatorAction): Value {
  if (id === null) return html`<span class="soft">–</span>`;
  const path = encodeURIComponent(id);
  if (what.startsWith('refund.')) return html`<a href="${base}/refunds/${path}"><code>${id}</code></a>`;
  if (what === 'dodo_event.replay') return html`<a href="${base}/events/${path}">event ${id}</a>`;
  if (what === 'webhook_delivery.redeliver')
    return html`<a href="${base}/deliveries/${path}"><code>${id}</code></a>`;
  if (what === 'reconciliation.run')
    return html`<a href="${base}/comparisons/${path}"><code>${id}</code></a>`;
  if (orgId !== null)
    return html`<a href="${base}/organizations/${encodeURIComponent(orgId)}"><code>${id}</code></a>`;
  return html`<code class="clip">${id}</code>`;
}
