import { Injectable } from '@nestjs/common';
import { Config } from '../../config';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoRefund, DodoRefundSummary } from '../../dodo/dodo.types';
import type { Refund } from './refund.entity';

/** Answers "has Dodo made this refund?" by reading: our own rows may be older than what they tell of. */
@Injectable()
export class RefundFinder {
  constructor(
    private readonly gateway: DodoGateway,
    private readonly config: Config,
  ) {}

  /**
   * The refund that carries our id. Else, since Dodo may not hand our id back or
   * a person may have been quicker, a living refund that is worth exactly the
   * fee. One of another worth is another refund, whatever Dodo says about the
   * payment; only when nothing is left of the fee's line can it be a refund of
   * the whole payment. Null when there is none.
   */
  async find(refund: Refund): Promise<DodoRefund | null> {
    const { refunds } = await this.gateway.getPayment(refund.dodoPaymentId, { withLines: false });
    const alive = refunds.filter(isAlive);
    if (alive.length === 0) return null;
    const candidates = await Promise.all(alive.map(({ id }) => this.gateway.getRefund(id)));
    const ours = candidates.find((candidate) => candidate.metadata.refund_id === refund.id);
    if (ours) return ours;
    const payment = await this.gateway.getPayment(refund.dodoPaymentId);
    const feeLines = payment.lineItems.filter(
      (line) => line.productId === this.config.dodo.setupFeeProductId,
    );
    for (const line of feeLines) {
      const found =
        candidates.find(isOfWorth(line.amountMinor)) ??
        candidates.find(isOfWorth(line.amountMinor + line.taxMinor));
      if (found) return found;
    }
    const isFeeGone = feeLines.length > 0 && feeLines.every((line) => line.refundableMinor <= 0);
    return isFeeGone ? (candidates.find(isOfWorth(payment.totalMinor)) ?? null) : null;
  }
}

/** A failed refund gave nothing back; it is no answer to the question. */
const isAlive = ({ status }: DodoRefundSummary): boolean => status !== 'failed';

function isOfWorth(minor: number): (candidate: DodoRefund) => boolean {
  return (candidate) => candidate.amountMinor === minor;
}
