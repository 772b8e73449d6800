import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { GroupCommit } from '../../database/group-commit';
import { IdempotencyConflict } from '../../http/idempotency/idempotency.errors';
import { newId } from '../../ids';
import { BillingAnnouncements } from '../billing.announcements';
import type { CreditBalance } from './credit-balance.entity';
import type { CreditEntry } from './credit-entry.entity';
import { CreditLedger } from './credit-ledger.service';
import { amountOf, isLow, spend, totalOf } from './credit-rules';
import type { ConsumeRequest } from './credits.dto';
import { InsufficientCredits } from './credits.errors';
import { CreditsRepository } from './credits.repository';

/** Consumptions that share a commit: an org that spends a lot would else wait for the disk each time. */
const TOGETHER = { maxItems: 64, maxUnderWay: 2 };

export interface Consumption {
  entry: CreditEntry;
  /** Whether it had been made before, by a call with the same key. */
  isReplayed: boolean;
}

interface Wish {
  orgId: string;
  request: ConsumeRequest;
  /** Null: the caller has named it by no key, so nobody can have asked for it before. */
  key: string | null;
  cause: string;
}

type Outcome = Consumption | InsufficientCredits | IdempotencyConflict;

/**
 * Owns spending: all of it under the balance's lock, so that no credit is spent
 * twice and none that is not there. Consumptions that come together are decided
 * one after the other and committed together; each is granted or refused alone.
 */
@Injectable()
export class CreditSpendingService {
  private readonly logger = new Logger('Credits');
  private readonly together = new GroupCommit<Wish, Outcome>((wishes) => this.commit(wishes), TOGETHER);

  constructor(
    private readonly database: Database,
    private readonly ledger: CreditLedger,
    private readonly credits: CreditsRepository,
    private readonly announcements: BillingAnnouncements,
    private readonly clock: Clock,
  ) {}

  /**
   * A key names one consumption for good: the ledger remembers it, however many
   * ask at once. Nothing is kept of a refusal, so its key may be used again.
   * @throws {InsufficientCredits} 402
   * @throws {IdempotencyConflict} 422 when the key stands for another consumption
   */
  async consume(orgId: string, request: ConsumeRequest, key: string | null): Promise<Consumption> {
    const cause = `consume:${key ?? newId('cre')}`;
    const outcome = await this.together.add({ orgId, request, key, cause });
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  private commit(wishes: Wish[]): Promise<Outcome[]> {
    const orgIds = [...new Set(wishes.map(({ orgId }) => orgId))];
    return this.database.transaction(async (tx) => {
      const balances = new Map((await this.credits.lockBalances(tx, orgIds)).map((it) => [it.orgId, it]));
      const known = new Map((await this.listEarlier(tx, orgIds, wishes)).map((it) => [nameOf(it), it]));
      const outcomes = wishes.map((wish) => this.decide(wish, balances.get(wish.orgId), known));
      await this.save(tx, outcomes, balances);
      return outcomes;
    });
  }

  private async listEarlier(tx: Tx, orgIds: string[], wishes: Wish[]): Promise<CreditEntry[]> {
    const causes = wishes.filter(({ key }) => key !== null).map(({ cause }) => cause);
    return causes.length === 0 ? [] : this.credits.listByCauses(tx, orgIds, causes);
  }

  /** What is granted here counts for the next one in line: in its balance, and among the keys that are taken. */
  private decide(
    { orgId, request, cause }: Wish,
    balance: CreditBalance | undefined,
    known: Map<string, CreditEntry>,
  ): Outcome {
    const earlier = known.get(nameOf({ orgId, cause }));
    if (earlier) return asSame(earlier, request);
    const taken = balance && spend(balance, request.amount);
    if (!taken) return new InsufficientCredits(balance ? totalOf(balance) : 0, request.amount);
    const { category, description = null } = request;
    const entry = this.ledger.draft(balance, { kind: 'consumption', cause, category, description, ...taken });
    known.set(nameOf(entry), entry);
    return { entry, isReplayed: false };
  }

  private async save(tx: Tx, outcomes: Outcome[], balances: Map<string, CreditBalance>): Promise<void> {
    const entries = outcomes.flatMap((it) => (it instanceof Error || it.isReplayed ? [] : [it.entry]));
    if (entries.length === 0) return;
    const lastOf = new Map(entries.map((entry) => [balances.get(entry.orgId)!, entry]));
    const low = [...lastOf].filter(([balance]) => isLow(balance) && balance.lowSince === null);
    low.forEach(([balance]) => (balance.lowSince = this.clock.now()));
    await this.tellOfLow(tx, low);
    await this.credits.insertConsumptions(tx, entries, [...lastOf.keys()]);
  }

  /** Once a period. */
  private async tellOfLow(tx: Tx, low: [CreditBalance, CreditEntry][]): Promise<void> {
    for (const [balance] of low) {
      const text = `Organization ${balance.orgId} runs low: ${totalOf(balance)} of ${balance.allocation} credits left`;
      this.database.afterCommit(tx, () => this.logger.log(text));
    }
    await this.announcements.tell(
      tx,
      low.map(([balance, spending]) => this.announcements.creditsLow(balance, spending)),
    );
  }
}

/** Two orgs may use the same key. */
function nameOf({ orgId, cause }: Pick<CreditEntry, 'orgId' | 'cause'>): string {
  return `${orgId} ${cause}`;
}

function asSame(entry: CreditEntry, request: ConsumeRequest): Outcome {
  const isSame =
    amountOf(entry) === request.amount &&
    entry.category === request.category &&
    entry.description === (request.description ?? null);
  return isSame ? { entry, isReplayed: true } : IdempotencyConflict.keyReused();
}
