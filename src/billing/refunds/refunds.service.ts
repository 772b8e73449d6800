import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Config } from '../../config';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DodoError, DodoOutcomeUnknown, DodoRejected } from '../../dodo/dodo.errors';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoRefund } from '../../dodo/dodo.types';
import { newId } from '../../ids';
import { JobHandlers } from '../../jobs/job-handlers';
import { JobQueue } from '../../jobs/job-queue';
import type { Jobs } from '../../jobs/jobs';
import { retryDelaySeconds } from '../../jobs/retry-delay';
import { traceMetadata } from '../../watch/tracing';
import type { Payment } from '../payments/payment.entity';
import { RefundFinder } from './refund-finder';
import type { Refund } from './refund.entity';
import { isSettled, mayBecome } from './refund-state';
import { RefundsMetrics } from './refunds.metrics';
import { RefundsRepository } from './refunds.repository';

/** A request that got no answer counts as under way for this long; longer than any time-out of ours. */
const MAY_BE_UNDER_WAY_SECONDS = 20;
/** Dodo has answered, so nothing is under way; what it did may show a moment later. */
const MAY_NOT_SHOW_YET_SECONDS = 8;
/** How often Dodo is read while a request may be under way. */
const LOOK_AGAIN_SECONDS = 2;
const LOOK_AT_PENDING_SECONDS = 900;

/** Dodo's ways of saying that the line has been, or is being, refunded. */
const ALREADY_REFUNDED = new Set([
  'EXISTING_REFUND_REQUEST_PROCESSING',
  'PAYMENT_ALREADY_REFUNDED',
  'PAYMENT_HAS_BEEN_REFUNDED',
  'NOTHING_TO_REFUND',
  'LINE_ITEM_FULLY_REFUNDED',
]);

/** Refusals that will not change: a person has to give the fee back another way. */
const FINAL_REFUSALS = new Set([
  'REFUND_WINDOW_EXPIRED',
  'PARTIAL_REFUND_NOT_ALLOWED',
  'LINE_ITEM_NOT_FOUND',
  'LINE_ITEM_PRORATED',
  'REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT',
  'ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED',
]);

const REASON = 'The setup fee is given back once the checkout is complete.';

/**
 * Owns the promise that the setup fee comes back once. The debt is a row, unique
 * per payment; Dodo is asked by whoever wins that row, after the row says so; an
 * answer that was lost is looked up, never asked for again blindly. It refunds
 * the fee's line and no other, and sends no amount, so Dodo guards it as well.
 */
@Injectable()
export class RefundsService implements OnModuleInit {
  private readonly logger = new Logger('Refunds');

  constructor(
    private readonly database: Database,
    private readonly refunds: RefundsRepository,
    private readonly gateway: DodoGateway,
    private readonly finder: RefundFinder,
    private readonly jobs: JobQueue,
    private readonly jobHandlers: JobHandlers,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly metrics: RefundsMetrics,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('refund.drive', ({ refundId, tries = 0 }) => this.drive(refundId, tries));
  }

