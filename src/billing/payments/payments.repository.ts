import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { saveIfUnchanged } from '../../database/optimistic-save';
import { readRow } from '../../database/plain-rows';
import { CONCERN } from './payment-concerns';
import { PAYS_FOR_A_PERIOD } from './paid-period';
import { Payment } from './payment.entity';

const WITH_SUBSCRIPTION = 'subscriptions sub JOIN payments payment USING (dodo_subscription_id)';

@Injectable()
export class PaymentsRepository {
  constructor(private readonly database: Database) {}

  findPayment(dodoPaymentId: string): Promise<Payment | null> {
    return readRow(this.database.manager, Payment, 'dodo_payment_id = $1', [dodoPaymentId]);
  }

  /** Stores it, unless someone has stored another since the version before it; says whether it did. */
  saveIfUnchanged(tx: Tx, payment: Payment): Promise<boolean> {
    return saveIfUnchanged(tx, Payment, payment);
  }

  /** Whether any period of the subscription itself has been paid. */
  async hasPaidPeriod(dodoSubscriptionId: string, tx: Tx = this.database.manager): Promise<boolean> {
    const [row]: { isPaid: boolean }[] = await tx.query(
      `SELECT EXISTS (SELECT FROM payments payment
                       WHERE dodo_subscription_id = $1 AND ${PAYS_FOR_A_PERIOD}) AS "isPaid"`,
      [dodoSubscriptionId],
    );
    return row!.isPaid;
  }

  hasPaidSetupFee(orgId: string): Promise<boolean> {
    return this.database.manager.existsBy(Payment, {
      orgId,
      status: 'succeeded',
      setupFeeMinor: Not(IsNull()),
    });
  }

  /** Its org, when the payment is one that nobody has given back, of all since `refundableSince`; locks it. */
  async lockPaidTwice(tx: Tx, dodoPaymentId: string, since: Date): Promise<{ orgId: string } | null> {
    // The lock first: what another one has done meanwhile is seen only by a statement that begins after it.
    await tx.query('SELECT FROM payments WHERE dodo_payment_id = $1 FOR NO KEY UPDATE', [dodoPaymentId]);
    const [row]: { orgId: string }[] = await tx.query(
      `SELECT payment.org_id AS "orgId" FROM ${WITH_SUBSCRIPTION}
        WHERE ${CONCERN.paid_twice} AND payment.dodo_payment_id = $2`,
      [since, dodoPaymentId],
    );
    return row ?? null;
  }

  /** Those with a dispute that waits for an answer. */
  async countDisputed(): Promise<number> {
    return this.count(`payments payment WHERE ${CONCERN.disputed}`, []);
  }

  /** Those that nobody has given back, of all since `refundableSince`. */
  async countPaidTwice(since: Date): Promise<number> {
    return this.count(`${WITH_SUBSCRIPTION} WHERE ${CONCERN.paid_twice}`, [since]);
  }

  private async count(from: string, parameters: unknown[]): Promise<number> {
    const [row]: { count: number }[] = await this.database.manager.query(
      `SELECT count(*)::int AS count FROM ${from}`,
      parameters,
    );
    return row!.count;
  }
}
