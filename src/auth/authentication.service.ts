import { Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { Config } from '../config';
import { HmacKey } from '../hmac';
import { PlainKey } from './api-key';
import type { HashedKey } from './api-key';
import { isExpired } from './api-key.policy';
import { ApiKeysRepository } from './api-keys.repository';
import type { KeyWithOrg } from './api-keys.repository';
import { KeyCache } from './key-cache';
import type { Principal } from './principal';

/** "Last used" is for people who tidy up: a minute is exact enough, and spares a write per request. */
const LAST_USED_RESOLUTION_SECONDS = 60;

/** Tells whom a key stands for. Text that can't be a key is refused without touching the database. */
@Injectable()
export class AuthenticationService {
  private readonly pepper: HmacKey;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly cache: KeyCache,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.pepper = new HmacKey(config.apiKeyPepper);
  }

  /** Whom this text stands for; null when it is no key, an unknown one, or one that has expired. */
  async authenticate(text: string): Promise<Principal | null> {
    const hash = this.hashOf(text);
    if (!hash) return null;
    const key =
      this.cache.remembered(hash) ?? (await this.cache.read(hash, () => this.keys.findByHash(hash)));
    const now = this.clock.now();
    if (!key || !key.hash.equals(hash) || isExpired(key, now)) return null;
    if (isUseNews(key, now)) await this.noteUse(key, now);
    return principalOf(key);
  }

  /** The same without a wait, for a key that nothing has to be asked or written about; null says to ask. */
  recognize(text: string): Principal | null {
    const hash = this.hashOf(text);
    const key = hash && this.cache.remembered(hash);
    const now = this.clock.now();
    return key && !isExpired(key, now) && !isUseNews(key, now) ? principalOf(key) : null;
  }

  private hashOf(text: string): HashedKey | null {
    return PlainKey.parse(text)?.hash(this.pepper) ?? null;
  }

  /** Noted first: of all requests that come at once, one writes. */
  private async noteUse(key: KeyWithOrg, now: Date): Promise<void> {
    key.lastUsedAt = now;
    await this.keys.saveLastUsed(key.id, now, thresholdOf(now));
  }
}

function principalOf({ orgId, id, scopes, hash, billingStatus }: KeyWithOrg): Principal {
  return { orgId, keyId: id, scopes, hash, billingStatus };
}

function isUseNews({ lastUsedAt }: KeyWithOrg, now: Date): boolean {
  return lastUsedAt === null || lastUsedAt < thresholdOf(now);
}

function thresholdOf(now: Date): Date {
  return new Date(now.getTime() - LAST_USED_RESOLUTION_SECONDS * 1000);
}
