import type { Clock } from '../../clock';
import { PAYS_FOR_A_PERIOD } from './paid-period';

/** What the machine does not settle by itself, of payments that it has stored. */
export const PAYMENT_CONCERNS = ['disputed', 'paid_twice'] as const;

export type PaymentConcern = (typeof PAYMENT_CONCERNS)[number];

/** What Dodo's help says. Its API has a window of its own, which it does not tell. */
const REFUND_WINDOW_SECONDS = 30 * 86_400;

/** Payments that are older can't be given back at Dodo any more: nothing waits for a person there. */
export function refundableSince(clock: Clock): Date {
  return clock.secondsFromNow(-REFUND_WINDOW_SECONDS);
}

/**
 * Whether all of what the plan of a `payment` cost has been given back, or is about to be, by whomever. What Dodo calls
 * whole is all of it, though it may be worth less by then; amounts in another currency can't be compared, and what came
 * back of the fee is nothing of the plan's.
 */
const IS_GIVEN_BACK = `
  (SELECT coalesce(bool_or(NOT made."isPartial"), false)
          OR coalesce(sum(made."amountMinor") FILTER (
               WHERE coalesce(made.currency, payment.currency) = payment.currency
                 AND NOT EXISTS (SELECT FROM refunds fee
                                  WHERE fee.dodo_payment_id = payment.dodo_payment_id AND fee.dodo_refund_id = made.id)),
                      0) >= payment.plan_minor
     FROM jsonb_to_recordset(payment.refunds_at_dodo)
            AS made (id text, status text, "amountMinor" bigint, currency text, "isPartial" boolean)
    WHERE made.status <> 'failed')`;

/**
 * In SQL, of a `payment` and its subscription, if any, as `sub`; `$1` is {@link refundableSince}. Disputed: the
 * customer's bank waits for an answer. Paid twice: it was for a second subscription of the org, which is not charged
 * again, not all of what the plan cost has been given back, and nobody has said that it is to be kept.
 */
export const CONCERN: Record<PaymentConcern, string> = {
  disputed: `payment.disputes_at_dodo @> '[{"status": "opened"}]'`,
  paid_twice: `
    (sub.surplus = 'second_subscription' AND ${PAYS_FOR_A_PERIOD}
      AND payment.dodo_created_at > $1::timestamptz AND NOT ${IS_GIVEN_BACK}
      AND NOT EXISTS (SELECT FROM operator_actions kept
                       WHERE kept.target = payment.dodo_payment_id AND kept.what = 'payment.keep'))`,
};
