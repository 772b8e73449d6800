import { words } from './format';
import { csrfField } from './document';
import { pathTo } from './frame';
import type { Frame, Place } from './frame';
import { html } from './html';
import type { Html, Value } from './html';

/** How a state looks; its word stands there as well, so colour is never alone. */
const TONES: Record<string, string> = {
  active: 'good',
  trialing: 'good',
  succeeded: 'good',
  processed: 'good',
  completed: 'good',
  mended: 'good',
  delivered: 'good',
  settled_by_hand: 'good',
  pending: 'busy',
  owed: 'busy',
  requested: 'busy',
  review: 'busy',
  open: 'busy',
  running: 'busy',
  waiting: 'busy',
  processing: 'busy',
  unmatched: 'warn',
  past_due: 'warn',
  on_hold: 'warn',
  paused: 'warn',
  unknown: 'warn',
  dead: 'bad',
  failed: 'bad',
  refused: 'bad',
  unavailable: 'bad',
  second_trial: 'bad',
  second_subscription: 'bad',
  disputed: 'bad',
  paid_twice: 'bad',
};

export function linkTo(base: string, place: Place, text: Value): Html {
  return html`<a href="${pathTo(base, place)}">${text}</a>`;
}

export function badge(state: string): Html {
  return html`<span class="badge ${TONES[state] ?? 'plain'}">${words(state)}</span>`;
}

export function facts(entries: [name: string, value: Value][]): Html {
  return html`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A change that is made by hand: it says what will happen, and wants a reason. */
export function deedForm(
  frame: Frame,
  deed: {
    id: string;
    action: string;
    label: string;
    explanation: Value;
    hidden?: Record<string, string | undefined>;
    isGrave?: boolean;
  },
): Html {
  const hidden = Object.entries(deed.hidden ?? {}).filter(([, value]) => value !== undefined);
  return html`<form class="deed" method="post" action="${frame.base}${deed.action}">
    ${csrfField(frame)}
    ${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <p id="${deed.id}-what">${deed.explanation}</p>
    <label class="field"
      ><span>Reason</span>
      <input
        name="reason"
        required
        minlength="3"
        maxlength="500"
        autocomplete="off"
        aria-describedby="${deed.id}-what"
      />
    </label>
    <button class="${deed.isGrave ? 'grave' : 'primary'}">${deed.label}</button>
  </form>`;
}

/** What was just done, said once the page is there again. Only known words: the address may be anybody's. */
const DONE: Record<string, string> = {
  replayed: 'The event is pending again and will be followed shortly.',
  'replayed-many': 'The events are pending again and will be followed one after the other.',
  retried: 'The refund will be looked at right away.',
  redelivered: 'The event is sent again right away.',
  compared: 'It runs: load the page again to see how far it has come.',
  settled: 'The refund is settled by hand.',
  kept: 'The payment is kept: it waits for nobody any more.',
  adopted: 'The customer is taken over. What it has at Dodo is read in now: load the page again in a moment.',
};

export function doneNotice(done: string | undefined): Html | false {
  const text = done !== undefined && Object.hasOwn(DONE, done) && DONE[done];
  return text ? html`<p class="notice" role="status">${text}</p>` : false;
}

export function head(title: Value, beside?: Value): Html {
  return html`<div class="head">
    <h1>${title}</h1>
    ${beside}
  </div>`;
}

/** Indented if it is JSON, else as it came. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
