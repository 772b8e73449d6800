import type { Context } from '../context';
import { ApiError } from '../errors';
import { newId } from '../ids';
import type { Payment, PaymentLine, Refund, RefundItem } from '../model/payments';
import type { Metadata } from '../model/products';
import { isHeldByBank } from './disputes';
import { emitRefund } from './events';
import { isFullyRefunded, refundableOf, refundedTotal, refundsOf } from './refund-ledger';
import { sum } from './quote';

const WINDOW_DAYS = 30;
const DAY_MS = 86_400_000;

export interface RefundRequest {
  payment: Payment;
  items: { item_id: string; amount: number | null; tax_inclusive: boolean }[] | null;
  reason: string | null;
  metadata: Metadata;
}

export function createRefund(ctx: Context, request: RefundRequest): Refund {
  const { payment } = request;
  refuseUnrefundable(ctx, payment);
  refuseWhileProcessing(ctx, payment);
  const items = request.items ? chosenItems(ctx, payment, request.items) : remainingItems(ctx, payment);
  const amount = amountOf(ctx, payment, items);
  const { refundOutcome, refundSettleSeconds } = ctx.switches.current;
  const settles = refundOutcome === 'succeeded' || refundOutcome === 'failed';
  return ctx.store.refunds.put({
    refund_id: newId('ref'),
    payment_id: payment.payment_id,
    status: refundOutcome === 'review' ? 'review' : 'pending',
    amount,
    currency: payment.currency,
    is_partial: amount < payment.total_amount,
    items,
    reason: request.reason,
    metadata: request.metadata,
    outcome: refundOutcome === 'failed' ? 'failed' : 'succeeded',
    settles_at: settles ? new Date(ctx.clock.now() + refundSettleSeconds * 1000).toISOString() : null,
    created_at: ctx.clock.iso(),
  });
}

export function getRefund(ctx: Context, id: string): Refund {
  const refund = ctx.store.refunds.get(id);
  if (!refund) throw ApiError.notFound('Refund', id);
  return refund;
}

export function settleRefund(ctx: Context, refund: Refund, status: 'succeeded' | 'failed'): Refund {
  const settled = ctx.store.refunds.update(refund.refund_id, { status, settles_at: null });
  emitRefund(ctx, status, settled);
  return settled;
}

/** What becomes of it by itself: what the bank has its hand on can't be given back. */
export function settleDueRefund(ctx: Context, refund: Refund): Refund {
  return settleRefund(ctx, refund, isHeldByBank(ctx, refund.payment_id) ? 'failed' : refund.outcome);
}

function refuseUnrefundable(ctx: Context, payment: Payment): void {
  if (payment.status !== 'succeeded') {
    throw ApiError.refused('PAYMENT_NOT_SUCCEEDED', 'The provided payment has not succeeded');
  }
  if (payment.total_amount === 0) {
    throw ApiError.refused(
      'ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED',
      'Cannot refund a payment with zero currency amount',
    );
  }
  if (ctx.clock.now() > Date.parse(payment.created_at) + WINDOW_DAYS * DAY_MS) {
    throw ApiError.refused(
      'REFUND_WINDOW_EXPIRED',
      `Refunds cannot be initiated ${WINDOW_DAYS} days after payment creation.`,
    );
  }
}

function refuseWhileProcessing(ctx: Context, payment: Payment): void {
  const open = refundsOf(ctx, payment.payment_id).find(
    ({ status }) => status === 'pending' || status === 'review',
  );
  if (!open) return;
  const status = open.status === 'review' ? 'Review' : 'Pending';
  throw duplicate(
    ctx,
    'EXISTING_REFUND_REQUEST_PROCESSING',
    `A refund request with status "${status}" is still being processed`,
  );
}

function chosenItems(
  ctx: Context,
  payment: Payment,
  wanted: NonNullable<RefundRequest['items']>,
): RefundItem[] {
  if (new Set(wanted.map((item) => item.item_id)).size < wanted.length) {
    throw ApiError.refused('DUPLICATE_LINE_ITEMS_IN_REQUEST', 'Duplicate item_ids specified in items array');
  }
  return wanted.map(({ item_id, amount, tax_inclusive }) => {
    const line = refundableLine(ctx, payment, item_id);
    const left = refundableOf(ctx, payment, line);
    if (amount === null) return { item_id, amount: left };
    const gross = tax_inclusive ? amount : withTax(line, amount);
    refuseAmount(line, gross, left);
    return { item_id, amount: gross };
  });
}

function refundableLine(ctx: Context, payment: Payment, itemId: string): PaymentLine {
  const line = payment.lines.find((candidate) => candidate.item_id === itemId);
  if (!line) throw ApiError.refused('LINE_ITEM_NOT_FOUND', `Line item ${itemId} not found in payment`);
  if (line.prorated) {
    throw ApiError.refused(
      'LINE_ITEM_PRORATED',
      `Line item ${itemId} cannot be refunded because its prorated`,
    );
  }
  if (isFullyRefunded(ctx, payment, line)) {
    throw duplicate(
      ctx,
      'LINE_ITEM_FULLY_REFUNDED',
      `Line item ${itemId} has been fully refunded cannot be refunded further.`,
    );
  }
  return line;
}

function refuseAmount(line: PaymentLine, gross: number, left: number): void {
  if (gross < 1) {
    throw ApiError.refused(
      'LINE_ITEM_REFUND_AMOUNT_TOO_LOW',
      `Line item ${line.item_id} requested refund amount is ${gross} which is too low`,
    );
  }
  if (gross > left) {
    throw ApiError.refused(
      'LINE_ITEM_REFUND_AMOUNT_TOO_HIGH',
      `Line item ${line.item_id} requested refund amount including tax is ${gross} which is above the paid amount ${left}`,
    );
  }
}

function remainingItems(ctx: Context, payment: Payment): RefundItem[] {
  if (refundedTotal(ctx, payment) >= payment.total_amount) {
    throw duplicate(ctx, 'PAYMENT_ALREADY_REFUNDED', 'This payment has already been refunded');
  }
  const items = payment.lines
    .map((line) => ({ item_id: line.item_id, amount: refundableOf(ctx, payment, line) }))
    .filter((item) => item.amount > 0);
  return items;
}

/** The customer never gets back more than was charged, even where a credit paid for a part of the lines. */
function amountOf(ctx: Context, payment: Payment, items: RefundItem[]): number {
  const amount = sum(items.map((item) => item.amount));
  if (amount === 0) {
    throw duplicate(
      ctx,
      'NOTHING_TO_REFUND',
      'No refundable amount remaining. All positive line items have been fully refunded.',
    );
  }
  if (amount > payment.total_amount - refundedTotal(ctx, payment)) {
    throw ApiError.refused(
      'REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT',
      'The calculated refund amount is larger than the paid amount',
    );
  }
  return amount;
}

function withTax(line: PaymentLine, net: number): number {
  const lineNet = line.amount - line.tax;
  return lineNet > 0 ? Math.round((net * line.amount) / lineNet) : net;
}

/** Refusals that mean "this was asked for before"; their HTTP status is not documented. */
function duplicate(ctx: Context, code: string, message: string): ApiError {
  return new ApiError(ctx.switches.current.duplicateRefundStatus, code, message, true);
}
