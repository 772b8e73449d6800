import { Injectable } from '@nestjs/common';
import { AppError, quote } from '../../app-error';
import type { Operator } from '../../auth/operator';
import type { OperatorAction } from '../../auth/operator-action.entity';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import type { Page, PageRequest } from '../../http/pagination';
import type { AttemptView } from '../../webhooks/outbound/deliveries.dto';
import { DeliveryLogService } from '../../webhooks/outbound/delivery-log.service';
import { ConsoleDeliveriesRepository } from './console-deliveries.repository';
import type { DeliveryFilter, DeliveryRow } from './console-deliveries.repository';

export interface DeliveryDetail {
  delivery: DeliveryRow & { body: string };
  attempts: AttemptView[];
  actions: OperatorAction[];
}

@Injectable()
export class ConsoleDeliveriesService {
  constructor(
    private readonly rows: ConsoleDeliveriesRepository,
    private readonly deliveries: DeliveryLogService,
    private readonly log: OperatorActionsRepository,
  ) {}

  async list(filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliveryRow>> {
    const [items, total] = await this.rows.listDeliveries(filter, page);
    return { items, total, ...page };
  }

  /** @throws {AppError} 404 */
  async get(id: string): Promise<DeliveryDetail> {
    const delivery = await this.find(id);
    const [attempts, actions] = await Promise.all([this.rows.listAttempts(id), this.log.listLatestOn(id)]);
    return { delivery, attempts, actions };
  }

  /** @throws {AppError} 404, 409 while the endpoint is switched off */
  async redeliver(id: string, by: Operator): Promise<void> {
    const { orgId, endpointId } = await this.find(id);
    await this.deliveries.redeliverByHand(orgId, endpointId, id, by);
  }

  private async find(id: string): Promise<DeliveryRow & { body: string }> {
    const delivery = await this.rows.findDelivery(id);
    if (!delivery) throw AppError.notFound(`There is no delivery ${quote(id)}.`);
    return delivery;
  }
}
