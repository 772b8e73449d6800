import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { DeliveriesRepository } from './deliveries.repository';
import { reasonToDisable } from './delinquency.policy';
import type { DisabledReason } from './delinquency.policy';
import { nextTryDelaySeconds } from './delivery-schedule';
import { EndpointsRepository } from './endpoints.repository';
import { OutboundEventsService } from './outbound-events.service';
import type { Sent } from './sender';
import type { WebhookAttempt, WebhookDelivery } from './webhook-delivery.entity';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

/** Who takes longer waits with others that do. */
const SLOW_MS = 1_000;

/**
 * Owns what follows from a try: the log, the plan for the next one, and whether
 * the endpoint stays on. All of it is one commit, under the endpoint's lock.
 */
@Injectable()
export class AttemptsService {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly events: OutboundEventsService,
    private readonly clock: Clock,
  ) {}

  /** Nothing happens when the endpoint is gone, or another process has told of the same try. */
  async record(delivery: WebhookDelivery, sent: Sent): Promise<void> {
    await this.database.transaction(async (tx) => {
      const endpoint = await this.endpoints.lockEndpoint(tx, delivery.endpointId);
      if (!endpoint) return;
      const outcome = this.plan(delivery, sent, await this.triesBefore(tx, delivery, sent));
      const attempt = toAttempt(delivery, sent);
      if (!(await this.deliveries.saveOutcome(tx, delivery, outcome, attempt))) return;
      await this.judge(tx, endpoint, sent, outcome.status === 'failed');
    });
  }

  /** Whoever has asked for it again while it was under way was promised all its tries. */
  private async triesBefore(tx: Tx, { id, tries }: WebhookDelivery, { failure }: Sent): Promise<number> {
    return failure === null ? tries : ((await this.deliveries.findTries(tx, id)) ?? tries);
  }

  private plan(delivery: WebhookDelivery, sent: Sent, triesBefore: number) {
    const { httpStatus, failure, durationMs } = sent;
    const [attempt, tries] = [delivery.attempt + 1, triesBefore + 1];
    const delay = isFinal(sent) ? null : nextTryDelaySeconds(tries, sent.retryAfterSeconds);
    const status = failure === null ? 'delivered' : delay === null ? 'failed' : 'pending';
    const nextAttemptAt = delay === null ? null : this.clock.secondsFromNow(delay);
    return { attempt, tries, httpStatus, failure, durationMs, status, nextAttemptAt } as const;
  }

  private async judge(tx: Tx, endpoint: WebhookEndpoint, sent: Sent, isLast: boolean): Promise<void> {
    const isSlow = sent.durationMs > SLOW_MS;
    if (sent.failure === null) {
      return this.endpoints.saveEndpoint(tx, endpoint.id, { isSlow, failingSince: null });
    }
    // That is our own fault, and nothing was sent.
    if (sent.failure === 'secret_unreadable') return;
    const failingSince = endpoint.failingSince ?? sent.at;
    await this.endpoints.saveEndpoint(tx, endpoint.id, { isSlow, failingSince });
    if (sent.retryAfterSeconds !== null) await this.pause(tx, endpoint, sent.retryAfterSeconds);
    const reason = reasonToDisable({ httpStatus: sent.httpStatus, isLast, failingSince }, this.clock.now());
    if (reason !== null && endpoint.enabled) await this.disable(tx, endpoint, reason);
  }

  /** What asks for a rest means the endpoint, not this one delivery. */
  private async pause(tx: Tx, { id }: WebhookEndpoint, seconds: number): Promise<void> {
    const pausedUntil = this.clock.secondsFromNow(seconds);
    await this.endpoints.saveEndpoint(tx, id, { pausedUntil });
    await this.deliveries.savePause(tx, id, pausedUntil);
  }

  private async disable(tx: Tx, { id, orgId, url }: WebhookEndpoint, reason: DisabledReason): Promise<void> {
    const disabledAt = this.clock.now();
    await this.endpoints.saveEndpoint(tx, id, {
      enabled: false,
      disabledReason: reason,
      disabledAt,
      updatedAt: disabledAt,
    });
    this.logger.warn(`Endpoint ${id} of organization ${orgId} is switched off: ${reason}`);
    await this.events.publish(tx, [
      {
        orgId,
        event: 'webhook.disabled',
        cause: `webhook.disabled:${id}:${disabledAt.toISOString()}`,
        data: { endpointId: id, url, reason, disabledAt: disabledAt.toISOString() },
      },
    ]);
  }
}

/** Trying again can't help where everything is said. */
function isFinal({ failure }: Sent): boolean {
  return failure === null || failure === 'gone';
}

export function toAttempt(
  delivery: Pick<WebhookDelivery, 'id' | 'orgId' | 'attempt'>,
  sent: Sent,
): WebhookAttempt {
  return {
    deliveryId: delivery.id,
    attempt: delivery.attempt + 1,
    orgId: delivery.orgId,
    attemptedAt: sent.at,
    httpStatus: sent.httpStatus,
    failure: sent.failure,
    durationMs: sent.durationMs,
    response: sent.response,
  };
}
