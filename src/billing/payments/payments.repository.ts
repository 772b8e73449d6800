import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { saveIfUnchanged } from '../../database/optimistic-save';
import { readRow } from '../../database/plain-rows';
import { CONCERN } from './payment-concerns';
import type { PaymentConcern } from './payment-concerns';
import { Payment } from './payment.entity';

@Injectable()
export class PaymentsRepository {
  constructor(private readonly database: Database) {}

  findPayment(dodoPaymentId: string): Promise<Payment | null> {
    return readRow(this.database.manager, Payment, 'dodo_payment_id = $1', [dodoPaymentId]);
  }

  /** Stores it unless someone has stored another since `seenVersion` (0: no row); says whether it did. */
  saveIfUnchanged(tx: Tx, payment: Payment, seenVersion: number): Promise<boolean> {
    return saveIfUnchanged(tx, Payment, payment, seenVersion);
  }

  /** Whether any period of the subscription itself has been paid. */
  hasPaidPeriod(dodoSubscriptionId: string): Promise<boolean> {
    return this.database.manager.existsBy(Payment, {
      dodoSubscriptionId,
      status: 'succeeded',
      planMinor: MoreThan(0),
    });
  }

  /** The succeeded payments for the subscription itself: what its periods were paid with. */
  listPaidPeriods(tx: Tx, dodoSubscriptionId: string): Promise<Payment[]> {
    return tx.findBy(Payment, { dodoSubscriptionId, status: 'succeeded', planMinor: MoreThan(0) });
  }

  hasPaidSetupFee(orgId: string): Promise<boolean> {
    return this.database.manager.existsBy(Payment, {
      orgId,
      status: 'succeeded',
      setupFeeMinor: Not(IsNull()),
    });
  }

  /** Those that wait for a person, by what for; `since` is `refundableSince`. */
  async countConcerns(since: Date): Promise<Record<PaymentConcern, number>> {
    const [row]: Record<PaymentConcern, number>[] = await this.database.manager.query(
      `SELECT (SELECT count(*)::int FROM payments payment WHERE ${CONCERN.disputed}) AS disputed,
              (SELECT count(*)::int FROM subscriptions sub JOIN payments payment USING (dodo_subscription_id)
                WHERE ${CONCERN.paid_twice}) AS paid_twice`,
      [since],
    );
    return row!;
  }
}
