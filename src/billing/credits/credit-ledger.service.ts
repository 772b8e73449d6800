import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock';
import type { Tx } from '../../database/database';
import { newId } from '../../ids';
import type { CreditBalance } from './credit-balance.entity';
import type { CreditEntry } from './credit-entry.entity';
import { totalOf } from './credit-rules';
import { CreditsRepository } from './credits.repository';

/** A change of a balance, and what it came of. */
type Posting = Pick<CreditEntry, 'kind' | 'cause'> &
  Partial<Omit<CreditEntry, 'id' | 'orgId' | 'balanceAfter' | 'createdAt'>>;

type Running = Pick<
  CreditBalance,
  'allocation' | 'allocationCause' | 'dodoSubscriptionId' | 'usedSince' | 'resetsAt' | 'lowSince'
>;

/**
 * Owns the ledger: no balance changes without an entry of the same transaction,
 * and no cause has two entries. Whoever posts holds the balance's lock, after
 * which a transaction takes no other than by telling customers.
 */
@Injectable()
export class CreditLedger {
  constructor(
    private readonly credits: CreditsRepository,
    private readonly clock: Clock,
  ) {}

  /** The org's balance, locked; made on first use. */
  async open(tx: Tx, orgId: string): Promise<CreditBalance> {
    const balance = await this.credits.lockBalance(tx, orgId);
    if (balance) return balance;
    const now = this.clock.now();
    if (await this.credits.insertBalance(tx, orgId, now)) return emptyBalance(orgId, now);
    const made = await this.credits.lockBalance(tx, orgId);
    if (!made) throw new Error(`Organization ${orgId} does not exist, so it can have no credits.`);
    return made;
  }

  /** Writes the entry and what it makes of the balance, in the row and in `balance`. */
  async post(
    tx: Tx,
    balance: CreditBalance,
    posting: Posting,
    running: Partial<Running> = {},
  ): Promise<CreditEntry> {
    const entry = this.draft(balance, posting, running);
    await this.credits.insertEntry(tx, entry, balance);
    return entry;
  }

  /** The entry, and what it makes of `balance`; nothing is written yet. */
  draft(balance: CreditBalance, posting: Posting, running: Partial<Running> = {}): CreditEntry {
    const now = this.clock.now();
    const { allocationDelta = 0, purchasedDelta = 0 } = posting;
    Object.assign(balance, {
      ...running,
      allocationLeft: balance.allocationLeft + allocationDelta,
      purchasedLeft: balance.purchasedLeft + purchasedDelta,
      updatedAt: now,
    });
    return {
      category: null,
      description: null,
      dodoSubscriptionId: null,
      planId: null,
      dodoPaymentId: null,
      paidAt: null,
      periodStart: null,
      ...posting,
      id: newId('cre'),
      orgId: balance.orgId,
      allocationDelta,
      purchasedDelta,
      balanceAfter: totalOf(balance),
      createdAt: now,
    };
  }

  /** Notes which allocation is running, or that none is, when no credits move with it. */
  async noteRunning(tx: Tx, balance: CreditBalance, running: Partial<Running>): Promise<void> {
    const changes = { ...running, updatedAt: this.clock.now() };
    Object.assign(balance, changes);
    await this.credits.saveBalance(tx, balance.orgId, changes);
  }
}

function emptyBalance(orgId: string, updatedAt: Date): CreditBalance {
  return {
    orgId,
    allocationLeft: 0,
    purchasedLeft: 0,
    allocation: 0,
    allocationCause: null,
    dodoSubscriptionId: null,
    usedSince: null,
    resetsAt: null,
    lowSince: null,
    updatedAt,
  };
}
