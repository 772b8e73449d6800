import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { Tx } from '../database/database';
import { HashedKey } from './api-key';
import { ApiKey } from './api-key.entity';
import type { BillingStatus } from './billing-status';

export interface KeyWithOrg {
  id: string;
  hash: HashedKey;
  scopes: string[];
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  orgId: string;
  billingStatus: BillingStatus;
}

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  async insertKey(tx: Tx, key: ApiKey): Promise<void> {
    await tx.insert(ApiKey, key);
  }

  /** Newest first. */
  listKeys(tx: Tx, orgId: string): Promise<ApiKey[]> {
    return tx.find(ApiKey, { where: { orgId }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  async saveKey(tx: Tx, id: string, changes: Partial<ApiKey>): Promise<void> {
    await tx.update(ApiKey, { id }, changes);
  }

  /** Its name stays, for the history of its org; whatever could open anything goes. */
  async deleteKey(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.query(
      `WITH gone AS (DELETE FROM api_keys WHERE id = $1 RETURNING id, org_id, name, hint, created_at)
       INSERT INTO revoked_api_keys (id, org_id, name, hint, created_at, revoked_at) SELECT gone.*, $2 FROM gone`,
      [id, at],
    );
  }

  /**
   * The key and the status of its org in one indexed read.
   * A secret that has been replaced expires with its grace, if the key itself does not before.
   */
  async findByHash(hash: HashedKey): Promise<KeyWithOrg | null> {
    const [row] = await this.database.manager.query<KeyRow[]>(
      `SELECT k.id, k.scopes, k.last_used_at, k.org_id, o.billing_status,
              CASE WHEN k.hash = $1 THEN k.hash ELSE k.previous_hash END AS hash,
              CASE WHEN k.hash = $1 THEN k.expires_at
                   ELSE LEAST(k.expires_at, k.previous_expires_at) END AS expires_at
         FROM api_keys k JOIN organizations o ON o.id = k.org_id
        WHERE k.hash = $1 OR k.previous_hash = $1`,
      [hash.bytes],
    );
    if (!row) return null;
    return {
      id: row.id,
      hash: HashedKey.of(row.hash),
      scopes: row.scopes,
      expiresAt: row.expires_at,
      lastUsedAt: row.last_used_at,
      orgId: row.org_id,
      billingStatus: row.billing_status,
    };
  }

  /** Writes only when the stored time is older than `olderThan`, so that replicas write once between them. */
  async saveLastUsed(id: string, at: Date, olderThan: Date): Promise<void> {
    await this.database.manager.query(
      `UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)`,
      [id, at, olderThan],
    );
  }
}

interface KeyRow {
  id: string;
  hash: Buffer;
  scopes: string[];
  expires_at: Date | null;
  last_used_at: Date | null;
  org_id: string;
  billing_status: BillingStatus;
}
