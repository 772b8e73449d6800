import { Injectable } from '@nestjs/common';
import { DodoRejected, isNotFound } from '../../dodo/dodo.errors';
import { NoOrganization, NotVisibleYet } from '../../webhooks/inbound/dodo-event.handlers';
import { PaymentsRepository } from '../payments/payments.repository';
import { PaymentsService } from '../payments/payments.service';
import { isFinal } from '../refunds/refund-policy';
import { RefundsRepository } from '../refunds/refunds.repository';
import { RefundsService } from '../refunds/refunds.service';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository';
import { SubscriptionsService } from '../subscriptions/subscriptions.service';
import { changeOfDisputes } from './differences';
import type { ReconciliationFinding } from './reconciliation-finding.entity';
import type { Verdict } from './reconciliation-findings.repository';

interface Row {
  orgId: string;
  syncedAt: Date;
}

/**
 * Looks into one finding, by the code that events use, and says what came of it:
 * null when there was nothing to it. Whether something was mended is told by our
 * row before and after, never by what a list has shown.
 */
@Injectable()
export class Mender {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly subscriptionRows: SubscriptionsRepository,
    private readonly payments: PaymentsService,
    private readonly paymentRows: PaymentsRepository,
    private readonly refunds: RefundsService,
    private readonly refundRows: RefundsRepository,
  ) {}

  /**
   * `atOnce`: a refund that failed is asked for again before its time.
   * @throws {DodoUnavailable} when Dodo can't say
   */
  async mend(finding: ReconciliationFinding, atOnce: boolean): Promise<Verdict | null> {
    const { objectId: id } = finding;
    try {
      if (finding.kind === 'refund') return await this.mendRefund(finding, atOnce);
      return finding.kind === 'subscription'
        ? await this.sync(
            finding,
            () => this.subscriptionRows.findSubscription(id),
            () => this.subscriptions.sync(id),
          )
        : await this.sync(
            finding,
            () => this.paymentRows.findPayment(id),
            () => this.payments.sync(id),
            changeOfDisputes,
          );
    } catch (error) {
      return verdictOf(finding, error);
    }
  }

  /** `changeOf`: says what has changed where no list has shown it. */
  private async sync<T extends Row>(
    finding: ReconciliationFinding,
    find: () => Promise<T | null>,
    sync: () => Promise<void>,
    changeOf: (before: T | null, after: T | null) => string | null = () => null,
  ): Promise<Verdict | null> {
    const before = await find();
    await sync();
    const after = await find();
    // An event, or a process that died here, may have mended it since it was found.
    const isMended =
      contentOf(before) !== contentOf(after) || (before !== null && before.syncedAt > finding.foundAt);
    if (!isMended) return null;
    const { found, detail } = finding;
    return {
      outcome: 'mended',
      orgId: after?.orgId ?? null,
      found,
      detail: detail ?? changeOf(before, after),
    };
  }

  private async mendRefund(finding: ReconciliationFinding, atOnce: boolean): Promise<Verdict | null> {
    const before = await this.refundRows.findRefund(finding.objectId);
    await this.refunds.driveNow(finding.objectId, atOnce);
    const refund = await this.refundRows.findRefund(finding.objectId);
    if (!before || !refund) return null;
    // One that was over when it was found, and still is: what was listed is a refund of something else.
    const hasMoved = before.state !== refund.state || before.updatedAt > finding.foundAt;
    if (isFinal(before) && !hasMoved) return null;
    const { orgId, state, failureCode } = refund;
    const detail = failureCode === null ? state : `${state}: ${failureCode}`;
    const outcome = state === 'succeeded' ? 'mended' : isFinal(refund) ? 'failed' : 'waiting';
    return { outcome, orgId, found: finding.found, detail };
  }
}

/** How an object that can't be mended is reported; what says nothing about the object goes on upwards. */
function verdictOf({ found, orgId }: ReconciliationFinding, error: unknown): Verdict {
  if (error instanceof NoOrganization) {
    return { outcome: 'unmatched', found: 'no_organization', orgId, detail: error.message };
  }
  if (error instanceof NotVisibleYet) return { outcome: 'waiting', found, orgId, detail: error.message };
  if (!(error instanceof DodoRejected)) throw error;
  return {
    outcome: 'failed',
    found: isNotFound(error) ? 'not_at_dodo' : found,
    orgId,
    detail: error.message,
  };
}

/** All of a row but what every reading changes. */
function contentOf(row: object | null): string {
  return JSON.stringify(row, (name, value: unknown) =>
    name === 'version' || name === 'syncedAt' || name === 'seenByReconciliationId' ? undefined : value,
  );
}
