import type { OperatorAction } from '../../auth/operator-action.entity';
import { time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html, Value } from '../page/html';
import { table } from '../page/list';
import { linkTo } from '../page/parts';

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
  const code = html`<code>${id}</code>`;
  if (what.startsWith('refund.')) return linkTo(base, ['refunds', id], code);
  if (what === 'dodo_event.replay') return linkTo(base, ['events', id], `event ${id}`);
  if (what === 'webhook_delivery.redeliver') return linkTo(base, ['deliveries', id], code);
  if (what === 'reconciliation.run') return linkTo(base, ['comparisons', id], code);
  if (orgId !== null) return linkTo(base, ['organizations', orgId], code);
  return html`<code class="clip">${id}</code>`;
}
