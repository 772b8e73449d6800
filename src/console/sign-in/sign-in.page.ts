import type { Frame } from '../page/frame';
import { html } from '../page/html';
import type { Page } from '../page/page';

export function signInPage({ base }: Frame, problem?: string): Page {
  return {
    title: 'Sign in',
    body: html`<div class="narrow card stack">
      <div><span class="mark" aria-hidden="true"></span></div>
      <h1>Billing console</h1>
      ${problem !== undefined && html`<p class="alert" role="alert" id="problem">${problem}</p>`}
      <form class="stack" method="post" action="${base}/sign-in">
        <label class="field"
          ><span>Your name</span>
          <input name="name" required maxlength="100" autocomplete="name" aria-describedby="name-hint" />
          <span class="soft small" id="name-hint">What you change is logged under it.</span>
        </label>
        <label class="field"
          ><span>Operator token</span>
          <input
            name="token"
            type="password"
            required
            autocomplete="current-password"
            ${problem !== undefined && html` aria-invalid="true" aria-describedby="problem"`}
          />
        </label>
        <button class="primary">Sign in</button>
      </form>
      <p class="soft small">
        Needs cookies, and https unless it runs on this machine. Ends by itself after 12 hours.
      </p>
    </div>`,
  };
}
