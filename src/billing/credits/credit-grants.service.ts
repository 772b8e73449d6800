import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import type { Payment } from '../payments/payment.entity';
import { currentOf, hasEnded } from '../subscriptions/subscription-status';
import type { Subscription } from '../subscriptions/subscription.entity';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import type { CreditBalance } from './credit-balance.entity';
import { CreditGrantsRepository } from './credit-grants.repository';
import { CreditLedger } from './credit-ledger.service';
import { allocationDue } from './allocation-due';
import type { AllocationDue, LastAllocation } from './allocation-due';
import { CreditsRepository } from './credits.repository';

/** A period of a subscription that is not known to have begun before: its trial, its first paid one, or a later one. */
export interface PeriodBegun {
  subscription: Subscription;
  kind: 'trialing' | 'activated' | 'renewed';
  periodStart: Date;
}

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
    const { monthlyCredits, last, paid, hasHadTrial } = basis;
    const due = allocationDue(current, paid, last, this.clock.now());
    if (!due || (due.isUpgrade && (await this.credits.findByCause(tx, orgId, due.cause)))) {
      await this.followPeriodEnd(tx, balance, current, last);
      return null;
    }
    // One trial's credits an org: checkouts that were opened side by side must not be worth more than one.
    const isSecondTrial = due.paidBy === null && hasHadTrial;
    if (!isSecondTrial) await this.allocate(tx, balance, current, due, monthlyCredits);
    const kind = kindOf(due, last);
    return kind && { subscription: current, kind, periodStart: due.periodStart };
  }

  /** A period that runs may end later than it was to: a pause is added to it, a trial may be prolonged. */
  private async followPeriodEnd(
    tx: Tx,
    balance: CreditBalance,
    { dodoSubscriptionId, currentPeriodStart, currentPeriodEnd: resetsAt }: Subscription,
    last: LastAllocation | null,
  ): Promise<void> {
    const isRunning = balance.dodoSubscriptionId === dodoSubscriptionId;
    const isSamePeriod = currentPeriodStart?.getTime() === last?.periodStart?.getTime();
    if (!isRunning || !isSamePeriod || resetsAt?.getTime() === balance.resetsAt?.getTime()) return;
    await this.ledger.noteRunning(tx, balance, { resetsAt });
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
    this.sayLater(tx, `Organization ${orgId} has bought ${credits} credits with payment ${dodoPaymentId}`);
  }

  private async allocate(
    tx: Tx,
    balance: CreditBalance,
    { dodoSubscriptionId, planId }: Subscription,
    { cause, periodStart, resetsAt, paidBy }: AllocationDue,
    credits: number,
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
        dodoPaymentId: paidBy?.dodoPaymentId ?? null,
        paidAt: paidBy?.dodoCreatedAt ?? null,
        periodStart,
      },
      {
        allocation: credits,
        allocationCause: cause,
        dodoSubscriptionId,
        usedSince: this.clock.now(),
        resetsAt,
        lowSince: null,
      },
    );
    this.sayLater(tx, `Organization ${balance.orgId} has been given ${credits} credits for ${cause}`);
  }

  private sayLater(tx: Tx, text: string): void {
    this.database.afterCommit(tx, () => this.logger.log(text));
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
