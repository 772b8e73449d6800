import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../app-error';
import { Clock } from '../clock';
import { Config } from '../config';
import { Database } from '../database/database';
import type { Tx } from '../database/database';
import { UNKEYED_CALL } from '../http/idempotency/idempotent-call';
import type { IdempotentCall } from '../http/idempotency/idempotent-call';
import { HmacKey } from '../hmac';
import { newId } from '../ids';
import { PlainKey } from './api-key';
import type { ApiKey } from './api-key.entity';
import { isExpired, isLater, powerOf, requireAnotherWayIn, requireNoMoreThanOwn } from './api-key.policy';
import type { Power } from './api-key.policy';
import { viewOf, viewOfChanged, viewOfNew } from './api-keys.dto';
import type {
  ApiKeyView,
  ChangedKeyView,
  CreateKeyRequest,
  CreatedKeyView,
  NewKey,
  UpdateKeyRequest,
} from './api-keys.dto';
import { ApiKeysRepository } from './api-keys.repository';
import { KeyConflict, Unauthorized } from './auth.errors';
import { KeyCache } from './key-cache';
import type { Operator } from './operator';
import { OperatorActionsRepository } from './operator-actions.repository';
import { OrganizationsRepository } from './organizations.repository';
import type { Principal } from './principal';
import { ALL_SCOPES, OWN_SCOPES } from './scopes';

/** Enough for a key per service and environment; a limit keeps a runaway script from filling the table. */
const MAX_KEYS_PER_ORG = 50;

/** Of the scopes that are not known, in the complaint about them. */
const MAX_NAMED_SCOPES = 5;

/**
 * Owns API keys. A key is shown once, when it is made; only its keyed hash is
 * kept. Whatever changes keys does so under the lock of their org, so that two
 * requests together can't do what neither may do alone.
 */
