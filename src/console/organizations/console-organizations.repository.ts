import { Injectable } from '@nestjs/common';
import type { BillingStatus } from '../../auth/billing-status';
import { Database } from '../../database/database';
import type { Subscription } from '../../billing/subscriptions/subscription.entity';
import type { PageRequest } from '../../http/pagination';

export interface OrganizationRow {
  id: string;
  name: string;
  email: string;
  billingStatus: BillingStatus;
  planName: string | null;
  suspendedAt: Date | null;
  createdAt: Date;
}

export interface SubscriptionRow extends Pick<Subscription, 'status' | 'currentPeriodEnd' | 'surplus'> {
  id: string;
  /** Null when its product is in no plan. */
  planName: string | null;
  startedAt: Date;
  endsWithPeriod: boolean;
}

/** Finds organizations by what an operator has at hand: a part of the name or e-mail, or the id of anything of theirs. */
@Injectable()
export class ConsoleOrganizationsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, and how many there are in all. */
  async listFound(
    text: string,
    status: BillingStatus | undefined,
    { limit, offset }: PageRequest,
  ): Promise<[OrganizationRow[], number]> {
    const filter = [text, `%${text.replace(/[\\%_]/g, '\\$&')}%`, status ?? null];
    const rows = await this.database.manager.query<OrganizationRow[]>(
      `SELECT org.id, org.name, org.email, org.billing_status AS "billingStatus", org.suspended_at AS "suspendedAt",
              org.created_at AS "createdAt",
              (SELECT plan.name FROM subscriptions sub JOIN plans plan ON plan.id = sub.plan_id
                WHERE sub.org_id = org.id ORDER BY sub.status = 'active' DESC, sub.dodo_created_at DESC LIMIT 1
              ) AS "planName"
         FROM organizations org WHERE ${FOUND} ORDER BY org.created_at DESC, org.id DESC LIMIT $4 OFFSET $5`,
      [...filter, limit, offset],
    );
    const [counted] = await this.database.manager.query<{ count: string }[]>(
      `SELECT count(*) FROM organizations org WHERE ${FOUND}`,
      filter,
    );
    return [rows, Number(counted!.count)];
  }

  /** All that an organization has had, newest first: a handful at most. */
  listSubscriptions(orgId: string): Promise<SubscriptionRow[]> {
    return this.database.manager.query(
      `SELECT dodo_subscription_id AS id, plan.name AS "planName", status, dodo_created_at AS "startedAt",
              current_period_end AS "currentPeriodEnd", cancel_at_period_end AS "endsWithPeriod", surplus
         FROM subscriptions LEFT JOIN plans plan ON plan.id = plan_id
        WHERE org_id = $1 ORDER BY dodo_created_at DESC, dodo_subscription_id`,
      [orgId],
    );
  }
}

const FOUND = `
  ($3::text IS NULL OR org.billing_status = $3)
  AND ($1 = '' OR org.name ILIKE $2 OR org.email ILIKE $2 OR org.id = $1 OR org.dodo_customer_id = $1 OR org.id IN (
    SELECT org_id FROM subscriptions WHERE dodo_subscription_id = $1
    UNION ALL SELECT org_id FROM payments WHERE dodo_payment_id = $1
    UNION ALL SELECT org_id FROM checkouts WHERE id = $1 OR dodo_session_id = $1
    UNION ALL SELECT org_id FROM refunds WHERE id = $1 OR dodo_refund_id = $1
    UNION ALL SELECT org_id FROM api_keys WHERE id = $1))`;
