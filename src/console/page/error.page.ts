import type { AppError } from '../../app-error';
import type { Frame } from './frame';
import { html } from './html';
import type { Page } from './page';

const TITLES: Record<number, string> = {
  400: 'That can’t be done',
  401: 'You are signed out',
  403: 'Refused',
  404: 'Not found',
  409: 'Not possible now',
  429: 'Too many tries',
};

/** Of the error, only what is public. */
export function errorPage({ base, operatorName }: Frame, { status, message }: AppError): Page {
  const title = TITLES[status] ?? 'Something went wrong';
  return {
    title,
    body: html`<div class="narrow card stack">
      <p class="soft">${status}</p>
      <h1>${title}</h1>
      <p role="alert">${message}</p>
      <p>
        ${
          operatorName === null
            ? html`<a class="button" href="${base}/sign-in">Sign in</a>`
            : html`<a class="button" href="${base}">To the overview</a>`
        }
      </p>
    </div>`,
  };
}
