import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database';
import type { Subscription } from '../subscriptions/subscription.entity';
import type { LastAllocation, PaidPeriod } from './credit-rules';

/** What says whether a subscription is due credits, beside itself. */
export interface GrantBasis {
  monthlyCredits: number;
  /** What it was given last. */
  last: LastAllocation | null;
  /** The succeeded payments for the subscription itself: what its periods were paid with. */
  paid: PaidPeriod[];
  /** Whether its org has been given credits for a trial: only those were paid for by nothing. */
  hasHadTrial: boolean;
}

interface Row {
  monthlyCredits: number;
  wasGiven: boolean;
  periodStart: Date | null;
  paidAt: Date | null;
  hasHadTrial: boolean;
  dodoPaymentId: string | null;
  dodoCreatedAt: Date | null;
}

@Injectable()
export class CreditGrantsRepository {
  /** From every room's tables, by one statement. Null when it is on no plan of ours. */
  async findBasis(
    tx: Tx,
    { orgId, dodoSubscriptionId, planId }: Pick<Subscription, 'orgId' | 'dodoSubscriptionId' | 'planId'>,
  ): Promise<GrantBasis | null> {
    const rows: Row[] = await tx.query(
      `SELECT plan.monthly_credits AS "monthlyCredits",
              last.id IS NOT NULL AS "wasGiven", last.period_start AS "periodStart", last.paid_at AS "paidAt",
              EXISTS (SELECT FROM credit_entries
                       WHERE org_id = $1 AND kind = 'allocation' AND dodo_payment_id IS NULL) AS "hasHadTrial",
              paid.dodo_payment_id AS "dodoPaymentId", paid.dodo_created_at AS "dodoCreatedAt"
         FROM plans plan
         LEFT JOIN LATERAL (
              SELECT id, period_start, paid_at FROM credit_entries
               WHERE org_id = $1 AND dodo_subscription_id = $2 AND kind = 'allocation'
               ORDER BY period_start DESC LIMIT 1) last ON true
         LEFT JOIN payments paid
                ON paid.dodo_subscription_id = $2 AND paid.status = 'succeeded' AND paid.plan_minor > 0
        WHERE plan.id = $3`,
      [orgId, dodoSubscriptionId, planId],
    );
    const [first] = rows;
    if (!first) return null;
    const { monthlyCredits, wasGiven, periodStart, paidAt, hasHadTrial } = first;
    return {
      monthlyCredits,
      last: wasGiven ? { periodStart, paidAt } : null,
      paid: rows.filter((row): row is Row & PaidPeriod => row.dodoPaymentId !== null),
      hasHadTrial,
    };
  }
}
