import { Injectable } from '@nestjs/common';
import { DodoGateway } from '../../dodo/dodo.gateway';
import type { DodoLineItem, DodoRefund, DodoRefundSummary } from '../../dodo/dodo.types';
import { SoldProductsRepository } from '../products/sold-products.repository';
import type { Refund } from './refund.entity';

/** Answers "has Dodo made this refund?" by reading: our own rows may be older than what they tell of. */
@Injectable()
export class RefundFinder {
  constructor(
    private readonly gateway: DodoGateway,
    private readonly soldProducts: SoldProductsRepository,
  ) {}

  /**
   * The refund that carries our id. Else, since Dodo may not hand our id back or a person may have been quicker, the
   * one that has given the fee back, which the fee's line alone proves. `isLineGone`: Dodo has said so when it was
   * asked, whatever the line shows yet. Null when there is none.
   */
  async find(refund: Refund, isLineGone = false): Promise<DodoRefund | null> {
    const early = await this.listAlive(refund.dodoPaymentId);
    const ours = early.find(isOf(refund));
    if (ours || early.length === 0) return ours ?? null;
    // The line before the refunds: whatever has taken something from it is among those that are read afterwards.
    const { lineItems, totalMinor } = await this.gateway.getPayment(refund.dodoPaymentId);
    const feeProductId = await this.getProduct(refund);
    const feeLines = lineItems
      .filter((line) => line.productId === feeProductId)
      .map((line) => (isLineGone ? { ...line, refundableMinor: 0 } : line));
    const alive = await this.listAlive(refund.dodoPaymentId);
    return alive.find(isOf(refund)) ?? thatGaveBack(feeLines, totalMinor, alive);
  }

  /** The product of the line that is to be given back, whatever the fee is sold under now. */
  async getProduct({ dodoProductId }: Refund): Promise<string> {
    return dodoProductId ?? (await this.soldProducts.getFirstSetupFee());
  }

  private async listAlive(paymentId: string): Promise<DodoRefund[]> {
    const { refunds } = await this.gateway.getPayment(paymentId, { withLines: false });
    const read = await Promise.all(refunds.filter(isAlive).map(({ id }) => this.gateway.getRefund(id)));
    return read.filter(isAlive);
  }
}

/**
 * By its worth, where as much is gone from the line: of a line that is untouched, nothing has come back, however much
 * another refund is worth what it is worth. When nothing is left of the lines, the fee has come back in any case: with
 * the whole payment, in parts, or with a part of another line. Nobody can tell for certain which refund it was, so one
 * that may still fail is followed first, and its worth says nothing of the fee.
 */
function thatGaveBack(
  feeLines: readonly DodoLineItem[],
  totalMinor: number,
  alive: readonly DodoRefund[],
): DodoRefund | null {
  const unsettled = alive.find((refund) => !hasSucceeded(refund));
  const open = unsettled && { ...unsettled, amountMinor: null };
  for (const { amountMinor, taxMinor, refundableMinor } of feeLines) {
    // Dodo may have kept the tax.
    if (refundableMinor > taxMinor) continue;
    const found = alive.find(isOfWorth(amountMinor)) ?? alive.find(isOfWorth(amountMinor + taxMinor));
    if (found) return hasSucceeded(found) ? (open ?? found) : found;
  }
  const isGone = feeLines.length > 0 && feeLines.every((line) => line.refundableMinor <= 0);
  if (!isGone) return null;
  const whole = alive.find(isOfWorth(totalMinor));
  const [first] = alive;
  return whole ?? open ?? (first ? { ...first, amountMinor: null } : null);
}

const hasSucceeded = ({ status }: DodoRefundSummary): boolean => status === 'succeeded';

/** A failed refund gave nothing back; it is no answer to the question. */
const isAlive = ({ status }: DodoRefundSummary): boolean => status !== 'failed';

function isOf({ id }: Refund): (candidate: DodoRefund) => boolean {
  return ({ metadata }) => metadata.refund_id === id;
}

function isOfWorth(minor: number): (candidate: DodoRefund) => boolean {
  return (candidate) => candidate.amountMinor === minor;
}
