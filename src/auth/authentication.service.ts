import { Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { Config } from '../config';
import { PlainKey } from './api-key';
import { isExpired } from './api-key.policy';
import { ApiKeysRepository } from './api-keys.repository';
import type { KeyWithOrg } from './api-keys.repository';
import type { Principal } from './principal';

/** "Last used" is for people who tidy up: a minute is exact enough, and spares a write per request. */
const LAST_USED_RESOLUTION_SECONDS = 60;

/** Tells whom a key stands for. Text that can't be a key is refused without touching the database. */
@Injectable()
export class AuthenticationService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Whom this text stands for; null when it is no key, an unknown one, or one that has expired. */
  async authenticate(text: string): Promise<Principal | null> {
    const plain = PlainKey.parse(text);
    if (!plain) return null;
    const hash = plain.hash(this.config.apiKeyPepper);
    const key = await this.keys.findByHash(hash);
    if (!key || !key.hash.equals(hash) || isExpired(key, this.clock.now())) return null;
    await this.noteUse(key);
    return { orgId: key.orgId, keyId: key.id, scopes: key.scopes, billingStatus: key.billingStatus };
  }

  private async noteUse(key: KeyWithOrg): Promise<void> {
    const threshold = this.clock.secondsFromNow(-LAST_USED_RESOLUTION_SECONDS);
    if (key.lastUsedAt !== null && key.lastUsedAt >= threshold) return;
    await this.keys.saveLastUsed(key.id, this.clock.now(), threshold);
  }
}
