import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Page } from '../page/page';

export interface FailedAttempt {
  problem: string;
  /** As it was typed. */
  name: string;
  /** The field to look at. */
  wrong: 'name' | 'token';
}

/** `next`: the page below the base that was wanted; '' for none. */
export function signInPage({ base }: Frame, next: string, failed?: FailedAttempt): Page {
  const mark = (field: FailedAttempt['wrong']) => failed?.wrong === field && html` aria-invalid="true"`;
  return {
    title: 'Sign in',
    body: html`<div class="narrow card stack">
      <div><span class="mark" aria-hidden="true"></span></div>
      <h1>Billing console</h1>
      ${failed && html`<p class="alert" role="alert" id="problem">${failed.problem}</p>`}
      <form class="stack" method="post" action="${base}/sign-in">
        ${next !== '' && html`<input type="hidden" name="next" value="${next}" />`}
        <label class="field"
          ><span>Your name</span>
          <input
            name="name"
            value="${failed?.name ?? ''}"
            required
            maxlength="100"
            autocomplete="name"
            aria-describedby="${failed?.wrong === 'name' && 'problem '}name-hint"
            ${mark('name')}
          />
          <span class="soft small" id="name-hint">What you change is logged under it.</span>
        </label>
        <label class="field"
          ><span>Operator token</span>
          <input
            name="token"
            type="password"
            required
            autocomplete="current-password"
            ${failed?.wrong === 'token' && html` aria-describedby="problem"`}
            ${mark('token')}
          />
        </label>
        <button class="primary">Sign in</button>
      </form>
      <p class="soft small">
        ${next !== '' && html`Signed in already? <a href="${base}${next}">Go on to the page</a>. `}Needs
        cookies, and https unless it runs on this machine. Ends by itself after 12 hours.
      </p>
    </div>`,
  };
}
