import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import type { Operator } from '../../auth/operator';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoError } from '../../dodo/dodo.errors';
import { PaymentProviderError } from '../billing.errors';
import { RefundFinder } from './refund-finder';
import { RefundSchedule } from './refund-schedule';
import type { Refund } from './refund.entity';
import { RefundsMetrics } from './refunds.metrics';
import { RefundsRepository } from './refunds.repository';

/**
 * What a person may do about a refund. Neither of it moves money: a retry puts
 * the refund back to where the machine reads Dodo before it asks, and settling
 * one takes the debt from the machine for good, once Dodo has been read and has
 * no refund. Both are in the log by the commit that makes them true.
 */
@Injectable()
export class RefundsByHand {
  constructor(
    private readonly database: Database,
    private readonly refunds: RefundsRepository,
    private readonly finder: RefundFinder,
    private readonly schedule: RefundSchedule,
    private readonly log: OperatorActionsRepository,
    private readonly metrics: RefundsMetrics,
    private readonly clock: Clock,
  ) {}

  /** @throws {AppError} 404, or 409 for one that is settled for good */
  async retry(id: string, by: Operator): Promise<void> {
    await this.find(id);
    await this.database.transaction(async (tx) => {
      const refund = await this.refunds.lockRefund(tx, id);
      if (refund.state === 'succeeded' || refund.state === 'settled_by_hand') {
        throw conflict(`The refund is settled: ${refund.state}.`);
      }
      if (refund.state === 'failed') await this.reopen(tx, refund);
      await this.schedule.plan(tx, { refundId: id });
      await this.note(tx, by, 'refund.retry', refund);
    });
  }

  /**
   * For a fee that was given back another way.
   * @throws {AppError} 404; 409 when Dodo has a refund, or may be making one; 502 or 503 when it can't be read
   */
  async settle(id: string, by: Operator): Promise<void> {
    const seen = await this.find(id);
    this.requireOpen(seen);
    await this.requireNoneAtDodo(seen);
    await this.database.transaction(async (tx) => {
      const refund = await this.refunds.lockRefund(tx, id);
      if (refund.state !== seen.state || refund.asks !== seen.asks) {
        throw conflict('The refund has moved on meanwhile: look at it again.');
      }
      const now = this.clock.now();
      await this.refunds.saveChanges(tx, id, { state: 'settled_by_hand', settledAt: now, updatedAt: now });
      this.database.afterCommit(tx, () => this.metrics.noteChange('settled_by_hand'));
      await this.note(tx, by, 'refund.settle', refund);
    });
  }

  private async find(id: string): Promise<Refund> {
    const refund = await this.refunds.findRefund(id);
    if (!refund) throw AppError.notFound(`There is no refund ${quote(id)}.`);
    return refund;
  }

  /** As if Dodo had been asked and the answer lost: so it is looked for before Dodo is asked again. */
  private async reopen(tx: Tx, { id }: Refund): Promise<void> {
    await this.refunds.saveChanges(tx, id, {
      state: 'requested',
      dodoRefundId: null,
      askAgainAt: null,
      settledAt: null,
      updatedAt: this.clock.now(),
    });
    this.database.afterCommit(tx, () => this.metrics.noteChange('requested'));
  }

  /** While a request may be under way, nobody can know that Dodo makes no refund. */
  private requireOpen({ state, askAgainAt }: Refund): void {
    const isQuiet = state === 'requested' && (askAgainAt === null || askAgainAt <= this.clock.now());
    if (state === 'owed' || state === 'failed' || isQuiet) return;
    throw conflict(
      state === 'requested'
        ? 'Dodo has just been asked for this refund: wait half a minute and look at it again.'
        : `The refund is ${state}: only one that is owed or has failed can be settled by hand.`,
    );
  }

  private async requireNoneAtDodo(refund: Refund): Promise<void> {
    const found = await this.finder.find(refund).catch((error: unknown) => {
      throw error instanceof DodoError ? PaymentProviderError.from(error) : error;
    });
    if (!found) return;
    throw conflict(`Dodo has the refund ${found.id}, which is ${found.status}: retry, and it is taken over.`);
  }

  private note(tx: Tx, by: Operator, what: 'refund.retry' | 'refund.settle', refund: Refund): Promise<void> {
    const { id: target, orgId, state } = refund;
    return this.log.insertAction(tx, by, { what, target, orgId, outcome: `was ${state}` });
  }
}

function conflict(message: string): AppError {
  return new AppError(409, 'conflict', message);
}
