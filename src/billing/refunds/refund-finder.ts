import { Injectable } from '@nestjs/common';
import { Config } from '../../config';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoPayment, DodoRefund } from '../../dodo/dodo.types';
import type { Refund } from './refund.entity';

/** Answers "has Dodo made this refund?" by reading, when we can't know it from an answer. */
@Injectable()
export class RefundFinder {
  constructor(
    private readonly gateway: DodoGateway,
    private readonly config: Config,
  ) {}

  /**
   * The refund that carries our id. Without one, when Dodo says the fee is
   * refunded (by its word, or because nothing is left of the line): the refund
   * that someone else made of it, told by its amount. Null when there is none.
   */
  async find(refund: Refund, { dodoSaysItExists = false } = {}): Promise<DodoRefund | null> {
    const payment = await this.gateway.getPayment(refund.dodoPaymentId);
    const candidates = await this.readCandidates(payment);
    const ours = candidates.find((candidate) => candidate.metadata.refund_id === refund.id);
    if (ours) return ours;
    if (!dodoSaysItExists && !this.isFeeGone(payment)) return null;
    return (
      candidates.find((candidate) => candidate.amountMinor === refund.amountMinor) ?? candidates[0] ?? null
    );
  }

  /** A failed refund gave nothing back; it is no answer to the question. */
  private async readCandidates(payment: DodoPayment): Promise<DodoRefund[]> {
    const alive = payment.refunds.filter((summary) => summary.status !== 'failed');
    return Promise.all(alive.map((summary) => this.gateway.getRefund(summary.id)));
  }

  private isFeeGone(payment: DodoPayment): boolean {
    const lines = payment.lineItems.filter((line) => line.productId === this.config.dodo.setupFeeProductId);
    return lines.length > 0 && lines.every((line) => line.refundableMinor <= 0);
  }
}
