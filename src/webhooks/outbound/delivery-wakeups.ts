import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database';
import { JobQueue } from '../../jobs/job-queue';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

type Target = Pick<WebhookEndpoint, 'id' | 'isSlow'>;

/**
 * Asks for a look at what is due to an endpoint. Each reason has a key of its
 * own, so that one that is for later never takes the place of one that is for now.
 */
@Injectable()
export class DeliveryWakeups {
  constructor(private readonly jobs: JobQueue) {}

  /** Something new is due. */
  deliverNow(tx: Tx, endpoint: Target): Promise<void> {
    return this.enqueue(tx, endpoint, 'now', 0);
  }

  /** For what is left when a turn ends: only who holds the endpoint's row may plan it. */
  deliverNext(tx: Tx, endpoint: Target, delaySeconds: number): Promise<void> {
    return this.enqueue(tx, endpoint, 'next', delaySeconds);
  }

  /** Someone else delivers to it; should that process die, this finds out. */
  lookAgain(tx: Tx, endpoint: Target, delaySeconds: number): Promise<void> {
    return this.enqueue(tx, endpoint, 'held', delaySeconds);
  }

  private enqueue(tx: Tx, { id, isSlow }: Target, reason: string, delaySeconds: number): Promise<void> {
    const job = isSlow ? 'webhook.deliver-slowly' : 'webhook.deliver';
    return this.jobs.enqueue(tx, job, { endpointId: id }, { key: `webhook-${reason}:${id}`, delaySeconds });
  }
}
