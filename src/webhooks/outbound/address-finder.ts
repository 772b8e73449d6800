import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLocalName } from './endpoint-url';
import type { UrlRules } from './endpoint-url';
import { PostFailed } from './post-failure';
import { isLoopbackAddress, isPublicAddress } from './public-address';

/** For one server to answer; each is asked twice. */
const SERVER_TIMEOUT_MS = 1_500;
const TRIES = 2;

const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Finds where a host may be connected to. It asks DNS alone and no file of this
 * machine, so a customer's name never means something of ours, and waits for
 * answers without a thread, so one slow server holds up nobody else.
 */
export class AddressFinder {
  constructor(
    private readonly rules: UrlRules,
    /** `address:port`; left out: those of the system. */
    private readonly dnsServers?: readonly string[],
  ) {}

  /** @throws {PostFailed} when it has no address by then, or any that nobody on the internet could reach */
  async find(host: string, timeoutMs: number): Promise<LookupAddress[]> {
    const addresses = isIP(host) === 0 ? await this.resolve(host, timeoutMs) : [host];
    if (addresses.length === 0) throw new PostFailed('dns_lookup_failed');
    if (!addresses.every((address) => this.isAllowed(address))) throw new PostFailed('private_address');
    return addresses.map((address) => ({ address, family: isIP(address) }));
  }

  isAllowed(address: string): boolean {
    return isPublicAddress(address) || (this.rules.allowLoopback && isLoopbackAddress(address));
  }

  /** With a resolver of its own, so that giving up ends this question and no other. */
  private async resolve(host: string, timeoutMs: number): Promise<string[]> {
    if (isLocalName(host)) return LOOPBACK;
    const resolver = new Resolver({ timeout: SERVER_TIMEOUT_MS, tries: TRIES });
    if (this.dnsServers) resolver.setServers(this.dnsServers);
    const giveUp = setTimeout(() => resolver.cancel(), timeoutMs);
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    clearTimeout(giveUp);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }
}
