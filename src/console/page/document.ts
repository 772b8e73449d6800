import { STYLES_PATH } from './assets';
import type { Frame } from './frame';
import { html } from './html';
import type { Html } from './html';
import type { Page } from './page';

const SECTIONS: [path: string, name: string][] = [
  ['', 'Overview'],
  ['/organizations', 'Organizations'],
  ['/events', 'Dodo events'],
  ['/payments', 'Payments'],
  ['/refunds', 'Refunds'],
  ['/deliveries', 'Deliveries'],
  ['/comparisons', 'Comparisons'],
  ['/audit', 'Audit log'],
];

export function documentOf(frame: Frame, page: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · Billing console</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${frame.base}${STYLES_PATH}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        ${frame.operatorName !== null && header(frame, page)}
        <main id="content" tabindex="-1">${page.body}</main>
      </body>
    </html>`;
}

function header(frame: Frame, page: Page): Html {
  const links = SECTIONS.map(
    ([path, name]) =>
      html`<li>
        <a href="${frame.base}${path}" ${page.section === name && html` aria-current="page"`}>${name}</a>
      </li>`,
  );
  return html`<header class="bar">
    <a class="brand" href="${frame.base}"><span class="mark" aria-hidden="true"></span>Billing</a>
    <nav aria-label="Console">
      <ul>
        ${links}
      </ul>
    </nav>
    <form class="who" method="post" action="${frame.base}/sign-out">
      ${csrfField(frame)}
      <span class="soft"><span class="hidden">Signed in as </span>${frame.operatorName}</span>
      <button class="quiet">Sign out</button>
    </form>
  </header>`;
}

export function csrfField({ csrfToken }: Frame): Html {
  return html`<input type="hidden" name="csrf" value="${csrfToken}" />`;
}
