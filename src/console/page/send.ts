import type { FastifyReply } from 'fastify';
import { documentOf } from './document';
import { pathTo } from './frame';
import type { Frame, Place } from './frame';
import type { Page } from './page';

/** No script at all, nothing from elsewhere, in nobody's frame: markup that slipped in could do nothing. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Beside those that every answer has. */
const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  // Not `no-referrer`: a form would no longer say where it came from.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

/** With the status that the reply has already: 200 unless something else was said. */
export function sendPage(reply: FastifyReply, frame: Frame, page: Page): void {
  void reply.type('text/html; charset=utf-8').headers(PAGE_HEADERS).send(documentOf(frame, page).text);
}

/** After a form: the browser fetches another page, and a reload does nothing twice. */
export function seeOther(reply: FastifyReply, path: string): void {
  void reply.code(303).headers(PAGE_HEADERS).header('location', path).send();
}

/** Back to what it was done to, which says that it is done. */
export function seeDone(reply: FastifyReply, { base }: Frame, place: Place, done: string): void {
  seeOther(reply, `${pathTo(base, place)}?done=${done}`);
}
