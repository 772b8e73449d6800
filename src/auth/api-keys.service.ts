import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../app-error';
import { Clock } from '../clock';
import { Config } from '../config';
import { Database } from '../database/database';
import { newId } from '../ids';
import { PlainKey } from './api-key';
import { ApiKeysRepository } from './api-keys.repository';
import type { KeyWithOrg } from './api-keys.repository';
import { OrganizationsRepository } from './organizations.repository';
import type { Principal } from './principal';
import { ALL_SCOPES, OWN_SCOPES } from './scopes';

/** "Last used" is for people who tidy up: a minute is exact enough, and spares a write per request. */
const LAST_USED_RESOLUTION_SECONDS = 60;

/**
 * Owns API keys. A key is shown once, when it is made; only its keyed hash is
 * kept. Text that can't be a key is refused without touching the database.
 */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeysRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @throws {AppError} 404 for an unknown org, 400 for an unknown scope */
  async create(
    orgId: string,
    name: string,
    scopes: string[] = [...OWN_SCOPES],
  ): Promise<{ id: string; key: PlainKey }> {
    const unknown = scopes.filter((scope) => !ALL_SCOPES.includes(scope));
    if (unknown.length > 0) {
      throw AppError.badRequest(
        `Unknown scope ${unknown.map(quote).join(', ')}. Known: ${ALL_SCOPES.join(', ')}.`,
      );
    }
    if (!(await this.organizations.findOrganization(orgId))) {
      throw AppError.notFound(`There is no organization ${quote(orgId)}.`);
    }
    const key = PlainKey.generate();
    const id = newId('key');
    await this.keys.insertKey(this.database.manager, {
      id,
      orgId,
      name,
      hash: key.hash(this.config.apiKeyPepper).bytes,
      hint: key.hint,
      scopes,
      expiresAt: null,
      lastUsedAt: null,
      createdAt: this.clock.now(),
    });
    return { id, key };
  }

  /** Whom this text stands for; null when it is no key, an unknown one, or one that has expired. */
  async authenticate(text: string): Promise<Principal | null> {
    const plain = PlainKey.parse(text);
    if (!plain) return null;
    const hash = plain.hash(this.config.apiKeyPepper);
    const key = await this.keys.findByHash(hash);
    if (!key || !key.hash.equals(hash) || this.isExpired(key)) return null;
    await this.noteUse(key);
    return { orgId: key.orgId, keyId: key.id, scopes: key.scopes, billingStatus: key.billingStatus };
  }

  private isExpired(key: KeyWithOrg): boolean {
    return key.expiresAt !== null && key.expiresAt <= this.clock.now();
  }

  private async noteUse(key: KeyWithOrg): Promise<void> {
    const threshold = this.clock.secondsFromNow(-LAST_USED_RESOLUTION_SECONDS);
    if (key.lastUsedAt !== null && key.lastUsedAt >= threshold) return;
    await this.keys.saveLastUsed(key.id, this.clock.now(), threshold);
  }
}
