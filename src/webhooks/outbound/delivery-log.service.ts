import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import type { Page } from '../../http/pagination';
import { JobHandlers } from '../../jobs/job-handlers';
import { JobQueue } from '../../jobs/job-queue';
import { viewOfDelivery } from './deliveries.dto';
import type { DeliveryView, ListDeliveriesRequest } from './deliveries.dto';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryWakeups } from './delivery-wakeups';
import { EndpointsRepository } from './endpoints.repository';
import { EndpointsService } from './endpoints.service';
import { DeliveryNotFound, EndpointConflict, EndpointNotFound } from './webhooks.errors';

const KEPT_SECONDS = 30 * 24 * 3600;
const SWEEP_EVERY_SECONDS = 3600;
const DELETED_AT_A_TIME = 1_000;
/** What is due is sent within seconds; whatever has waited for longer was forgotten. */
const OVERDUE_SECONDS = 600;

/** Owns what became of each event on its way to each endpoint: what is shown of it, for how long, and sending it again. */
@Injectable()
export class DeliveryLogService implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsService,
    private readonly endpointRows: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly wakeups: DeliveryWakeups,
    private readonly jobs: JobQueue,
    private readonly jobHandlers: JobHandlers,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('webhook.sweep', () => this.sweep());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.planSweep(0);
  }

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
      const endpoint = await this.endpointRows.lockEndpoint(tx, endpointId);
      if (endpoint?.orgId !== orgId) throw new EndpointNotFound(endpointId);
      const delivery = await this.deliveries.findDelivery(endpointId, id);
      if (!delivery) throw new DeliveryNotFound(id);
      if (!endpoint.enabled) throw EndpointConflict.disabled();
      const again = { status: 'pending', tries: 0, nextAttemptAt: this.clock.now() } as const;
      await this.deliveries.saveDueAgain(tx, id, again);
      await this.wakeups.deliverNow(tx, endpoint);
      const attempts = await this.deliveries.listAttempts([id]);
      const answer = viewOfDelivery(Object.assign(delivery, again), attempts);
      await call.complete(tx, answer);
      return answer;
    });
  }

  /** Forgets what is old, and looks again at what should have gone out: a job can be lost, a row can't. */
  private async sweep(): Promise<void> {
    const before = this.clock.secondsFromNow(-KEPT_SECONDS);
    while ((await this.deliveries.deleteOlderThan(before, DELETED_AT_A_TIME)) === DELETED_AT_A_TIME);
    const overdue = await this.deliveries.listOverdueEndpoints(this.clock.secondsFromNow(-OVERDUE_SECONDS));
    for (const endpoint of overdue) {
      this.logger.warn(`Endpoint ${endpoint.id} has deliveries whose time has long come`);
      await this.wakeups.deliverNow(this.database.manager, endpoint);
    }
    await this.planSweep(SWEEP_EVERY_SECONDS);
  }

  private planSweep(delaySeconds: number): Promise<void> {
    return this.jobs.enqueue(
      this.database.manager,
      'webhook.sweep',
      {},
      { key: 'webhook-sweep', delaySeconds },
    );
  }
}
