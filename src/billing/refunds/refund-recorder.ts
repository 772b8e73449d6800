import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import type { DodoRejected } from '../../dodo/dodo.errors';
import type { DodoRefund } from '../../dodo/dodo.types';
import { BillingAnnouncements } from '../billing.announcements';
import { REFUND_FAILED, pauseSeconds } from './refund-policy';
import { RefundSchedule } from './refund-schedule';
import type { Refund } from './refund.entity';
import { isNews, isSettled } from './refund-state';
import { RefundsMetrics } from './refunds.metrics';
import { RefundsRepository } from './refunds.repository';

const LOOK_AT_PENDING_SECONDS = 900;

/**
 * Owns what a refund's row takes from Dodo: news alone, under the row's lock,
 * together with the job that follows from it.
 */
@Injectable()
export class RefundRecorder {
  private readonly logger = new Logger('Refunds');

  constructor(
    private readonly database: Database,
    private readonly refunds: RefundsRepository,
    private readonly schedule: RefundSchedule,
    private readonly announcements: BillingAnnouncements,
    private readonly metrics: RefundsMetrics,
    private readonly clock: Clock,
  ) {}

  /** Makes what Dodo has our own knowledge, unless we know something later already. */
  async adopt(refundId: string, fresh: DodoRefund): Promise<void> {
    await this.database.transaction(async (tx) => {
      const refund = await this.refunds.lockRefund(tx, refundId);
      if (isNews(refund, fresh)) await this.saveNews(tx, refund, fresh);
      else this.noteSecond(refund, fresh);
      if (!isSettled(fresh.status)) await this.schedule.plan(tx, { refundId }, LOOK_AT_PENDING_SECONDS);
    });
  }

  /** Dodo may carry out one after all that it had given up, after the one that was asked for instead. */
  private noteSecond({ id, state, dodoPaymentId, dodoRefundId }: Refund, fresh: DodoRefund): void {
    if (state !== 'succeeded' || fresh.status !== 'succeeded' || dodoRefundId === fresh.id) return;
    this.logger.error(
      `Refund ${id} of payment ${dodoPaymentId} was given back twice, by ${dodoRefundId} and ${fresh.id}: a person has to look at it at Dodo.`,
    );
  }

  /** Dodo will never make it. Only for the holder of the ticket, while nobody knows better. */
  async refuse({ id }: Refund, ticket: number, rejection: DodoRejected): Promise<void> {
    await this.database.transaction(async (tx) => {
      const refund = await this.refunds.lockRefund(tx, id);
      if (refund.state !== 'requested' || refund.asks !== ticket) return;
      await this.saveState(tx, refund, {
        state: 'failed',
        failureCode: rejection.code,
        failureMessage: rejection.detail,
        settledAt: this.clock.now(),
      });
      this.database.afterCommit(tx, () =>
        this.logger.error(
          `Refund ${id} of payment ${refund.dodoPaymentId} needs a person: ${rejection.message}`,
        ),
      );
    });
  }

  private async saveNews(tx: Tx, refund: Refund, fresh: DodoRefund): Promise<void> {
    const news = {
      state: fresh.status,
      dodoRefundId: fresh.id,
      amountMinor: fresh.amountMinor ?? undefined,
      // Without its worth, that of the payment stays, in the payment's currency.
      currency: fresh.amountMinor === null ? undefined : (fresh.currency ?? undefined),
      failureCode: null,
      failureMessage: null,
      settledAt: isSettled(fresh.status) ? this.clock.now() : null,
    };
    if (fresh.status === 'failed') return this.saveFailed(tx, refund, news);
    await this.saveState(tx, refund, news);
  }

  /** The debt stays: it is asked for again, later each time. */
  private async saveFailed(
    tx: Tx,
    refund: Refund,
    news: Partial<Refund> & { dodoRefundId: string },
  ): Promise<void> {
    const failedDodoRefundIds = [...refund.failedDodoRefundIds, news.dodoRefundId];
    const pause = pauseSeconds(failedDodoRefundIds.length);
    await this.schedule.plan(tx, { refundId: refund.id }, pause);
    await this.saveState(tx, refund, {
      ...news,
      state: 'failed',
      failedDodoRefundIds,
      askAgainAt: this.clock.secondsFromNow(pause),
      failureCode: REFUND_FAILED,
      failureMessage: 'Dodo accepted the refund and could not carry it out. It will be asked for again.',
    });
    this.database.afterCommit(tx, () =>
      this.logger.error(
        `Refund ${refund.id}: Dodo could not carry out ${news.dodoRefundId}; is there a balance?`,
      ),
    );
  }

  private async saveState(
    tx: Tx,
    refund: Refund,
    changes: Partial<Refund> & Pick<Refund, 'state'>,
  ): Promise<void> {
    const { id, state: from, dodoPaymentId } = refund;
    await this.refunds.saveChanges(tx, id, { ...changes, updatedAt: this.clock.now() });
    await this.announcements.tell(tx, this.announcements.refundStored(refund, changes));
    this.database.afterCommit(tx, () => {
      this.metrics.noteChange(changes.state);
      this.logger.log(`Refund ${id} of payment ${dodoPaymentId}: ${from} → ${changes.state}`);
    });
  }
}