  /** Notes that this payment's setup fee is to be given back. Any number of calls make one refund. */
  async oweSetupFee(tx: Tx, payment: Payment): Promise<void> {
    const now = this.clock.now();
    const refund: Refund = {
      id: newId('rfd'),
      orgId: payment.orgId,
      dodoPaymentId: payment.dodoPaymentId,
      purpose: 'setup_fee',
      state: 'owed',
      dodoRefundId: null,
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
    if (await this.refunds.insertRefund(tx, refund)) await this.enqueue(tx, { refundId: refund.id });
  }

  /** Fetches a refund again and stores its state, if it is one of ours. */
  async sync(dodoRefundId: string): Promise<void> {
    const fresh = await this.gateway.getRefund(dodoRefundId);
    const refund =
      (await this.refunds.findByDodoRefund(dodoRefundId)) ??
      (fresh.metadata.refund_id ? await this.refunds.findRefund(fresh.metadata.refund_id) : null);
    if (refund?.dodoPaymentId === fresh.paymentId) await this.adopt(refund.id, fresh);
    else this.logger.log(`Refund ${dodoRefundId} was not made by this service; nothing to do.`);
  }

  /** What Dodo fails to do is tried again, for as long as it takes: a debt is never given up. */
  private async drive(refundId: string, tries: number): Promise<void> {
    try {
      await this.takeStep(refundId);
    } catch (error) {
      if (!(error instanceof DodoError)) throw error;
      this.logger.warn(`Refund ${refundId}, try ${tries + 1}: ${error.message}`);
      const next = { refundId, tries: tries + 1 };
      await this.enqueue(this.database.manager, next, retryDelaySeconds(tries));
    }
  }

  /** Safe at any time, from any state, by any number at once. */
  private async takeStep(refundId: string): Promise<void> {
    const refund = await this.refunds.findRefund(refundId);
    if (refund === null || isSettled(refund.state)) return;
    if (refund.state === 'pending' || refund.state === 'review') return this.lookAtPending(refund);
    if (refund.state === 'requested') {
      const found = await this.finder.find(refund);
      if (found) return this.adopt(refund.id, found);
      if (refund.askAgainAt !== null && refund.askAgainAt > this.clock.now()) return this.lookAgain(refund);
    }
    const now = this.clock.now();
    const ticket = await this.refunds.saveAsked(
      refund,
      now,
      this.clock.secondsFromNow(MAY_BE_UNDER_WAY_SECONDS),
    );
    if (ticket !== null) await this.ask(refund, ticket);
  }

  private async ask(refund: Refund, ticket: number): Promise<void> {
    const ours = { org_id: refund.orgId, refund_id: refund.id, ...traceMetadata() };
    try {
      const feeProductId = this.config.dodo.setupFeeProductId;
      await this.adopt(
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
      const found = await this.finder.find(refund);
      if (found) return this.adopt(refund.id, found);
    }
    if (error instanceof DodoRejected && FINAL_REFUSALS.has(error.code)) return this.fail(refund, error);
    await this.refunds.saveTrouble(refund.id, ticket, {
      askAgainAt: this.clock.secondsFromNow(quietSeconds(error)),
      failureCode: error.code,
      failureMessage: error.detail,
    });
    throw error;
  }

  private async lookAgain({ id }: Refund): Promise<void> {
    await this.enqueue(this.database.manager, { refundId: id }, LOOK_AGAIN_SECONDS);
  }

  /** Its webhook says when it is settled; should that be lost, this finds out. */
  private async lookAtPending({ id, dodoRefundId }: Refund): Promise<void> {
    if (dodoRefundId !== null) await this.adopt(id, await this.gateway.getRefund(dodoRefundId));
  }

  private async fail(refund: Refund, rejection: DodoRejected): Promise<void> {
    this.logger.error(
      `Refund ${refund.id} of payment ${refund.dodoPaymentId} needs a person: ${rejection.message}`,
    );
    await this.change(refund.id, {
      state: 'failed',
      failureCode: rejection.code,
      failureMessage: rejection.detail,
      settledAt: this.clock.now(),
    });
  }

  /** Makes what Dodo has our own knowledge, unless we know something later already. */
  private async adopt(refundId: string, fresh: DodoRefund): Promise<void> {
    const isFailed = fresh.status === 'failed';
    const changes = {
      state: fresh.status,
      dodoRefundId: fresh.id,
      amountMinor: fresh.amountMinor ?? undefined,
      currency: fresh.currency ?? undefined,
      failureCode: isFailed ? 'refund_failed' : null,
      failureMessage: isFailed ? 'Dodo accepted the refund and could not carry it out.' : null,
      settledAt: isSettled(fresh.status) ? this.clock.now() : null,
    };
    await this.change(refundId, changes);
    if (isFailed)
      this.logger.error(`Refund ${refundId} needs a person: Dodo could not carry out ${fresh.id}.`);
    if (!isSettled(fresh.status)) {
      await this.enqueue(this.database.manager, { refundId }, LOOK_AT_PENDING_SECONDS);
    }
  }

  private async change(refundId: string, changes: Partial<Refund> & Pick<Refund, 'state'>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { state: from, dodoPaymentId } = await this.refunds.lockRefund(tx, refundId);
      if (!mayBecome(from, changes.state)) return;
      await this.refunds.saveChanges(tx, refundId, { ...changes, updatedAt: this.clock.now() });
      this.metrics.noteChange(changes.state);
      this.logger.log(`Refund ${refundId} of payment ${dodoPaymentId}: ${from} → ${changes.state}`);
    });
  }

  private enqueue(tx: Tx, payload: Jobs['refund.drive'], delaySeconds = 0): Promise<void> {
    const key = `refund:${payload.refundId}`;
    return this.jobs.enqueue(tx, 'refund.drive', payload, { key, delaySeconds });
  }
}

/** How long nobody asks again after this error: as long as the request, or its effect, may not show yet. */
function quietSeconds(error: DodoError): number {
  if (!(error instanceof DodoOutcomeUnknown)) return 0;
  return error.mayStillArrive ? MAY_BE_UNDER_WAY_SECONDS : MAY_NOT_SHOW_YET_SECONDS;
}
