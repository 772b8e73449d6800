import { Injectable } from '@nestjs/common';
import { refundableSince } from '../../billing/payments/payment-concerns';
import { Clock } from '../../clock';
import type { Page, PageRequest } from '../../http/pagination';
import { ConsolePaymentsRepository } from './console-payments.repository';
import type { PaymentFilter, PaymentRow } from './console-payments.repository';

@Injectable()
export class ConsolePaymentsService {
  constructor(
    private readonly payments: ConsolePaymentsRepository,
    private readonly clock: Clock,
  ) {}

  async list(filter: PaymentFilter, page: PageRequest): Promise<Page<PaymentRow>> {
    const [items, total] = await this.payments.listPayments(filter, refundableSince(this.clock), page);
    return { items, total, ...page };
  }
}
