import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address';

export const MAX_URL_LENGTH = 2048;

const CHARACTER = String.raw`[\w.~!$&'()*+,;=:@-]|%[\da-f]{2}`;
const URI = new RegExp(
  `^[a-z]+://(?:${CHARACTER}|[[\\]])+(?:[/?](?:${CHARACTER}|[/?])*)?(?:#(?:${CHARACTER}|[/?])*)?$`,
  'i',
);

/**
 * Whether it is written as RFC 3986 has it, which is how it is answered. {@link problemOfUrl} reads more than that, as
 * browsers do: such addresses were taken once, and are still posted to.
 */
export function isUri(text: string): boolean {
  return URI.test(text);
}

/** Which hosts may be posted to beside those on the internet. */
export interface UrlRules {
  /** This very machine, also by http: for local work. */
  allowLoopback: boolean;
}

/**
 * What is wrong with the address of an endpoint; null when nothing is. It is
 * about what the address says: what its host's name stands for is checked when a
 * connection is made, since that can change at any time.
 */
export function problemOfUrl(text: string, { allowLoopback }: UrlRules): string | null {
  if (text.length > MAX_URL_LENGTH) return `may have at most ${MAX_URL_LENGTH} characters.`;
  if (/[\s\p{Cc}\p{Cs}\\]/u.test(text) || !URL.canParse(text))
    return 'must be a URL such as https://app.acme.com/webhooks.';
  const url = new URL(text);
  const host = hostOf(url);
  const isLocal = isLocalName(host) || isLoopbackAddress(host);
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or a password.';
  if (isLocal && allowLoopback && url.protocol === 'http:') return null;
  if (url.protocol !== 'https:') return 'must begin with https://.';
  if (isLocal && allowLoopback) return null;
  if (isLocal || (isIP(host) !== 0 && !isPublicAddress(host)))
    return 'must be an address on the public internet.';
  return null;
}

/** As DNS and sockets want it: without the brackets of IPv6. Other spellings of IPv4 are resolved by the parser. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** RFC 6761: these names stand for the machine itself. */
export function isLocalName(host: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(host);
}
