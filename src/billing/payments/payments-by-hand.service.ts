import { Injectable } from '@nestjs/common';
import { AppError } from '../../app-error';
import type { Operator } from '../../auth/operator';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import { refundableSince } from './payment-concerns';
import { PaymentsRepository } from './payments.repository';

/** What a person may say of a payment. It moves no money: that is done at Dodo. */
@Injectable()
export class PaymentsByHand {
  constructor(
    private readonly database: Database,
    private readonly payments: PaymentsRepository,
    private readonly log: OperatorActionsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * That what was paid for a second subscription is not to be given back. The entry in the log is what says so.
   * @throws {AppError} 409 when the payment does not wait for that, or any more
   */
  async keep(dodoPaymentId: string, by: Operator): Promise<void> {
    await this.database.transaction(async (tx) => {
      const paid = await this.payments.lockPaidTwice(tx, dodoPaymentId, refundableSince(this.clock));
      if (!paid)
        throw new AppError(409, 'conflict', 'The payment waits for nobody: load the page again to see why.');
      await this.log.insertAction(tx, by, { what: 'payment.keep', target: dodoPaymentId, orgId: paid.orgId });
    });
  }
}
