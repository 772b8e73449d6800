import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import type { Operator } from '../../auth/operator';
import type { OperatorAction } from '../../auth/operator-action.entity';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import { refundableSince } from '../../billing/payments/payment-concerns';
import { PaymentsByHand } from '../../billing/payments/payments-by-hand.service';
import { Clock } from '../../clock';
import type { Page, PageRequest } from '../../http/pagination';
import { ConsolePaymentsRepository } from './console-payments.repository';
import type { PaymentDetail, PaymentFilter, PaymentRow } from './console-payments.repository';

@Injectable()
export class ConsolePaymentsService {
  constructor(
    private readonly payments: ConsolePaymentsRepository,
    private readonly byHand: PaymentsByHand,
    private readonly log: OperatorActionsRepository,
    private readonly clock: Clock,
  ) {}

  async list(filter: PaymentFilter, page: PageRequest): Promise<Page<PaymentRow>> {
    const [items, total] = await this.payments.listPayments(filter, refundableSince(this.clock), page);
    return { items, total, ...page };
  }

  /** @throws {AppError} 404 */
  async get(id: string): Promise<{ payment: PaymentDetail; actions: OperatorAction[] }> {
    const since = refundableSince(this.clock);
    const payment = await this.payments.findPayment(id, since);
    if (!payment) throw AppError.notFound(`There is no payment ${quote(id)}.`);
    return { payment, actions: await this.log.listLatestOn(id) };
  }

  /** @throws {AppError} 404, 409 */
  async keep(id: string, by: Operator): Promise<void> {
    await this.get(id);
    await this.byHand.keep(id, by);
  }
}
