import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { saveIfUnchanged } from '../../database/optimistic-save';
import { readRow, readRows } from '../../database/plain-rows';
import { newId } from '../../ids';
import { hasNoJob } from '../../jobs/job-queue';
import { Subscription } from './subscription.entity';
import type { Surplus } from './subscription.entity';

/** The key of the job that ends one that is one too many is this and the subscription's id. */
export const ENDED_UNDER = 'surplus:';

@Injectable()
export class SubscriptionsRepository {
  constructor(private readonly database: Database) {}

  findSubscription(dodoSubscriptionId: string): Promise<Subscription | null> {
    return readRow(this.database.manager, Subscription, 'dodo_subscription_id = $1', [dodoSubscriptionId]);
  }

  getSubscription(dodoSubscriptionId: string): Promise<Subscription> {
    return this.database.manager.findOneByOrFail(Subscription, { dodoSubscriptionId });
  }

  /** All of an org's: a handful at most. */
  listByOrg(orgId: string, tx: Tx = this.database.manager): Promise<Subscription[]> {
    return readRows(tx, Subscription, 'org_id = $1', [orgId]);
  }

  /** Stores it, unless someone has stored another since the version before it; says whether it did. */
  saveIfUnchanged(tx: Tx, subscription: Subscription): Promise<boolean> {
    return saveIfUnchanged(tx, Subscription, subscription);
  }

  async saveSurplus(tx: Tx, dodoSubscriptionId: string, surplus: Surplus | null): Promise<void> {
    await tx.update(Subscription, { dodoSubscriptionId }, { surplus });
  }

  /** Ids of those of our plans that are one too many, have not ended, are not set to end where that is enough, and have no job. */
  async listForgottenSurplus(limit: number): Promise<string[]> {
    const rows: { id: string }[] = await this.database.manager.query(
      `SELECT dodo_subscription_id AS id FROM subscriptions
        WHERE surplus IS NOT NULL AND plan_id IS NOT NULL AND status IN ('active', 'past_due', 'on_hold', 'paused')
          AND (surplus = 'second_trial' OR NOT cancel_at_period_end)
          AND ${hasNoJob(`'${ENDED_UNDER}' || dodo_subscription_id`)}
        ORDER BY dodo_subscription_id LIMIT $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** For the history; once for each stored version, however often the save is tried. */
  async insertPlanChange(tx: Tx, from: Subscription, to: Subscription): Promise<void> {
    await tx.query(
      `INSERT INTO plan_changes
              (public_id, org_id, dodo_subscription_id, from_plan_id, to_plan_id, subscription_version, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [newId('chg'), to.orgId, to.dodoSubscriptionId, from.planId, to.planId, to.version, to.syncedAt],
    );
  }
}
