import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Database } from '../../database/database';
import { randomBase62 } from '../../ids';
import { JobHandlers } from '../../jobs/job-handlers';
import { AttemptsService } from './attempts.service';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryWakeups } from './delivery-wakeups';
import { EndpointsRepository } from './endpoints.repository';
import type { Lease } from './endpoints.repository';
import { POST_TIMEOUT_SECONDS } from './safe-post';
import { Sender } from './sender';

/** Longer than a try can take, however slow the receiver and however busy this process. */
const LEASE_SECONDS = POST_TIMEOUT_SECONDS * 2;
/** Then it is someone else's turn, so that one endpoint with much to hear holds up no other. */
const MAX_TRIES_PER_TURN = 20;
const LEASE_ID_LENGTH = 22;

/**
 * Delivers, one endpoint at a time and one delivery after the other: a turn
 * belongs to whoever has the endpoint's lease, and takes what is due in order.
 * What fails steps aside until its next try, and the others go on. A process
 * that dies in a turn leaves a lease that runs out, and what it had sent without
 * telling is sent again, as the same event.
 */
@Injectable()
export class DeliveryTurnsService implements OnModuleInit, OnModuleDestroy {
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly sender: Sender,
    private readonly attempts: AttemptsService,
    private readonly wakeups: DeliveryWakeups,
    private readonly jobHandlers: JobHandlers,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobHandlers.register('webhook.deliver', ({ endpointId }) => this.takeTurn(endpointId));
    this.jobHandlers.register('webhook.deliver-slowly', ({ endpointId }) => this.takeTurn(endpointId));
  }

  /** The try that is under way is finished; the rest of its turn is planned anew. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  private async takeTurn(endpointId: string): Promise<void> {
    const lease = { endpointId, id: randomBase62(LEASE_ID_LENGTH) };
    const until = this.clock.secondsFromNow(LEASE_SECONDS);
    if (!(await this.endpoints.takeLease(lease, this.clock.now(), until))) {
      return this.lookAgainLater(endpointId);
    }
    let tries = 0;
    while (tries < MAX_TRIES_PER_TURN && !this.isStopping && (await this.deliverNext(lease))) tries += 1;
    await this.endTurn(lease);
  }

  /** Says whether the turn may go on. */
  private async deliverNext(lease: Lease): Promise<boolean> {
    const delivery = await this.deliveries.findDue(lease.endpointId, this.clock.now());
    if (!delivery) return false;
    const endpoint = await this.endpoints.renewLease(lease, this.clock.secondsFromNow(LEASE_SECONDS));
    if (!endpoint) return false;
    const event = await this.deliveries.getEvent(delivery.eventId);
    await this.attempts.record(delivery, await this.sender.send(endpoint, event, delivery.id));
    const after = await this.endpoints.findById(endpoint.id);
    // A slow one has a turn for each try, so that the others can come in between.
    return after !== null && !after.isSlow && !endpoint.isSlow;
  }

  /**
   * Plans the next turn in the commit that ends this one. Whoever had to leave
   * this turn to us made their delivery before we look, so none is forgotten.
   */
  private async endTurn(lease: Lease): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.endpoints.releaseLease(tx, lease))) return;
      const nextAt = await this.deliveries.findNextAttemptAt(tx, lease.endpointId);
      const endpoint = await this.endpoints.lockEndpoint(tx, lease.endpointId);
      if (nextAt === null || !endpoint?.enabled) return;
      await this.wakeups.deliverNext(tx, endpoint, this.clock.secondsUntil(nextAt));
    });
  }

  private async lookAgainLater(endpointId: string): Promise<void> {
    const endpoint = await this.endpoints.findById(endpointId);
    if (!endpoint?.enabled || endpoint.leasedUntil === null) return;
    const seconds = this.clock.secondsUntil(endpoint.leasedUntil);
    await this.wakeups.lookAgain(this.database.manager, endpoint, seconds);
  }
}
