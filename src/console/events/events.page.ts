import { DODO_EVENT_STATUSES } from '../../webhooks/inbound/dodo-event.entity';
import type { DodoEventView } from '../../webhooks/inbound/dodo-events.dto';
import type { Page as Items } from '../../http/pagination';
import { count, time } from '../page/format';
import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Html } from '../page/html';
import { pager, select, table } from '../page/list';
import type { Page } from '../page/page';
import { badge, deedForm, doneNotice, head } from '../page/parts';
import type { EventsQuery } from './console-events.service';

export function eventsPage(
  frame: Frame,
  query: EventsQuery,
  done: string,
  events: Items<DodoEventView>,
): Page {
  const path = `${frame.base}/events`;
  return {
    title: 'Dodo events',
    section: 'Dodo events',
    body: html`${head('Dodo events')} ${doneNotice(done)}
      <form class="filter" method="get" action="${path}" role="search">
        ${select('status', 'Status', DODO_EVENT_STATUSES, query.status)}
        <label class="field"
          ><span>Type</span>
          <input name="type" value="${query.type}" maxlength="100" placeholder="payment.succeeded" />
        </label>
        <label class="field wide"
          ><span>An id that it carries</span>
          <input
            name="subject"
            value="${query.subject}"
            maxlength="100"
            placeholder="pay_… sub_… cus_… org_…"
          />
        </label>
        <button class="primary">Filter</button>
      </form>
      ${table(
        'Events from Dodo, newest first',
        [
          {
            name: 'Event',
            cell: ({ id, type }) => html`<a href="${path}/${id}"><span class="soft">${id}</span> ${type}</a>`,
          },
          { name: 'Status', cell: ({ status }) => badge(status) },
          { name: 'Happened', cell: ({ eventAt }) => time(eventAt) },
          { name: 'Received', cell: ({ receivedAt }) => time(receivedAt) },
          { name: 'Tries', isNumber: true, cell: ({ attempts }) => attempts },
          { name: 'Error', cell: ({ error }) => html`<span class="clip">${error}</span>` },
        ],
        events.items,
      )}
      ${pager(path, { ...query }, events)} ${replayAll(frame, query, events.total)}`,
  };
}

/** All that the filter shows; without a state there is no button, so that nobody replays everything by accident. */
function replayAll(frame: Frame, { status, type, subject }: EventsQuery, total: number): Html | false {
  return (
    status !== undefined &&
    subject === '' &&
    total > 0 &&
    html`<details class="card">
      <summary>Replay all ${count(total)}</summary>
      ${deedForm(frame, {
        id: 'replay',
        action: '/events/replay',
        label: `Replay all ${status}`,
        explanation: html`Every event that is <strong>${status}</strong>${
            type !== '' && html` and of type <strong>${type}</strong>`
          }
          is followed once more, one a second. Those of types that nothing follows stay as they are.`,
        hidden: { status, type },
      })}
    </details>`
  );
}
