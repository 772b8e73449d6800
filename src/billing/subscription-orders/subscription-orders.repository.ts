import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan, Not } from 'typeorm';
import { Database } from '../../database/database';
import type { Tx } from '../../database/database';
import { insertIfAbsent } from '../../database/plain-rows';
import { SubscriptionOrder } from './subscription-order.entity';
import type { SubscriptionOrderState } from './subscription-order.entity';

/** The code of an order that is done, says Dodo, and that a read after it did not show. */
export const NOT_SHOWN_YET = 'not_shown_yet';

/** Says of an order to end that nobody of the org has given it. */
export const SET_TO_END_AS_SECOND = 'One too many: second_subscription';

/** What was ordered something of: by its org, as orders are found by that. */
type Ordered = Pick<SubscriptionOrder, 'orgId' | 'dodoSubscriptionId'>;

@Injectable()
export class SubscriptionOrdersRepository {
  constructor(private readonly database: Database) {}

  /** False while another order for the same subscription is under way. */
  insertOrder(tx: Tx, order: SubscriptionOrder): Promise<boolean> {
    return insertIfAbsent(tx, SubscriptionOrder, order);
  }

  findOrder(id: string): Promise<SubscriptionOrder | null> {
    return this.database.manager.findOneBy(SubscriptionOrder, { id });
  }

  /** Whether Dodo was asked for something since then, and its answer was lost, or has not come true where it was read. */
  isUnclear({ orgId, dodoSubscriptionId }: Ordered, since: Date): Promise<boolean> {
    return this.database.manager.existsBy(SubscriptionOrder, {
      orgId,
      dodoSubscriptionId,
      state: In(['unknown', 'done'] satisfies SubscriptionOrderState[]),
      // Null is not among them: what was done and seen has no code.
      failureCode: Not(In(['abandoned'])),
      settledAt: MoreThan(since),
    });
  }

  /** Whether the subscription is set to end by an order of ours, and nobody of the org has said anything of an end since. */
  async isSetToEndAsSecond({ orgId, dodoSubscriptionId }: Ordered): Promise<boolean> {
    const rows: { isOurs: boolean }[] = await this.database.manager.query(
      `SELECT comment IS NOT DISTINCT FROM $3 AS "isOurs" FROM subscription_orders
        WHERE org_id = $1 AND (kind = 'cancel' AND state IN ('done', 'unknown') OR kind = 'resume' AND state = 'done')
          AND (dodo_subscription_id = $2 OR comment IS DISTINCT FROM $3)
        ORDER BY created_at DESC, 1 LIMIT 1`,
      [orgId, dodoSubscriptionId, SET_TO_END_AS_SECOND],
    );
    return rows[0]?.isOurs ?? false;
  }

  /** Gives up on orders whose process has died: nobody will settle them any more. */
  async saveAbandoned({ orgId, dodoSubscriptionId }: Ordered, olderThan: Date, at: Date): Promise<void> {
    await this.database.manager.update(
      SubscriptionOrder,
      { orgId, dodoSubscriptionId, state: 'requested', createdAt: LessThan(olderThan) },
      { state: 'unknown', failureCode: 'abandoned', settledAt: at },
    );
  }

  async saveSettled(
    tx: Tx,
    id: string,
    outcome: { state: SubscriptionOrderState; code: string | null; message: string | null; at: Date },
  ): Promise<void> {
    await tx.update(
      SubscriptionOrder,
      { id },
      {
        state: outcome.state,
        failureCode: outcome.code,
        failureMessage: outcome.message,
        settledAt: outcome.at,
      },
    );
  }
}
