import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { Payment } from '../payments/payment.entity';
import { REFUND_FAILED } from '../refunds/refund-policy';
import { Refund } from '../refunds/refund.entity';
import type { RefundState } from '../refunds/refund-state';
import { Subscription } from '../subscriptions/subscription.entity';

/** An object of ours that Dodo is to be asked about by its id. */
export interface HeldObject {
  id: string;
  orgId: string;
}

export interface HeldRefund extends HeldObject {
  state: RefundState;
}

/**
 * Each half by an index of its own: with OR, all payments would be walked every hour. Every payment with a fee is compared
 * with the refunds, so that is done with ids alone, which the indexes have: the rows are read of what is found.
 */
export const INCOMPLETE_PAYMENTS = `
  (SELECT dodo_payment_id AS id, org_id AS "orgId" FROM payments
    WHERE dodo_payment_id > $1 AND status = 'succeeded' AND total_minor > 0 AND NOT has_line_items
    ORDER BY dodo_payment_id LIMIT $2)
  UNION ALL
  (SELECT dodo_payment_id, org_id FROM payments
    WHERE dodo_payment_id = ANY (ARRAY(
      SELECT dodo_payment_id FROM payments fee
       WHERE dodo_payment_id > $1 AND status = 'succeeded' AND setup_fee_minor IS NOT NULL
         AND NOT EXISTS (SELECT FROM refunds WHERE refunds.dodo_payment_id = fee.dodo_payment_id)
       ORDER BY dodo_payment_id LIMIT $2)))
  ORDER BY id LIMIT $2`;

/** By an index each. With any other word, as far as Dodo says, a dispute has come to its end. */
export const UNDECIDED_PAYMENTS = `
  (SELECT dodo_payment_id AS id, org_id AS "orgId" FROM payments
    WHERE dodo_payment_id > $1 AND disputes_at_dodo @> '[{"status": "opened"}]'
    ORDER BY dodo_payment_id LIMIT $2)
  UNION
  (SELECT dodo_payment_id, org_id FROM payments
    WHERE dodo_payment_id > $1 AND disputes_at_dodo @> '[{"status": "challenged"}]'
    ORDER BY dodo_payment_id LIMIT $2)
  ORDER BY id LIMIT $2`;

/** What we hold, for comparison: many rows at once, and those of which Dodo may know more. */
@Injectable()
export class HeldObjectsRepository {
  constructor(private readonly database: Database) {}

  listSubscriptions(ids: string[]): Promise<Subscription[]> {
    return this.database.manager.findBy(Subscription, { dodoSubscriptionId: In(ids) });
  }

  listPayments(ids: string[]): Promise<Payment[]> {
    return this.database.manager.findBy(Payment, { dodoPaymentId: In(ids) });
  }

  listRefundsOf(dodoPaymentIds: string[]): Promise<Refund[]> {
    return this.database.manager.findBy(Refund, { dodoPaymentId: In(dodoPaymentIds) });
  }

  async saveSeen(tx: Tx, subscriptionIds: string[], reconciliationId: string): Promise<void> {
    if (subscriptionIds.length === 0) return;
    await tx.update(
      Subscription,
      { dodoSubscriptionId: In(subscriptionIds) },
      { seenByReconciliationId: reconciliationId },
    );
  }

  /** Subscriptions that may still change and were not in Dodo's list, from `afterId` on. */
  listUnseenSubscriptions(reconciliationId: string, afterId: string, limit: number): Promise<HeldObject[]> {
    return this.database.manager.query(
      `SELECT dodo_subscription_id AS id, org_id AS "orgId" FROM subscriptions
        WHERE status NOT IN ('cancelled', 'expired', 'failed')
          AND seen_by_reconciliation_id IS DISTINCT FROM $1 AND dodo_subscription_id > $2
        ORDER BY dodo_subscription_id LIMIT $3`,
      [reconciliationId, afterId, limit],
    );
  }

  /** Succeeded payments whose lines are not known, and those whose fee nobody owes. */
  listIncompletePayments(afterId: string, limit: number): Promise<HeldObject[]> {
    return this.database.manager.query(INCOMPLETE_PAYMENTS, [afterId, limit]);
  }

  /** Payments with a dispute that waits for an answer, or for what the bank makes of it. */
  listUndecidedPayments(afterId: string, limit: number): Promise<HeldObject[]> {
    return this.database.manager.query(UNDECIDED_PAYMENTS, [afterId, limit]);
  }

  listUnsettledRefunds(afterId: string, limit: number): Promise<HeldRefund[]> {
    return this.database.manager.query(
      `SELECT id, org_id AS "orgId", state FROM refunds
        WHERE id > $1
          AND (state IN ('owed', 'requested', 'pending', 'review')
            OR (state = 'failed' AND failure_code = '${REFUND_FAILED}'))
        ORDER BY id LIMIT $2`,
      [afterId, limit],
    );
  }
}
