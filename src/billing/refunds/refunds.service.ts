import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoError, DodoRejected, isNotFound } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoRefund } from '../../dodo/dodo.types';
import { newId } from '../../ids';
import { JobHandlers } from '../../jobs/job-handlers';
import { retryDelaySeconds } from '../../jobs/retry-delay';
import { traceMetadata } from '../../watch/tracing';
import type { Payment } from '../payments/payment.entity';
import { RefundFinder } from './refund-finder';
import {
  ALREADY_REFUNDED,
  FINAL_REFUSALS,
  LINE_IS_GONE,
  MAY_BE_UNDER_WAY_SECONDS,
  isFinal,
  quietSeconds,
} from './refund-policy';
import { RefundRecorder } from './refund-recorder';
import { RefundSchedule } from './refund-schedule';
import type { Refund } from './refund.entity';
import { RefundsMetrics } from './refunds.metrics';
import { RefundsRepository } from './refunds.repository';

/** How often Dodo is read while a request may be under way. */
const LOOK_AGAIN_SECONDS = 2;

const REASON = 'The setup fee is given back once the checkout is complete.';

/**
 * Owns the promise that the setup fee comes back once. The debt is a row, unique
 * per payment; Dodo is read before it is asked, always; it is asked by whoever
 * wins that row, after the row says so; a refund that Dodo accepted and could not
 * make is asked for again after a pause. It refunds the fee's line and no other,
 * and sends no amount, so Dodo guards it as well.
 */
@Injectable()
export class RefundsService implements OnModuleInit {
  private readonly logger = new Logger('Refunds');

  constructor(
    private readonly database: Database,
    private readonly refunds: RefundsRepository,
    private readonly gateway: DodoGateway,
    private readonly finder: RefundFinder,
    private readonly recorder: RefundRecorder,
    private readonly schedule: RefundSchedule,
    private readonly jobHandlers: JobHandlers,
    private readonly clock: Clock,
    private readonly metrics: RefundsMetrics,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('refund.drive', ({ refundId, tries = 0 }) => this.drive(refundId, tries));
  }

  /** Notes that this payment's line of this product is to be given back. Any number of calls make one refund. */
  async oweSetupFee(tx: Tx, payment: Payment, dodoProductId: string): Promise<void> {
    const now = this.clock.now();
    const refund: Refund = {
      id: newId('rfd'),
      orgId: payment.orgId,
      dodoPaymentId: payment.dodoPaymentId,
      purpose: 'setup_fee',
      dodoProductId,
      state: 'owed',
      dodoRefundId: null,
      failedDodoRefundIds: [],
      amountMinor: payment.setupFeeMinor,
      currency: payment.currency,
      asks: 0,
      askAgainAt: null,
      failureCode: null,
      failureMessage: null,
      createdAt: now,
      updatedAt: now,
      settledAt: null,
    };
    if (!(await this.refunds.insertRefund(tx, refund))) return;
    await this.schedule.plan(tx, { refundId: refund.id });
    this.database.afterCommit(tx, () => this.metrics.noteChange('owed'));
  }

  /** Fetches a refund again and stores its state, if it is one of ours; else it is answered. */
  async sync(dodoRefundId: string): Promise<DodoRefund | null> {
    const fresh = await this.gateway.getRefund(dodoRefundId);
    const refund =
      (await this.refunds.findByDodoRefund(dodoRefundId)) ??
      (fresh.metadata.refund_id ? await this.refunds.findRefund(fresh.metadata.refund_id) : null);
    if (refund?.dodoPaymentId !== fresh.paymentId) {
      await this.adoptByHandOf(fresh.paymentId);
      return fresh;
    }
    await this.recorder.adopt(refund.id, fresh);
    return null;
  }

  /** What Dodo fails to do is tried again, for as long as it takes: a debt is never given up. */
  private async drive(refundId: string, tries: number): Promise<void> {
    try {
      await this.takeStep(refundId, { tries });
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      await this.driveLater(refundId, tries, error);
    }
  }

  /**
   * For whoever finds a debt open. `atOnce`: a refund that failed is asked for again without waiting for its time; else
   * one that Dodo was asked for is left to its job. One that waits for a person is looked up: the person may have made it.
   * @throws {DodoError} after the next try is planned
   */
  async driveNow(refundId: string, atOnce: boolean): Promise<void> {
    if (!atOnce && (await this.refunds.isLeftToItsJob(refundId))) return;
    try {
      await this.adoptByHand(refundId);
      await this.takeStep(refundId, { atOnce });
    } catch (error) {
      if (error instanceof DodoError) await this.driveLater(refundId, 0, error);
      throw error;
    }
  }

  private async adoptByHand(refundId: string): Promise<void> {
    const refund = await this.refunds.findRefund(refundId);
    if (refund?.state === 'failed' && isFinal(refund)) await this.adoptIfMade(refund);
  }

