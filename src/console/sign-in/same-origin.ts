import type { FastifyRequest } from 'fastify';

/**
 * Whether a form was sent by a page of this very site. Browsers say so, and no
 * page can make them say otherwise; what says nothing is no browser's form.
 */
export function isSameOrigin({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === headers.host;
}
