import type { ListedDispute, ListedPayment, ListedRefund, ListedSubscription } from '../../dodo/dodo.types';
import type { Payment } from '../payments/payment.entity';
import type { Refund } from '../refunds/refund.entity';
import { isNews } from '../refunds/refund-state';
import type { Subscription } from '../subscriptions/subscription.entity';

type Shown = string | number | boolean | Date | null | undefined;

/** In what our row differs from Dodo's list, in words; null when it does not. Only what the list shows counts. */
export function differenceOfSubscription(listed: ListedSubscription, ours: Subscription): string | null {
  const { scheduledChange } = listed;
  return describe([
    // A word that is new to us leaves our status as it was: then the word itself is what is compared.
    listed.status === 'unknown'
      ? ['status', ours.snapshot.rawStatus, listed.rawStatus]
      : ['status', ours.status, listed.status],
    ['product', ours.dodoProductId, listed.productId],
    ['trial days', ours.trialPeriodDays, listed.trialPeriodDays],
    ['start of period', ours.currentPeriodStart, listed.currentPeriodStart],
    ['end of period', ours.currentPeriodEnd, listed.currentPeriodEnd],
    ['cancellation at end of period', ours.cancelAtPeriodEnd, listed.cancelAtPeriodEnd],
    ['cancellation', ours.cancelledAt, listed.cancelledAt],
    [
      'scheduled product',
      ours.pendingProductId,
      scheduledChange === undefined ? undefined : (scheduledChange?.productId ?? null),
    ],
    [
      'scheduled change',
      ours.pendingChangeAt,
      scheduledChange === undefined ? undefined : (scheduledChange?.effectiveAt ?? null),
    ],
  ]);
}

export function differenceOfPayment(
  { status, disputeStatus }: ListedPayment,
  { status: ourStatus, disputesAtDodo }: Payment,
): string | null {
  // A list has the latest dispute alone: whichever of ours that is, one of them should be where it is.
  const isKnown = disputeStatus === null || disputesAtDodo.some((known) => known.status === disputeStatus);
  const ourDispute = isKnown ? disputeStatus : disputesAtDodo.at(-1)?.status;
  return describe([
    ['status', ourStatus, status],
    ['dispute', ourDispute, disputeStatus],
  ]);
}

export function differenceOfDispute(
  { id, status }: ListedDispute,
  { disputesAtDodo }: Payment,
): string | null {
  return describe([['dispute', disputesAtDodo.find((known) => known.id === id)?.status, status]]);
}

/** Where the disputes of a payment have gone from one reading to the next. */
export function changeOfDisputes(before: Payment | null, after: Payment | null): string | null {
  if (before === null || after === null) return null;
  return describe(
    after.disputesAtDodo.map(({ id, status }) => [
      'dispute',
      before.disputesAtDodo.find((known) => known.id === id)?.status,
      status,
    ]),
  );
}

/**
 * News of the refund that we follow; or one that lives on a payment whose fee, as
 * far as we know, is still to be given back: it may be that one, made by a person.
 */
export function differenceOfRefund(listed: ListedRefund, ours: Refund): string | null {
  const isFollowed = ours.dodoRefundId === listed.id;
  const isNewsHere = isFollowed
    ? isNews(ours, listed)
    : ours.state !== 'succeeded' &&
      listed.status !== 'failed' &&
      !ours.failedDodoRefundIds.includes(listed.id);
  return isNewsHere ? `state ${ours.state} → ${listed.status} (${listed.id})` : null;
}

/** News of a refund that we do not follow. `ours` is the one that we do, if the payment has any. */
export function differenceOfForeignRefund(
  { id, status }: ListedRefund,
  { refundsAtDodo }: Payment,
  ours: Refund | undefined,
): string | null {
  if (ours?.dodoRefundId === id || ours?.failedDodoRefundIds.includes(id)) return null;
  return describe([['refund', refundsAtDodo.find((known) => known.id === id)?.status, status]]);
}

function describe(pairs: [name: string, ours: Shown, theirs: Shown][]): string | null {
  const changed = pairs.filter(([, ours, theirs]) => theirs !== undefined && toText(ours) !== toText(theirs));
  if (changed.length === 0) return null;
  return changed.map(([name, ours, theirs]) => `${name} ${toText(ours)} → ${toText(theirs)}`).join(', ');
}

function toText(value: Shown): string {
  if (value instanceof Date) return value.toISOString();
  return value === null || value === undefined ? 'none' : String(value);
}
