import { Injectable } from '@nestjs/common';
import type { Operator } from '../../auth/operator';
import { OperatorActionsRepository } from '../../auth/operator-actions.repository';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import type { Page } from '../../http/pagination';
import { viewOfDelivery } from './deliveries.dto';
import type { DeliveryView, ListDeliveriesRequest } from './deliveries.dto';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryWakeups } from './delivery-wakeups';
import { EndpointsRepository } from './endpoints.repository';
import { EndpointsService } from './endpoints.service';
import { DeliveryNotFound, EndpointConflict, EndpointNotFound } from './webhooks.errors';

/** Owns what is shown of each event's way to each endpoint, and sending it again. */
@Injectable()
export class DeliveryLogService {
  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsService,
    private readonly endpointRows: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly wakeups: DeliveryWakeups,
    private readonly log: OperatorActionsRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {EndpointNotFound} 404 */
  async list(
    orgId: string,
    endpointId: string,
    { status, limit, offset }: ListDeliveriesRequest,
  ): Promise<Page<DeliveryView>> {
    await this.endpoints.get(orgId, endpointId);
    const [deliveries, total] = await this.deliveries.listDeliveries(endpointId, status, { limit, offset });
    const attempts = await this.deliveries.listAttempts(deliveries.map(({ id }) => id));
    return { items: deliveries.map((delivery) => viewOfDelivery(delivery, attempts)), total, limit, offset };
  }

  /**
   * The same event again, at once, with all its tries before it; whatever has become of it so far.
   * @throws {AppError} 404, 409 while the endpoint is switched off
   */
  redeliver(orgId: string, endpointId: string, id: string, call: IdempotentCall): Promise<DeliveryView> {
    return this.database.transaction(async (tx) => {
      const answer = await this.sendAgain(tx, orgId, endpointId, id);
      await call.complete(tx, answer);
      return answer;
    });
  }

  /** The operator does the same for a customer, and it is logged. @throws {AppError} as above */
  async redeliverByHand(orgId: string, endpointId: string, id: string, by: Operator): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { attempt } = await this.sendAgain(tx, orgId, endpointId, id);
      const outcome = `after ${attempt} tries`;
      await this.log.insertAction(tx, by, { what: 'webhook_delivery.redeliver', target: id, orgId, outcome });
    });
  }

  private async sendAgain(tx: Tx, orgId: string, endpointId: string, id: string): Promise<DeliveryView> {
    const endpoint = await this.endpointRows.lockEndpoint(tx, endpointId);
    if (endpoint?.orgId !== orgId) throw new EndpointNotFound(endpointId);
    const delivery = await this.deliveries.findDelivery(endpointId, id);
    if (!delivery) throw new DeliveryNotFound(id);
    if (!endpoint.enabled) throw EndpointConflict.disabled();
    const again = { status: 'pending', tries: 0, nextAttemptAt: this.clock.now() } as const;
    await this.deliveries.saveDueAgain(tx, id, again);
    await this.wakeups.deliverNow(tx, endpoint);
    const attempts = await this.deliveries.listAttempts([id]);
    return viewOfDelivery(Object.assign(delivery, again), attempts);
  }
}
