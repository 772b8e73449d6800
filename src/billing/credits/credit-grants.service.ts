import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import type { Payment } from '../payments/payment.entity';
import { currentOf, hasEnded } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import type { CreditBalance } from './credit-balance.entity';
import type { CreditEntry } from './credit-entry.entity';
import { CreditGrantsRepository } from './credit-grants.repository';
import { CreditLedger } from './credit-ledger.service';
import { allocationDue, isGivenFor } from './allocation-due';
import type { AllocationDue, LastAllocation } from './allocation-due';
import { CreditsRepository } from './credits.repository';

/** A period of a subscription that is not known to have begun before: its trial, its first paid one, or a later one. */
export interface PeriodBegun {
  subscription: Subscription;
  kind: 'trialing' | 'activated' | 'renewed';
  periodStart: Date;
}

type Allocation = Pick<AllocationDue, 'cause' | 'periodStart' | 'resetsAt'> &
  Pick<CreditEntry, 'dodoPaymentId' | 'paidAt'>;

/**
 * Owns where credits come from: the plan's allocation for the trial and for each
 * period that was billed and paid, and packs that were bought. All of it follows
 * from what is stored of subscriptions and payments, in the transaction that
 * stores it; the order and number of events don't matter. What is left of an
 * allocation ends with it: it does not roll over.
 */
@Injectable()
export class CreditGrantsService {
  private readonly logger = new Logger('Credits');

