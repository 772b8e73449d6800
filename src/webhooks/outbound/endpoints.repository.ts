import { Injectable } from '@nestjs/common';
import { Or, IsNull, LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { WebhookEndpoint } from './webhook-endpoint.entity';

/** The right to deliver to an endpoint, until it runs out. */
export interface Lease {
  endpointId: string;
  id: string;
}

@Injectable()
export class EndpointsRepository {
  constructor(private readonly database: Database) {}

  async insertEndpoint(tx: Tx, endpoint: WebhookEndpoint): Promise<void> {
    await tx.insert(WebhookEndpoint, endpoint);
  }

  countEndpoints(tx: Tx, orgId: string): Promise<number> {
    return tx.countBy(WebhookEndpoint, { orgId });
  }

  /** Newest first. An org has a handful. */
  listEndpoints(orgId: string): Promise<WebhookEndpoint[]> {
    return this.database.manager.find(WebhookEndpoint, {
      where: { orgId },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
  }

  findEndpoint(orgId: string, id: string): Promise<WebhookEndpoint | null> {
    return this.database.manager.findOneBy(WebhookEndpoint, { orgId, id });
  }

  findById(id: string): Promise<WebhookEndpoint | null> {
    return this.database.manager.findOneBy(WebhookEndpoint, { id });
  }

  /** Against other changes of it; deliveries may be made for it meanwhile. */
  lockEndpoint(tx: Tx, id: string): Promise<WebhookEndpoint | null> {
    return tx.findOne(WebhookEndpoint, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  async saveEndpoint(tx: Tx, id: string, changes: Partial<WebhookEndpoint>): Promise<void> {
    await tx.update(WebhookEndpoint, { id }, changes);
  }

  /** False when there was none. Its deliveries go with it. */
  async deleteEndpoint(orgId: string, id: string): Promise<boolean> {
    const { affected } = await this.database.manager.delete(WebhookEndpoint, { orgId, id });
    return affected === 1;
  }

  /** One caller gets it, while the endpoint is on and nobody holds another that has not run out. */
  async takeLease({ endpointId, id }: Lease, now: Date, until: Date): Promise<boolean> {
    const { affected } = await this.database.manager.update(
      WebhookEndpoint,
      { id: endpointId, enabled: true, leasedUntil: Or(IsNull(), LessThanOrEqual(now)) },
      { leaseId: id, leasedUntil: until },
    );
    return affected === 1;
  }

  /** The endpoint as it is now, when it is on and the lease is still ours. */
  async renewLease({ endpointId, id }: Lease, until: Date): Promise<WebhookEndpoint | null> {
    const isOurs = { id: endpointId, leaseId: id, enabled: true };
    const { affected } = await this.database.manager.update(WebhookEndpoint, isOurs, { leasedUntil: until });
    return affected === 1 ? this.findById(endpointId) : null;
  }

  /** Says whether it was still ours. The row stays locked until the transaction ends. */
  async releaseLease(tx: Tx, { endpointId, id }: Lease): Promise<boolean> {
    const { affected } = await tx.update(
      WebhookEndpoint,
      { id: endpointId, leaseId: id },
      { leaseId: null, leasedUntil: null },
    );
    return affected === 1;
  }
}
