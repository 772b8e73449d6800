import { doneByHand } from '../audit/actions.table';
import { span, time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import { table } from '../page/list';
import type { Page } from '../page/page';
import { badge, deedForm, doneNotice, facts, head, linkTo, readable } from '../page/parts';
import type { DeliveryDetail } from './console-deliveries.service';
import { answer } from './deliveries.page';

export function deliveryPage(
  frame: Frame,
  { delivery, attempts, actions }: DeliveryDetail,
  done: string,
): Page {
  const { id, event, status, orgId, orgName, url, isEnabled } = delivery;
  return {
    title: `Delivery ${id}`,
    section: 'Deliveries',
    body: html`${head(event, badge(status))} ${doneNotice(done)}
      <section class="card" aria-label="State">
        ${facts([
          ['Id', html`<code>${id}</code>`],
          ['Organization', linkTo(frame.base, ['organizations', orgId], orgName)],
          ['To', url],
          ['Endpoint', isEnabled ? 'is on' : 'is switched off'],
          ['Made', time(delivery.createdAt)],
          ['Next try', time(delivery.nextAttemptAt)],
        ])}
      </section>
      ${table(
        'Tries, newest first',
        [
          { name: 'Try', isNumber: true, cell: ({ attempt }) => attempt },
          { name: 'When', cell: ({ attemptedAt }) => time(attemptedAt) },
          { name: 'Answer', cell: answer },
          { name: 'Took', isNumber: true, cell: ({ durationMs }) => span(durationMs / 1000) },
          { name: 'What came back', cell: ({ response }) => html`<code class="clip">${response}</code>` },
        ],
        attempts,
      )}
      ${
        isEnabled &&
        html`<section class="card stack" aria-labelledby="again-title">
          <h2 id="again-title">Send again</h2>
          ${deedForm(frame, {
            id: 'again',
            action: `/deliveries/${encodeURIComponent(id)}/redeliver`,
            label: 'Send again',
            explanation: 'The same event is sent once more, with all its tries before it.',
          })}
        </section>`
      }
      <section class="card" aria-labelledby="body-title">
        <h2 id="body-title">Body</h2>
        <pre tabindex="0">${readable(delivery.body)}</pre>
      </section>
      ${doneByHand(frame, actions)}`,
  };
}
