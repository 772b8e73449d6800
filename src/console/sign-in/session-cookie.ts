import type { FastifyRequest } from 'fastify';

const NAME = 'billing_console';
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** What the browser holds; null when it holds nothing. */
export function readSessionCookie({ headers }: FastifyRequest): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return null;
}

/**
 * Out of reach of scripts and of other sites, and sent by https alone; only on
 * this very machine does http do. Whether it is this one, a proxy may hide by
 * naming it as the host, but not the browser, which says where its form came
 * from. An empty secret takes the cookie away.
 */
export function sessionCookie(
  request: FastifyRequest,
  base: string,
  secret: string,
  seconds: number,
): string {
  const { host = '', origin = '' } = request.headers;
  const isLocal = LOOPBACK.test(host) && !origin.startsWith('https:');
  return [
    `${NAME}=${secret}`,
    `Path=${base}`,
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isLocal ? [] : ['Secure']),
  ].join('; ');
}
