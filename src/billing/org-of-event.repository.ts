import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { DodoMetadata } from '../dodo/dodo.types';

/** What a Dodo object says about whom it belongs to. */
export interface Belonging {
  subscriptionId: string | null;
  checkoutSessionId: string | null;
  customerId: string | null;
  metadata: DodoMetadata;
}

@Injectable()
export class OrgOfEventRepository {
  constructor(private readonly database: Database) {}

  /** By our own records first, what was paid for a subscription among them, and by the object's metadata last. */
  async findOrgId(belonging: Belonging): Promise<string | null> {
    const { subscriptionId, checkoutSessionId, customerId, metadata } = belonging;
    const [row]: { orgId: string | null }[] = await this.database.manager.query(
      `SELECT coalesce(
         (SELECT org_id FROM subscriptions WHERE dodo_subscription_id = $1),
         (SELECT org_id FROM payments WHERE dodo_subscription_id = $1 LIMIT 1),
         (SELECT org_id FROM checkouts WHERE dodo_session_id = $2),
         (SELECT id FROM organizations WHERE dodo_customer_id = $3),
         (SELECT id FROM organizations WHERE id = $4)) AS "orgId"`,
      [subscriptionId, checkoutSessionId, customerId, metadata.org_id ?? null],
    );
    return row!.orgId;
  }
}
