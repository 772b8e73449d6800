import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { IdempotencyConflict } from '../../http/idempotency/idempotency.errors';
import { newId } from '../../ids';
import { BillingAnnouncements } from '../billing.announcements';
import type { CreditBalance } from './credit-balance.entity';
import type { CreditEntry } from './credit-entry.entity';
import { CreditLedger } from './credit-ledger.service';
import { isLow, spend, totalOf } from './credit-rules';
import type { ConsumeRequest, CreditSummaryView, CreditsView } from './credits.dto';
import { InsufficientCredits } from './credits.errors';
import { CreditsRepository } from './credits.repository';

const RECENT_USAGE_LIMIT = 20;
const SPENT_WINDOW_SECONDS = 30 * 24 * 3600;

const NOTHING: Pick<
  CreditBalance,
  'allocationLeft' | 'purchasedLeft' | 'allocation' | 'usedSince' | 'resetsAt'
> = { allocationLeft: 0, purchasedLeft: 0, allocation: 0, usedSince: null, resetsAt: null };

export interface Consumption {
  entry: CreditEntry;
  /** Whether it had been made before, by a call with the same key. */
  isReplayed: boolean;
}

/** Owns spending: all of it under the balance's lock, so that no credit is spent twice and none that is not there. */
@Injectable()
export class CreditsService {
  private readonly logger = new Logger('Credits');

  constructor(
    private readonly database: Database,
    private readonly ledger: CreditLedger,
    private readonly credits: CreditsRepository,
    private readonly announcements: BillingAnnouncements,
    private readonly clock: Clock,
  ) {}

  async balanceOf(orgId: string): Promise<number> {
    return totalOf((await this.credits.findBalance(orgId)) ?? NOTHING);
  }

  /**
   * A key names one consumption for good: the ledger remembers it, however many
   * ask at once. Nothing is kept of a refusal, so its key may be used again.
   * @throws {InsufficientCredits} 402
   * @throws {IdempotencyConflict} 422 when the key stands for another consumption
   */
  consume(orgId: string, request: ConsumeRequest, key: string | null): Promise<Consumption> {
    return this.database.transaction(async (tx) => {
      const balance = await this.ledger.open(tx, orgId);
      const cause = `consume:${key ?? newId('cre')}`;
      const earlier = key === null ? null : await this.credits.findByCause(tx, orgId, cause);
      if (earlier) return { entry: asSame(earlier, request), isReplayed: true };
      const taken = spend(balance, request.amount);
      if (!taken) throw new InsufficientCredits(totalOf(balance), request.amount);
      const { category, description = null } = request;
      const posting = { kind: 'consumption' as const, cause, category, description, ...taken };
      const entry = await this.ledger.post(tx, balance, posting);
      if (isLow(balance) && balance.lowSince === null) await this.noteLow(tx, balance, entry);
      return { entry, isReplayed: false };
    });
  }

  async view(orgId: string): Promise<CreditsView> {
    const [balance, recent, lately] = await Promise.all([
      this.credits.findBalance(orgId),
      this.credits.listConsumption(orgId, RECENT_USAGE_LIMIT),
      this.credits.listSpentByCategory(orgId, this.clock.secondsFromNow(-SPENT_WINDOW_SECONDS)),
    ]);
    const { allocation, resetsAt, ...left } = balance ?? NOTHING;
    const total = totalOf(left);
    return {
      balance: total,
      balanceFormatted: total.toLocaleString('en-US'),
      monthlyAllocation: allocation,
      resetAt: resetsAt,
      recentUsage: recent.map(viewUsage),
      totalSpent30d: sumOf(lately),
    };
  }

  async viewSummary(orgId: string): Promise<CreditSummaryView> {
    const { allocation, resetsAt, usedSince, ...left } = (await this.credits.findBalance(orgId)) ?? NOTHING;
    const spent = await this.credits.listSpentByCategory(orgId, usedSince);
    return {
      balance: totalOf(left),
      monthlyAllocation: allocation,
      used: sumOf(spent),
      breakdown: Object.fromEntries(spent.map(({ category, spent: credits }) => [category, credits])),
      resetAt: resetsAt,
    };
  }

  /** Once a period. */
  private async noteLow(tx: Tx, balance: CreditBalance, spending: CreditEntry): Promise<void> {
    await this.ledger.noteRunning(tx, balance, { lowSince: this.clock.now() });
    await this.announcements.creditsLow(tx, balance, spending);
    this.logger.log(
      `Organization ${balance.orgId} runs low: ${totalOf(balance)} of ${balance.allocation} credits left`,
    );
  }
}

function asSame(entry: CreditEntry, request: ConsumeRequest): CreditEntry {
  const isSame =
    amountOf(entry) === request.amount &&
    entry.category === request.category &&
    entry.description === (request.description ?? null);
  if (!isSame) throw IdempotencyConflict.keyReused();
  return entry;
}

function amountOf({ allocationDelta, purchasedDelta }: CreditEntry): number {
  return 0 - allocationDelta - purchasedDelta;
}

function viewUsage(entry: CreditEntry): CreditsView['recentUsage'][number] {
  const category = entry.category ?? '';
  return {
    date: entry.createdAt,
    description: entry.description ?? category,
    amount: amountOf(entry),
    type: category,
  };
}

function sumOf(spent: { spent: number }[]): number {
  return spent.reduce((total, it) => total + it.spent, 0);
}
