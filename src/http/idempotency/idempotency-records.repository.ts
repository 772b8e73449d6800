import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';

/** Which call is meant: keys of two organizations, or of two operations, never meet. */
export interface CallAddress {
  orgId: string;
  /** Method and path, such as `POST /billing/checkout`. */
  operation: string;
  key: string;
}

export interface Claim extends CallAddress {
  fingerprint: Buffer;
  /** Drawn anew for each try, so that a try which lost its claim can't end it. */
  claimId: string;
  claimedAt: Date;
  leasedUntil: Date;
  expiresAt: Date;
}

export interface StoredCall {
  fingerprint: Buffer;
  /** Null while the call is in flight. */
  answer: Buffer | null;
}

@Injectable()
export class IdempotencyRecordsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes the key when it is free, when its day is over, or when the same call
   * holds it whose lease is over: that try has died, and what it began is gone
   * on with. Null when the key is taken.
   */
  async insertClaim(claim: Claim): Promise<{ resourceId: string | null } | null> {
    const rows = await this.database.manager.query<{ resource_id: string | null }[]>(
      `INSERT INTO idempotency_records AS ours
              (org_id, operation, key, fingerprint, claim_id, claimed_at, leased_until, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (org_id, operation, key) DO UPDATE SET
         fingerprint = excluded.fingerprint, claim_id = excluded.claim_id, claimed_at = excluded.claimed_at,
         leased_until = excluded.leased_until, expires_at = excluded.expires_at, answer = NULL,
         resource_id = CASE WHEN ours.expires_at > excluded.claimed_at THEN ours.resource_id END
       WHERE ours.expires_at <= excluded.claimed_at
          OR (ours.answer IS NULL AND ours.leased_until <= excluded.claimed_at
              AND ours.fingerprint = excluded.fingerprint)
       RETURNING resource_id`,
      [
        claim.orgId,
        claim.operation,
        claim.key,
        claim.fingerprint,
        claim.claimId,
        claim.claimedAt,
        claim.leasedUntil,
        claim.expiresAt,
      ],
    );
    return rows[0] ? { resourceId: rows[0].resource_id } : null;
  }

  async findCall({ orgId, operation, key }: CallAddress): Promise<StoredCall | null> {
    const rows = await this.database.manager.query<StoredCall[]>(
      `SELECT fingerprint, answer FROM idempotency_records WHERE org_id = $1 AND operation = $2 AND key = $3`,
      [orgId, operation, key],
    );
    return rows[0] ?? null;
  }

  /** False when the claim is another's by now. */
  saveResource(tx: Tx, claim: Claim, resourceId: string): Promise<boolean> {
    return this.saveIfHeld(tx, claim, 'resource_id', resourceId);
  }

  /** False when the claim is another's by now. */
  saveAnswer(tx: Tx, claim: Claim, answer: Buffer): Promise<boolean> {
    return this.saveIfHeld(tx, claim, 'answer', answer);
  }

  /** As of when it was claimed: the clocks of replicas differ. */
  async saveLeaseEnded(claim: Claim): Promise<void> {
    await this.saveIfHeld(this.database.manager, claim, 'leased_until', claim.claimedAt);
  }

  private async saveIfHeld(
    tx: Tx,
    { orgId, operation, key, claimId }: Claim,
    column: 'resource_id' | 'answer' | 'leased_until',
    value: unknown,
  ): Promise<boolean> {
    const [, changed] = await tx.query<[unknown, number]>(
      `UPDATE idempotency_records SET ${column} = $5
        WHERE org_id = $1 AND operation = $2 AND key = $3 AND claim_id = $4 AND answer IS NULL`,
      [orgId, operation, key, claimId, value],
    );
    return changed === 1;
  }

  /** Gives the key back; what has been answered stays. */
  async deleteClaim({ orgId, operation, key, claimId }: Claim): Promise<void> {
    await this.database.manager.query(
      `DELETE FROM idempotency_records
        WHERE org_id = $1 AND operation = $2 AND key = $3 AND claim_id = $4 AND answer IS NULL`,
      [orgId, operation, key, claimId],
    );
  }

  /** Deletes up to `limit` records whose day is over; several at once don't wait for one another. */
  async deleteExpired(now: Date, limit: number): Promise<void> {
    await this.database.manager.query(
      `DELETE FROM idempotency_records WHERE (org_id, operation, key) IN (
         SELECT org_id, operation, key FROM idempotency_records WHERE expires_at <= $1
          ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [now, limit],
    );
  }
}
