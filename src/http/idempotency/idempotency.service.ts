import { Injectable, Logger } from '@nestjs/common';
import { BoundCipher } from '../../bound-cipher';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { HmacKey } from '../../hmac';
import { randomBase62 } from '../../ids';
import { fingerprintOf } from './idempotency-key';
import { IdempotencyRecordsRepository } from './idempotency-records.repository';
import type { CallAddress, Claim } from './idempotency-records.repository';
import { IdempotencyConflict } from './idempotency.errors';

/** How long an answer is given again: what the published guidance for clients promises. */
const KEPT_SECONDS = 24 * 3600;
/** Twice three calls to Dodo at their time-out. One that takes longer can be overtaken: then its last write fails. */
const LEASE_SECONDS = 60;
/** Expired records that a claim clears away: more than it adds, so that they can't pile up. */
const SWEEP_LIMIT = 10;
/** A key may be given back between our claim and our look at who holds it; not every time. */
const MAX_ROUNDS = 3;
const CLAIM_ID_LENGTH = 22;

export interface CallDescription extends CallAddress {
  body: unknown;
  /** Id of the API key: what one key was answered is not for another. */
  caller: string;
}

export type ClaimOutcome = { claim: Claim; resourceId: string | null } | { answer: unknown };

/**
 * Owns the records of calls with an `Idempotency-Key`. A claim is committed
 * before anything happens; the answer is committed with the effect. So of all
 * calls with one key one acts, and whenever its process dies, the next one
 * finds either the answer or a claim that can be taken over.
 */
@Injectable()
export class IdempotencyService {
  private readonly logger = new Logger('Idempotency');
  /** Answers can hold API keys and checkout links. */
  private readonly cipher: BoundCipher;
  private readonly pepper: HmacKey;

  constructor(
    private readonly database: Database,
    private readonly records: IdempotencyRecordsRepository,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.cipher = new BoundCipher([config.apiKeyPepper], 'stored answers of idempotent calls');
    this.pepper = new HmacKey(config.apiKeyPepper);
  }

  /** @throws {IdempotencyConflict} 409 or 422 when the key is another call's */
  async claim({ body, caller, ...address }: CallDescription): Promise<ClaimOutcome> {
    const fingerprint = fingerprintOf(address.operation, caller, body, this.pepper);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const claim = this.newClaim(address, fingerprint);
      const taken = await this.records.insertClaim(claim);
      if (taken) {
        await this.records.deleteExpired(claim.claimedAt, SWEEP_LIMIT);
        return { claim, resourceId: taken.resourceId };
      }
      const call = await this.records.findCall(address);
      if (!call) continue;
      if (!call.fingerprint.equals(fingerprint)) throw IdempotencyConflict.otherCall();
      if (call.answer) return { answer: this.decode(address, call.answer) };
      break;
    }
    throw IdempotencyConflict.inFlight();
  }

  /** @throws {IdempotencyConflict} 409 when the claim was taken over */
  async begin(tx: Tx, claim: Claim, resourceId: string): Promise<void> {
    if (!(await this.records.saveResource(tx, claim, resourceId))) throw IdempotencyConflict.takenOver();
  }

  /** @throws {IdempotencyConflict} 409 when the claim was taken over */
  async complete(tx: Tx | null, claim: Claim, data: unknown): Promise<void> {
    const answer = this.cipher.encrypt(JSON.stringify({ data }), bindingOf(claim));
    const isSaved = await this.records.saveAnswer(tx ?? this.database.manager, claim, answer);
    if (!isSaved) throw IdempotencyConflict.takenOver();
  }

  /** The key is free again. */
  release(claim: Claim): Promise<void> {
    return this.giveUp(claim, () => this.records.deleteClaim(claim));
  }

  /** The key stays with its call: the next try takes it over, with the row that was begun. */
  endLease(claim: Claim): Promise<void> {
    return this.giveUp(claim, () => this.records.saveLeaseEnded(claim));
  }

  /** Never throws: the failure that led here is the one to tell. The lease ends a claim that stays. */
  private async giveUp(claim: Claim, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(`A claim of ${claim.operation} could not be released: ${(error as Error).message}`);
    }
  }

  private newClaim({ orgId, operation, key }: CallAddress, fingerprint: Buffer): Claim {
    return {
      orgId,
      operation,
      key,
      fingerprint,
      claimId: randomBase62(CLAIM_ID_LENGTH),
      claimedAt: this.clock.now(),
      leasedUntil: this.clock.secondsFromNow(LEASE_SECONDS),
      expiresAt: this.clock.secondsFromNow(KEPT_SECONDS),
    };
  }

  private decode(address: CallAddress, answer: Buffer): unknown {
    const { data } = JSON.parse(this.cipher.decrypt(answer, bindingOf(address))) as { data?: unknown };
    return data;
  }
}

function bindingOf({ orgId, operation, key }: CallAddress): string {
  return JSON.stringify([orgId, operation, key]);
}