  /** A person may have made what Dodo could not carry out for us. One that has not failed is looked for by its own job. */
  private async adoptByHandOf(dodoPaymentId: string): Promise<void> {
    for (const refund of await this.refunds.listFailedOf(dodoPaymentId)) await this.adoptIfMade(refund);
  }

  private async adoptIfMade(refund: Refund): Promise<void> {
    const found = await this.finder.find(refund);
    if (found) await this.recorder.adopt(refund.id, found);
  }

  private async driveLater(refundId: string, tries: number, error: DodoError): Promise<void> {
    this.logger.warn(`Refund ${refundId}, try ${tries + 1}: ${error.message}`);
    const next = { refundId, tries: tries + 1 };
    await this.schedule.plan(this.database.manager, next, retryDelaySeconds(tries, error));
  }

  /** Safe at any time, from any state, by any number at once. */
  private async takeStep(refundId: string, { atOnce = false, tries = 0 }): Promise<void> {
    const refund = await this.refunds.findRefund(refundId);
    if (refund === null || isFinal(refund)) return;
    if (refund.state === 'pending' || refund.state === 'review') return this.lookAtPending(refund);
    const isTooSoon = refund.askAgainAt !== null && refund.askAgainAt > this.clock.now();
    if (refund.state === 'failed' && isTooSoon && !atOnce) return this.waitOut(refund);
    // Also for the first time: a row out of a backup may not know that it was asked.
    const found = await this.finder.find(refund);
    if (found) return this.recorder.adopt(refund.id, found);
    if (refund.state === 'requested' && isTooSoon) return this.lookAgain(refund, tries);
    const now = this.clock.now();
    const ticket = await this.refunds.saveAsked(
      refund,
      now,
      this.clock.secondsFromNow(MAY_BE_UNDER_WAY_SECONDS),
    );
    if (ticket === null) return;
    this.metrics.noteChange('requested');
    await this.ask(refund, ticket);
  }

  private async ask(refund: Refund, ticket: number): Promise<void> {
    const ours = { org_id: refund.orgId, refund_id: refund.id, ...traceMetadata() };
    try {
      const feeProductId = await this.finder.getProduct(refund);
      await this.recorder.adopt(
        refund.id,
        await this.gateway.refundLine(refund.dodoPaymentId, feeProductId, REASON, ours),
      );
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      await this.settleError(refund, ticket, error);
    }
  }

  /** Ends here what can end; whatever else happened, the next look at Dodo tells, so the job is to come back. */
  private async settleError(refund: Refund, ticket: number, error: DodoError): Promise<void> {
    if (error instanceof DodoRejected && ALREADY_REFUNDED.has(error.code)) {
      const found = await this.finder.find(refund, LINE_IS_GONE.has(error.code));
      if (found) return this.recorder.adopt(refund.id, found);
    }
    if (error instanceof DodoRejected && FINAL_REFUSALS.has(error.code)) {
      return this.recorder.refuse(refund, ticket, error);
    }
    await this.refunds.saveTrouble(refund.id, ticket, {
      askAgainAt: this.clock.secondsFromNow(quietSeconds(error)),
      failureCode: error.code,
      failureMessage: error.detail,
    });
    throw error;
  }

  /** What failed before stays counted: to look is no try. */
  private async lookAgain({ id }: Refund, tries: number): Promise<void> {
    const next = { refundId: id, ...(tries > 0 && { tries }) };
    await this.schedule.plan(this.database.manager, next, LOOK_AGAIN_SECONDS);
  }

  /** After a failure: until it is time to ask again. */
  private async waitOut({ id, askAgainAt }: Refund): Promise<void> {
    const seconds = askAgainAt === null ? 0 : this.clock.secondsUntil(askAgainAt);
    await this.schedule.plan(this.database.manager, { refundId: id }, Math.ceil(seconds));
  }

  /** Its webhook says when it is settled; should that be lost, this finds out. */
  private async lookAtPending(refund: Refund): Promise<void> {
    if (refund.dodoRefundId === null) return;
    await this.recorder.adopt(refund.id, await this.readFollowed(refund, refund.dodoRefundId));
  }

  /** One that Dodo no longer knows, of a payment that it does know, gives nothing back: it counts as failed. */
  private async readFollowed(refund: Refund, dodoRefundId: string): Promise<DodoRefund> {
    try {
      return await this.gateway.getRefund(dodoRefundId);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const { dodoPaymentId: paymentId, amountMinor, currency } = refund;
      const gone = {
        id: dodoRefundId,
        status: 'failed',
        paymentId,
        amountMinor,
        createdAt: null,
        currency,
        isPartial: null,
        metadata: {},
      } as const;
      const found = await this.finder.find(refund);
      return found?.status === 'succeeded' ? found : gone;
    }
  }
}
