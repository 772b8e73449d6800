import type { OperatorAction } from '../../auth/operator-action.entity';
import type { DodoEventDetail } from '../../webhooks/inbound/dodo-events.dto';
import { doneByHand } from '../audit/actions.table';
import { time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html } from '../page/html';
import type { Page } from '../page/page';
import { badge, deedForm, doneNotice, facts, head, linkTo, readable } from '../page/parts';

export function eventPage(
  frame: Frame,
  event: DodoEventDetail,
  organizations: { id: string; name: string }[],
  actions: OperatorAction[],
  done: string,
): Page {
  const { id, type, status, error, matchKeys } = event;
  return {
    title: `Event ${id}`,
    section: 'Dodo events',
    body: html`${head(html`${type} <span class="soft">${id}</span>`, badge(status))} ${doneNotice(done)}
      <section class="card stack" aria-label="State">
        ${facts([
          ['Webhook id', html`<code>${event.webhookId}</code>`],
          ['Happened', time(event.eventAt)],
          ['Received', time(event.receivedAt)],
          ['Followed', time(event.processedAt)],
          ['Tries', event.attempts],
          ['Waits for', matchKeys?.join(', ') ?? '–'],
          ['Names', organizations.length === 0 ? 'no organization of ours' : links(frame, organizations)],
        ])}
        ${
          error !== null &&
          html`<div>
            <h2>Error</h2>
            <pre class="alert">${error}</pre>
          </div>`
        }
        ${
          status === 'unmatched' &&
          html`<p class="soft small">
            If the customer is one of ours from before, take it over on the page of
            <a href="${frame.base}/organizations">its organization</a>: the event is followed then.
          </p>`
        }
      </section>
      ${
        status !== 'ignored' &&
        html`<section class="card stack" aria-labelledby="replay-title">
          <h2 id="replay-title">Replay</h2>
          ${deedForm(frame, {
            id: 'replay',
            action: `/events/${id}/replay`,
            label: 'Replay',
            explanation:
              'The event is followed once more: what it is about is read from Dodo again. That does no harm.',
          })}
        </section>`
      }
      <section class="card" aria-labelledby="body-title">
        <h2 id="body-title">Body</h2>
        <pre tabindex="0">
${event.body === null ? 'Removed: it was too old to be of use.' : readable(event.body)}</pre>
      </section>
      ${doneByHand(frame, actions)}`,
  };
}

function links({ base }: Frame, organizations: { id: string; name: string }[]): Html[] {
  return organizations.map(({ id, name }) => html`${linkTo(base, ['organizations', id], name)} `);
}