@Injectable()
export class ApiKeysService {
  private readonly pepper: HmacKey;

  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeysRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly cache: KeyCache,
    private readonly log: OperatorActionsRepository,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.pepper = new HmacKey(config.apiKeyPepper);
  }

  /**
   * On behalf of the operator, who may hand out any scope.
   * @throws {AppError} 404 for an unknown org, 400 for an unknown scope, 409 for one key too many
   */
  async create(
    orgId: string,
    name: string,
    by: Operator,
    scopes: string[] = [...OWN_SCOPES],
  ): Promise<{ id: string; key: PlainKey }> {
    requireKnownScopes(scopes);
    if (!(await this.organizations.findOrganization(orgId))) {
      throw AppError.notFound(`There is no organization ${quote(orgId)}.`);
    }
    const { row, secret } = await this.database.transaction(async (tx) => {
      const key = await this.insert(tx, orgId, { name, scopes, expiresAt: null });
      await this.log.insertAction(tx, by, { what: 'api_key.create', target: key.row.id, orgId });
      return key;
    });
    return { id: row.id, key: secret };
  }

  /** @throws {AppError} 400, 403 for a key that can do more than the caller's, 409 for one key too many */
  createFor(caller: Principal, request: CreateKeyRequest, call: IdempotentCall): Promise<CreatedKeyView> {
    requireKnownScopes(request.scopes);
    this.requireFuture(request.expiresAt);
    return this.change(caller, call, async (tx, _keys, own) => {
      requireNoMoreThanOwn(own, request);
      return viewOfNew(await this.insert(tx, caller.orgId, request));
    });
  }

  /** Part of the transaction that makes the org. */
  insertFirst(tx: Tx, orgId: string): Promise<NewKey> {
    return this.insert(tx, orgId, { name: 'First key', scopes: [...OWN_SCOPES], expiresAt: null });
  }

  async list(orgId: string): Promise<ApiKeyView[]> {
    return (await this.keys.listKeys(this.database.manager, orgId)).map(viewOf);
  }

  /**
   * @throws {AppError} 400 for an expiry that is no future, 403 for a later one of a key that can do more than the
   * caller's, 404, 409 for the last way in
   */
  update(
    caller: Principal,
    id: string,
    request: UpdateKeyRequest,
    call: IdempotentCall,
  ): Promise<ChangedKeyView> {
    this.requireFuture(request.expiresAt);
    return this.change(caller, call, async (tx, keys, own) => {
      const key = find(keys, id);
      const { name = key.name, expiresAt = key.expiresAt } = request;
      if (isLater(expiresAt, key.expiresAt)) requireNoMoreThanOwn(own, { scopes: key.scopes, expiresAt });
      requireAnotherWayIn(keys, key, expiresAt, this.clock.now());
      return viewOfChanged(await this.save(tx, key, { name, expiresAt }));
    });
  }

  /** Both secrets of a rotated key end here, with the row. @throws {AppError} 404, 409 for the last way in */
  revoke(caller: Principal, id: string): Promise<void> {
    return this.change(caller, UNKEYED_CALL, async (tx, keys) => {
      const key = find(keys, id);
      const now = this.clock.now();
      requireAnotherWayIn(keys, key, now, now);
      await this.keys.deleteKey(tx, id, now);
    });
  }

  /**
   * A new secret for the same key; the one it replaces works for `graceSeconds`
   * more. One that was replaced earlier and still had grace ends now.
   * @throws {AppError} 403 for a key that can do more than the caller's, 404, 409 for an expired one
   */
  rotate(caller: Principal, id: string, graceSeconds: number, call: IdempotentCall): Promise<CreatedKeyView> {
    return this.change(caller, call, async (tx, keys, own) => {
      const key = find(keys, id);
      // Itself it may always replace, by a secret in grace as well: that is how an answer which was lost is made good.
      if (id !== caller.keyId) requireNoMoreThanOwn(own, key);
      if (isExpired(key, this.clock.now())) throw KeyConflict.expired();
      const secret = PlainKey.generate();
      const row = await this.save(tx, key, {
        hash: secret.hash(this.pepper).bytes,
        hint: secret.hint,
        previousHash: graceSeconds > 0 ? key.hash : null,
        previousExpiresAt: graceSeconds > 0 ? this.clock.secondsFromNow(graceSeconds) : null,
      });
      return viewOfNew({ row, secret });
    });
  }

  /** Runs `work` with all keys of the caller's org, none of which anyone else changes meanwhile. */
  private async change<T>(
    caller: Principal,
    call: IdempotentCall,
    work: (tx: Tx, keys: ApiKey[], own: Power) => Promise<T>,
  ): Promise<T> {
    const outcome = await this.database.transaction(async (tx) => {
      await this.organizations.lockOrganization(tx, caller.orgId);
      const keys = await this.keys.listKeys(tx, caller.orgId);
      // It may have been revoked or replaced while it waited for the lock: then it does nothing more.
      const key = keys.find(({ id }) => id === caller.keyId);
      const own = key && powerOf(key, caller.hash, this.clock.now());
      if (!own) throw Unauthorized.invalidKey();
      const answer = await work(tx, keys, own);
      await call.complete(tx, answer);
      return answer;
    });
    this.cache.forget(caller.orgId);
    return outcome;
  }

  private async insert(tx: Tx, orgId: string, request: CreateKeyRequest): Promise<NewKey> {
    await this.organizations.lockOrganization(tx, orgId);
    const keys = await this.keys.listKeys(tx, orgId);
    if (keys.length >= MAX_KEYS_PER_ORG) throw KeyConflict.tooMany(MAX_KEYS_PER_ORG);
    const secret = PlainKey.generate();
    const now = this.clock.now();
    const row: ApiKey = {
      id: newId('key'),
      orgId,
      name: request.name,
      hash: secret.hash(this.pepper).bytes,
      previousHash: null,
      previousExpiresAt: null,
      hint: secret.hint,
      scopes: [...new Set(request.scopes)],
      expiresAt: request.expiresAt,
      lastUsedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    await this.keys.insertKey(tx, row);
    return { row, secret };
  }

  private async save(tx: Tx, key: ApiKey, changes: Partial<ApiKey>): Promise<ApiKey> {
    const withTime = { ...changes, updatedAt: this.clock.now() };
    await this.keys.saveKey(tx, key.id, withTime);
    return Object.assign(key, withTime);
  }

  private requireFuture(expiresAt: Date | null | undefined): void {
    if (expiresAt && expiresAt <= this.clock.now()) {
      throw AppError.badRequest('expiresAt must be in the future, or null for never.');
    }
  }
}

function requireKnownScopes(scopes: readonly string[]): void {
  const unknown = scopes.filter((scope) => !ALL_SCOPES.includes(scope));
  if (unknown.length === 0) return;
  const named = unknown.slice(0, MAX_NAMED_SCOPES).map(quote).join(', ');
  const more = unknown.length > MAX_NAMED_SCOPES ? ` … and ${unknown.length - MAX_NAMED_SCOPES} more` : '';
  throw AppError.badRequest(`Unknown scope ${named}${more}. Known: ${ALL_SCOPES.join(', ')}.`);
}

/** @throws {AppError} 404, for another org's key as for none */
function find(keys: readonly ApiKey[], id: string): ApiKey {
  const key = keys.find((candidate) => candidate.id === id);
  if (!key) throw AppError.notFound(`There is no API key ${quote(id)}.`);
  return key;
}
