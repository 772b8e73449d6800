import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All that is routed on the internet so far; what lies outside has a meaning of its own, or will get one. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Azure's machines reach their host, and its secrets, by this address; in the registries it looks public. */
const AZURE_HOST = '168.63.129.16';

/**
 * Whether anyone on the internet could reach this address too. Only what is
 * known to be public is let through: what is private, local, shared, reserved,
 * for documents or benchmarks, or stands for another address, is not.
 */
export function isPublicAddress(text: string): boolean {
  const address = parse(text);
  if (address?.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6
    ? address.match(GLOBAL_UNICAST_V6)
    : address.toString() !== AZURE_HOST;
}

/** Whether this is the machine itself. */
export function isLoopbackAddress(text: string): boolean {
  return parse(text)?.range() === 'loopback';
}

/** Null for every spelling but the usual one: nobody who connects gets to see another. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  return isIP(text) !== 0 && ipaddr.isValid(text) ? ipaddr.parse(text) : null;
}
