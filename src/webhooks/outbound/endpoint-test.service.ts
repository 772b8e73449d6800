import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import { newId } from '../../ids';
import { toAttempt } from './attempts.service';
import { DeliveriesRepository } from './deliveries.repository';
import type { TestView } from './endpoints.dto';
import { EndpointsRepository } from './endpoints.repository';
import { EndpointsService } from './endpoints.service';
import { OutboundEventsService } from './outbound-events.service';
import { Sender } from './sender';

/**
 * Sends `webhook.test` while the caller waits: one try, whatever the endpoint is
 * subscribed to and also while it is switched off. The log shows it; whether the
 * endpoint stays on does not depend on it.
 */
@Injectable()
export class EndpointTestService {
  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsService,
    private readonly endpointRows: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly events: OutboundEventsService,
    private readonly sender: Sender,
  ) {}

  /** @throws {EndpointNotFound} 404 */
  async send(orgId: string, endpointId: string): Promise<TestView> {
    const endpoint = await this.endpoints.get(orgId, endpointId);
    const id = newId('dlv');
    const event = this.events.write({
      orgId,
      event: 'webhook.test',
      cause: `webhook.test:${id}`,
      data: { endpointId, message: 'This is a test: nothing has happened.' },
    });
    await this.deliveries.insertEvent(event);
    const sent = await this.sender.send(endpoint, event, id);
    const { httpStatus, failure, durationMs } = sent;
    await this.database.transaction(async (tx) => {
      // The log of an endpoint that was deleted meanwhile is gone as well.
      if (!(await this.endpointRows.lockEndpoint(tx, endpointId))) return;
      const delivery = { id, orgId, endpointId, eventId: event.id, event: event.event, attempt: 1, tries: 1 };
      const status = failure === null ? 'delivered' : 'failed';
      const outcome = { status, nextAttemptAt: null, httpStatus, failure, durationMs } as const;
      await this.deliveries.insertDeliveries(tx, [{ ...delivery, ...outcome, createdAt: event.createdAt }]);
      await this.deliveries.insertAttempt(tx, toAttempt({ ...delivery, attempt: 0 }, sent));
    });
    return { delivered: failure === null, httpStatus, failure };
  }
}
