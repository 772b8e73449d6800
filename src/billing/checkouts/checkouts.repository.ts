import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { readRow, readRows } from '../../database/plain-rows';
import { Checkout } from './checkout.entity';
import type { CheckoutStatus } from './checkout.entity';

@Injectable()
export class CheckoutsRepository {
  constructor(private readonly database: Database) {}

  async insertCheckout(tx: Tx, checkout: Checkout): Promise<void> {
    await tx.insert(Checkout, checkout);
  }

  findCheckout(id: string): Promise<Checkout | null> {
    return readRow(this.database.manager, Checkout, 'id = $1', [id]);
  }

  findByDodoSession(dodoSessionId: string): Promise<Checkout | null> {
    return readRow(this.database.manager, Checkout, 'dodo_session_id = $1', [dodoSessionId]);
  }

  /**
   * The org's checkouts of plans since then that may have been paid, as far as we know: a session that is open, or a
   * payment whose subscription is not known, or not set up. Newest first.
   */
  listUndecidedPlans(orgId: string, since: Date): Promise<Checkout[]> {
    return readRows(
      this.database.manager,
      Checkout,
      `org_id = $1 AND created_at > $2 AND plan_id IS NOT NULL AND status IN ('open', 'completed')
         AND NOT EXISTS (SELECT FROM subscriptions bought
                          WHERE bought.dodo_subscription_id = checkouts.dodo_subscription_id
                            AND bought.status <> 'pending')
       ORDER BY created_at DESC`,
      [orgId, since],
    );
  }

  /**
   * A webhook may have completed the checkout before our own answer to it was written: that stays. False when the
   * session is another checkout's.
   */
  async saveOpen(tx: Tx, id: string, dodoSessionId: string, at: Date): Promise<boolean> {
    const [, affected]: [unknown[], number] = await tx.query(
      `UPDATE checkouts SET dodo_session_id = $2, updated_at = $3,
              status = CASE status WHEN 'completed' THEN status ELSE 'open' END
        WHERE id = $1 AND NOT EXISTS (SELECT FROM checkouts other WHERE other.dodo_session_id = $2 AND other.id <> $1)`,
      [id, dodoSessionId, at],
    );
    return affected === 1;
  }

  async saveFailed(
    tx: Tx,
    id: string,
    failure: { status: CheckoutStatus; code: string; message: string; at: Date },
  ): Promise<void> {
    await tx.update(
      Checkout,
      { id, status: 'requested' },
      {
        status: failure.status,
        failureCode: failure.code,
        failureMessage: failure.message,
        updatedAt: failure.at,
      },
    );
  }

  /** Says whether it was not completed before. */
  async saveCompleted(
    tx: Tx,
    id: string,
    paid: { dodoPaymentId: string; dodoSubscriptionId: string | null; at: Date },
  ): Promise<boolean> {
    const [, affected]: [unknown[], number] = await tx.query(
      `UPDATE checkouts SET status = 'completed', dodo_payment_id = $2, dodo_subscription_id = $3, completed_at = $4,
              updated_at = $4
        WHERE id = $1 AND status IN ('requested', 'open', 'unknown')`,
      [id, paid.dodoPaymentId, paid.dodoSubscriptionId, paid.at],
    );
    return affected === 1;
  }
}
