import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { MERCHANT_NAME } from '../context';
import { Html, html, safeLink } from './html';
import { STYLES } from './styles';

export interface Page {
  status?: number;
  title: string;
  body: Html;
  script?: string;
  /** Where a form of this page may lead, its own address apart: browsers check redirects against it. */
  leadsTo?: (string | null)[];
}

export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': policy(nonce, page.leadsTo ?? []),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(documentOf(page, nonce).text);
}

function policy(nonce: string, targets: (string | null)[]): string {
  const origins = targets.map(safeLink).flatMap((url) => (url ? new URL(url).origin : []));
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `form-action ${["'self'", ...new Set(origins)].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    'img-src data:',
  ].join('; ');
}

function documentOf(page: Page, nonce: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${page.title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${new Html(STYLES)}
        </style>
      </head>
      <body>
        ${page.body}
        ${
          page.script &&
          html`<script nonce="${nonce}">
            ${new Html(page.script)};
          </script>`
        }
      </body>
    </html>`;
}

export function brandRow(): Html {
  return html`<div class="row">
    <span class="mark" aria-hidden="true">${MERCHANT_NAME.charAt(0)}</span>
    <span><strong>${MERCHANT_NAME}</strong></span> <span class="badge">Test mode</span>
  </div>`;
}

/** A page that only says something. */
export function sendNotice(
  reply: FastifyReply,
  notice: { status: number; title: string; text: string; link?: { url: string | null; label: string } },
): FastifyReply {
  const url = safeLink(notice.link?.url ?? null);
  return sendPage(reply, {
    status: notice.status,
    title: notice.title,
    body: html`<main class="page narrow stack wide">
      ${brandRow()}
      <div class="card stack">
        <h1>${notice.title}</h1>
        <p>${notice.text}</p>
        ${url && html`<p><a class="button" href="${url}">${notice.link?.label}</a></p>`}
      </div>
    </main>`,
  });
}
