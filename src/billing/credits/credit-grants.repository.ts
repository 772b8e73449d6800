import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database';
import type { Subscription } from '../subscriptions/subscription.entity';
import type { LastAllocation, PaidPeriod } from './allocation-due';

/** What says whether a subscription is due credits, beside itself. */
export interface GrantBasis {
  monthlyCredits: number;
  /** What it was given last, and until when that was for, if it is still running. */
  last: LastAllocation | null;
  /** The succeeded payments for its plan, and those by which that cost nothing: what its periods were paid with. */
  paid: PaidPeriod[];
  /** Whether its org has been given credits for a trial: only those were paid for by nothing. */
  hasHadTrialCredits: boolean;
}

interface Row {
  monthlyCredits: number;
  /** Null when nothing was given. */
  givenCause: string | null;
  givenPaymentId: string | null;
  givenPlanId: string | null;
  resetsAt: Date | null;
  worth: number | null;
  periodStart: Date | null;
  paidAt: Date | null;
  hasHadTrialCredits: boolean;
  dodoPaymentId: string | null;
  dodoCreatedAt: Date | null;
  planId: string | null;
  isFree: boolean;
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
              last.cause AS "givenCause", last.period_start AS "periodStart", last.paid_at AS "paidAt",
              last.dodo_payment_id AS "givenPaymentId", last.plan_id AS "givenPlanId", balance.resets_at AS "resetsAt",
              CASE WHEN before.currency = plan.currency
                   THEN before.amount_minor::float8 / plan.amount_minor END AS worth,
              EXISTS (SELECT FROM credit_entries
                       WHERE org_id = $1 AND kind = 'allocation' AND dodo_payment_id IS NULL) AS "hasHadTrialCredits",
              paid.dodo_payment_id AS "dodoPaymentId", paid.dodo_created_at AS "dodoCreatedAt",
              product.plan_id AS "planId", paid.plan_minor = 0 AS "isFree"
         FROM plans plan
         LEFT JOIN LATERAL (
              SELECT entry.cause, entry.period_start, entry.paid_at, entry.dodo_payment_id,
                     coalesce(entry.plan_id, sold.plan_id) AS plan_id
                FROM credit_entries entry
                -- What was given before its plan was noted was for the plan that was paid.
                LEFT JOIN payments payment ON payment.dodo_payment_id = entry.dodo_payment_id
                LEFT JOIN sold_products sold ON sold.dodo_product_id = payment.plan_product_id
               WHERE entry.org_id = $1 AND entry.dodo_subscription_id = $2 AND entry.kind = 'allocation'
               ORDER BY entry.period_start DESC, entry.paid_at DESC NULLS LAST, entry.created_at DESC LIMIT 1) last ON true
         LEFT JOIN plans before ON before.id = last.plan_id
         LEFT JOIN credit_balances balance ON balance.org_id = $1 AND balance.dodo_subscription_id = $2
         LEFT JOIN (payments paid LEFT JOIN sold_products product ON product.dodo_product_id = paid.plan_product_id)
                ON paid.dodo_subscription_id = $2 AND paid.status = 'succeeded'
                   -- What lists none of our plans was for something else.
                   AND (paid.plan_product_id IS NULL OR product.plan_id IS NOT NULL)
                   -- A card is exchanged with one of nothing, too.
                   AND (paid.plan_minor > 0
                        OR ((paid.total_minor = 0 OR paid.plan_product_id IS NOT NULL) AND NOT paid.is_card_exchange))
        WHERE plan.id = $3`,
      [orgId, dodoSubscriptionId, planId],
    );
    const [first] = rows;
    if (!first) return null;
    const { monthlyCredits, givenCause, hasHadTrialCredits } = first;
    return {
      monthlyCredits,
      last: givenCause === null ? null : toLast(first, givenCause),
      paid: rows.filter((row): row is Row & PaidPeriod => row.dodoPaymentId !== null),
      hasHadTrialCredits,
    };
  }
}

function toLast(row: Row, cause: string): LastAllocation {
  const { periodStart, paidAt, givenPaymentId, givenPlanId, resetsAt, worth } = row;
  return { cause, periodStart, paidAt, dodoPaymentId: givenPaymentId, planId: givenPlanId, resetsAt, worth };
}
