import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock';
import type { CreditBalance } from './credit-balance.entity';
import type { CreditEntry } from './credit-entry.entity';
import { amountOf, totalOf } from './credit-rules';
import type { CreditSummaryView, CreditsView } from './credits.dto';
import { CreditsRepository } from './credits.repository';

const RECENT_USAGE_LIMIT = 20;
const SPENT_WINDOW_SECONDS = 30 * 24 * 3600;

const NOTHING: Pick<
  CreditBalance,
  'allocationLeft' | 'purchasedLeft' | 'allocation' | 'usedSince' | 'resetsAt'
> = { allocationLeft: 0, purchasedLeft: 0, allocation: 0, usedSince: null, resetsAt: null };

/** Tells what an org has left and what it has spent. */
@Injectable()
export class CreditsService {
  constructor(
    private readonly credits: CreditsRepository,
    private readonly clock: Clock,
  ) {}

  async balanceOf(orgId: string): Promise<number> {
    return totalOf((await this.credits.findBalance(orgId)) ?? NOTHING);
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
