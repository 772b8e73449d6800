import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import type { Operator } from '../../auth/operator';
import type { OperatorAction } from '../../auth/operator-action.entity';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import type { RefundState } from '../../billing/refunds/refund-state';
import { RefundsByHand } from '../../billing/refunds/refunds-by-hand.service';
import type { Page, PageRequest } from '../../http/pagination';
import { ConsoleRefundsRepository } from './console-refunds.repository';
import type { RefundRow } from './console-refunds.repository';

@Injectable()
export class ConsoleRefundsService {
  constructor(
    private readonly refunds: ConsoleRefundsRepository,
    private readonly byHand: RefundsByHand,
    private readonly log: OperatorActionsRepository,
  ) {}

  async list(state: RefundState | undefined, page: PageRequest): Promise<Page<RefundRow>> {
    const [items, total] = await this.refunds.listRefunds(state, page);
    return { items, total, ...page };
  }

  /** @throws {AppError} 404 */
  async get(id: string): Promise<{ refund: RefundRow; actions: OperatorAction[] }> {
    const refund = await this.refunds.findRefund(id);
    if (!refund) throw AppError.notFound(`There is no refund ${quote(id)}.`);
    const actions = await this.log.listLatestOn(id);
    return { refund, actions };
  }

  retry(id: string, by: Operator): Promise<void> {
    return this.byHand.retry(id, by);
  }

  settle(id: string, by: Operator): Promise<void> {
    return this.byHand.settle(id, by);
  }
}