  constructor(
    private readonly database: Database,
    private readonly ledger: CreditLedger,
    private readonly credits: CreditsRepository,
    private readonly repository: CreditGrantsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Brings the org's allocation in line with its subscriptions and their
   * payments. Call it last, after storing either of them: what the other one's
   * transaction has stored is seen by whoever gets the balance's lock second.
   * `known`: all of the org's subscriptions, from whoever holds the org's lock.
   * Answers the period that has begun with the credits that are due, also where it brings none.
   */
  async deriveAllocation(
    tx: Tx,
    orgId: string,
    known?: readonly Subscription[],
  ): Promise<PeriodBegun | null> {
    const balance = await this.ledger.open(tx, orgId);
    const subscriptions = known ?? (await this.subscriptions.listByOrg(orgId, tx));
    const owner = subscriptions.find((it) => it.dodoSubscriptionId === balance.dodoSubscriptionId);
    // While access is only suspended, the gate is what holds it.
    if (owner && hasEnded(owner)) await this.endAllocation(tx, balance);
    const current = currentOf(subscriptions);
    const basis = current?.planId ? await this.repository.findBasis(tx, current) : null;
    if (!current || !basis) return null;
    const { monthlyCredits, last, paid, hasHadTrialCredits } = basis;
    const due = allocationDue(current, paid, last, this.clock.now());
    if (!due || (due.isUpgrade && (await this.credits.findByCause(tx, orgId, due.cause)))) {
      if (last) await this.goOn(tx, balance, current, last, monthlyCredits);
      return null;
    }
    // One trial's credits an org: checkouts that were opened side by side must not be worth more than one.
    const isSecondTrial = due.paidBy === null && hasHadTrialCredits;
    const payment = {
      dodoPaymentId: due.paidBy?.dodoPaymentId ?? null,
      paidAt: due.paidBy?.dodoCreatedAt ?? null,
    };
    if (!isSecondTrial)
      await this.allocate(tx, balance, current, { ...due, ...payment }, { credits: monthlyCredits });
    const kind = kindOf(due, last);
    return kind && { subscription: current, kind, periodStart: due.periodStart };
  }

  /** The period that was given its credits last is still the one that runs, as far as Dodo says. */
  private async goOn(
    tx: Tx,
    balance: CreditBalance,
    current: Subscription,
    last: LastAllocation,
    monthlyCredits: number,
  ): Promise<void> {
    const { dodoSubscriptionId, currentPeriodStart, currentPeriodEnd: resetsAt } = current;
    if (!isGivenFor(currentPeriodStart, last)) return;
    if (balance.dodoSubscriptionId !== dodoSubscriptionId)
      return this.bringBack(tx, balance, current, last, monthlyCredits);
    // It may end later than it was to: a pause is added to it, a trial may be prolonged.
    if (resetsAt?.getTime() !== balance.resetsAt?.getTime())
      await this.ledger.noteRunning(tx, balance, { resetsAt });
  }

  /**
   * Another subscription had taken its place, while this one was suspended, and its credits. What lapsed with that comes
   * back, unless more is left of the other's: both were paid for. What is left of those lapses, and may come back itself.
   */
  private async bringBack(
    tx: Tx,
    balance: CreditBalance,
    current: Subscription,
    { cause, periodStart, planId, dodoPaymentId, paidAt }: LastAllocation,
    monthlyCredits: number,
  ): Promise<void> {
    const { dodoSubscriptionId, status, currentPeriodEnd: resetsAt } = current;
    if (status !== 'active' || periodStart === null || resetsAt === null || resetsAt <= this.clock.now())
      return;
    const lapsed = await this.credits.findByCause(tx, balance.orgId, `expiry:${cause}`);
    if (lapsed === null || 0 - lapsed.allocationDelta <= balance.allocationLeft) return;
    const again = { cause: `again:${lapsed.id}`, periodStart, resetsAt, dodoPaymentId, paidAt };
    const size = { credits: 0 - lapsed.allocationDelta, ofPeriod: monthlyCredits };
    await this.allocate(tx, balance, { dodoSubscriptionId, planId }, again, size);
  }

  /** Adds what a paid pack is worth, once a payment. */
  async grantPurchased(
    tx: Tx,
    { orgId, dodoPaymentId, dodoCreatedAt }: Payment,
    credits: number,
  ): Promise<void> {
    const balance = await this.ledger.open(tx, orgId);
    const cause = `purchase:${dodoPaymentId}`;
    if (await this.credits.findByCause(tx, orgId, cause)) return;
    await this.ledger.post(tx, balance, {
      kind: 'purchase',
      cause,
      purchasedDelta: credits,
      dodoPaymentId,
      paidAt: dodoCreatedAt,
    });
    this.database.afterCommit(tx, () =>
      this.logger.log(`Organization ${orgId} has bought ${credits} credits with payment ${dodoPaymentId}`),
    );
  }

  private async allocate(
    tx: Tx,
    balance: CreditBalance,
    { dodoSubscriptionId, planId }: Pick<Subscription, 'dodoSubscriptionId' | 'planId'>,
    { cause, periodStart, resetsAt, dodoPaymentId, paidAt }: Allocation,
    { credits, ofPeriod = credits }: { credits: number; ofPeriod?: number },
  ): Promise<void> {
    await this.endAllocation(tx, balance);
    await this.ledger.post(
      tx,
      balance,
      {
        kind: 'allocation',
        cause,
        allocationDelta: credits,
        dodoSubscriptionId,
        planId,
        dodoPaymentId,
        paidAt,
        periodStart,
      },
      {
        allocation: ofPeriod,
        allocationCause: cause,
        dodoSubscriptionId,
        usedSince: this.clock.now(),
        resetsAt,
        lowSince: null,
      },
    );
    this.database.afterCommit(tx, () =>
      this.logger.log(`Organization ${balance.orgId} has been given ${credits} credits for ${cause}`),
    );
  }

  /** What is left of the running allocation lapses, and none is running then. */
  private async endAllocation(tx: Tx, balance: CreditBalance): Promise<void> {
    if (balance.allocationCause === null) return;
    const none = {
      allocation: 0,
      allocationCause: null,
      dodoSubscriptionId: null,
      usedSince: this.clock.now(),
      resetsAt: null,
      lowSince: null,
    };
    if (balance.allocationLeft === 0) return this.ledger.noteRunning(tx, balance, none);
    await this.ledger.post(
      tx,
      balance,
      {
        kind: 'expiry',
        cause: `expiry:${balance.allocationCause}`,
        allocationDelta: 0 - balance.allocationLeft,
        dodoSubscriptionId: balance.dodoSubscriptionId,
      },
      none,
    );
  }
}

/** Null where a period goes on that was paid before. */
function kindOf(
  { paidBy, isUpgrade }: AllocationDue,
  last: LastAllocation | null,
): PeriodBegun['kind'] | null {
  if (paidBy === null) return 'trialing';
  if (last === null || last.paidAt === null) return 'activated';
  return isUpgrade ? null : 'renewed';
}
