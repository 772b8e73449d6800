import type { Context } from '../context';
import { ApiError } from '../errors';
import { newId } from '../ids';
import type { Dispute } from '../model/disputes';
import type { Payment } from '../model/payments';
import { DISPUTE_STATUSES, type DisputeStatus } from '../reference';
import { emitDispute } from './events';

/** Where a dispute may go from where it is; it is over where there is no further. */
const NEXT: Partial<Record<DisputeStatus, DisputeStatus[]>> = {
  dispute_opened: DISPUTE_STATUSES.filter((status) => status !== 'dispute_opened'),
  dispute_challenged: ['dispute_accepted', 'dispute_cancelled', 'dispute_won', 'dispute_lost'],
};

/** With these the money has stayed with the merchant. */
const LET_GO = new Set<DisputeStatus>(['dispute_won', 'dispute_cancelled']);

export type DisputeRequest = Pick<Dispute, 'dispute_stage' | 'reason' | 'remarks'>;

/** Oldest first. */
export function disputesOf(ctx: Context, paymentId: string): Dispute[] {
  return ctx.store.disputes.group(paymentId);
}

export function getDispute(ctx: Context, id: string): Dispute {
  const dispute = ctx.store.disputes.get(id);
  if (!dispute) throw ApiError.notFound('Dispute', id);
  return dispute;
}

/**
 * Whether the bank holds the payment's money, or has taken it back. That a refund fails meanwhile is
 * documented; that it goes on failing after a dispute that was lost is our reading of it.
 */
export function isHeldByBank(ctx: Context, paymentId: string): boolean {
  return disputesOf(ctx, paymentId).some(({ dispute_status }) => !LET_GO.has(dispute_status));
}

export function openDispute(ctx: Context, payment: Payment, request: DisputeRequest): Dispute {
  if (payment.status !== 'succeeded' || payment.total_amount === 0) {
    throw ApiError.refused('PAYMENT_NOT_SUCCEEDED', 'Only a payment that has moved money can be disputed');
  }
  const last = disputesOf(ctx, payment.payment_id).at(-1);
  if (last && !isOver(last)) {
    throw ApiError.conflict('DISPUTE_OPEN', `The payment is disputed already, by ${last.dispute_id}`);
  }
  const dispute = ctx.store.disputes.put({
    dispute_id: newId('dp'),
    payment_id: payment.payment_id,
    amount: payment.total_amount,
    currency: payment.currency,
    dispute_status: 'dispute_opened',
    ...request,
    created_at: ctx.clock.iso(),
  });
  emitDispute(ctx, dispute);
  return dispute;
}

export function moveDispute(ctx: Context, dispute: Dispute, status: DisputeStatus): Dispute {
  const { dispute_status: from } = dispute;
  if (isOver(dispute)) throw ApiError.conflict('DISPUTE_OVER', `The dispute is over: ${from}`);
  if (!NEXT[from]?.includes(status)) {
    throw ApiError.conflict('DISPUTE_NOT_THERE', `A dispute does not go from ${from} to ${status}`);
  }
  const moved = ctx.store.disputes.update(dispute.dispute_id, { dispute_status: status });
  emitDispute(ctx, moved);
  return moved;
}

const isOver = ({ dispute_status }: Dispute): boolean => NEXT[dispute_status] === undefined;
