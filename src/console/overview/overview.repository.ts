import { Injectable } from '@nestjs/common';
import { PAYS_FOR_A_PERIOD } from '../../billing/payments/paid-period';
import { Database } from '../../database/database';

export interface FunnelCounts {
  started: number;
  paid: number;
  trialing: number;
  converted: number;
}

export interface RevenuePoint {
  day: Date;
  planId: string;
  planName: string;
  amountMinor: number;
}

export interface RefundTotal {
  state: string;
  count: number;
  amountMinor: number;
}

export interface InboxFigures {
  statuses: Record<string, number>;
  /** Of those that were followed: how many at the first try. */
  atFirstTry: number;
  medianSeconds: number | null;
  p95Seconds: number | null;
  /** How many were followed within each of {@link LAG_LIMITS}, and how many later. */
  lags: number[];
}

/** Seconds. */
export const LAG_LIMITS = [1, 5, 60, 600] as const;

/** Reads the figures of the overview. Dodo's things are dated by Dodo's clock, the inbox by ours. */
@Injectable()
export class OverviewRepository {
  constructor(private readonly database: Database) {}

  /** The span that Dodo's records cover: its clock is not ours, and a sandbox's may be far ahead. */
  async findSpan(): Promise<{ first: Date | null; last: Date | null }> {
    const [row] = await this.query<{ first: Date | null; last: Date | null }>(
      `SELECT min(dodo_created_at) AS first, max(dodo_created_at) AS last FROM payments`,
    );
    return row!;
  }

  /** Of checkouts that offered a trial, paid since then, or begun since then and not paid. */
  async countFunnel(since: Date): Promise<FunnelCounts> {
    const [row] = await this.query<Record<keyof FunnelCounts, string>>(
      `WITH begun AS (
         SELECT checkout.status, sub.dodo_subscription_id AS sub_id
           FROM checkouts checkout
           LEFT JOIN payments paid ON paid.dodo_payment_id = checkout.dodo_payment_id
           LEFT JOIN subscriptions sub ON sub.dodo_subscription_id = checkout.dodo_subscription_id
          WHERE checkout.plan_id IS NOT NULL
            AND coalesce(paid.dodo_created_at, checkout.created_at) >= $1
            AND (sub.trial_period_days IS NULL OR sub.trial_period_days > 0))
       SELECT count(*) AS started,
              count(*) FILTER (WHERE status = 'completed') AS paid,
              count(sub_id) FILTER (WHERE status = 'completed') AS trialing,
              count(*) FILTER (WHERE status = 'completed' AND EXISTS (
                SELECT FROM payments payment WHERE dodo_subscription_id = sub_id AND ${PAYS_FOR_A_PERIOD}
              )) AS converted
         FROM begun`,
      [since],
    );
    return {
      started: Number(row!.started),
      paid: Number(row!.paid),
      trialing: Number(row!.trialing),
      converted: Number(row!.converted),
    };
  }

  /**
   * At the end of each day, what the subscriptions bring a month: each with the list price of the plan that its
   * latest succeeded payment was for, until the period that this payment paid is over.
   */
  async listRevenue(from: Date, to: Date, currency: string): Promise<RevenuePoint[]> {
    const rows = await this.query<{ day: Date; plan_id: string; name: string; amount: string }>(REVENUE, [
      from,
      to,
      currency,
    ]);
    return rows.map(({ day, plan_id: planId, name, amount }) => ({
      day,
      planId,
      planName: name,
      amountMinor: Number(amount),
    }));
  }

  /** The currency of most plans: sums of several would mean nothing. */
  async findCurrency(): Promise<string> {
    const [row] = await this.query<{ currency: string }>(
      `SELECT currency FROM plans GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1`,
    );
    return row?.currency ?? 'USD';
  }

  async listRefundTotals(currency: string): Promise<RefundTotal[]> {
    const rows = await this.query<{ state: string; count: string; amount: string }>(
      `SELECT state, count(*), coalesce(sum(amount_minor) FILTER (WHERE currency = $1), 0) AS amount
         FROM refunds GROUP BY state`,
      [currency],
    );
    return rows.map(({ state, count, amount }) => ({
      state,
      count: Number(count),
      amountMinor: Number(amount),
    }));
  }

  async countByBillingStatus(): Promise<Record<string, number>> {
    const rows = await this.query<{ status: string; count: string }>(
      `SELECT billing_status AS status, count(*) FROM organizations GROUP BY billing_status`,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  }

  async findInboxFigures(since: Date): Promise<InboxFigures> {
    const [statuses, [lag]] = await Promise.all([
      this.query<{ status: string; count: string }>(
        `SELECT status, count(*) FROM dodo_events WHERE received_at >= $1 GROUP BY status`,
        [since],
      ),
      this.query<{ first: string; median: number | null; p95: number | null; lags: string[] }>(LAG, [
        since,
        [...LAG_LIMITS],
      ]),
    ]);
    return {
      statuses: Object.fromEntries(statuses.map(({ status, count }) => [status, Number(count)])),
      atFirstTry: Number(lag!.first),
      medianSeconds: lag!.median,
      p95Seconds: lag!.p95,
      lags: lag!.lags.map(Number),
    };
  }

  /** Of what customers were to be told since then. */
  async countDeliveries(since: Date): Promise<Record<string, number>> {
    const rows = await this.query<{ status: string; count: string }>(
      `SELECT CASE WHEN status = 'delivered' AND tries > 1 THEN 'delivered_late' ELSE status END AS status, count(*)
         FROM webhook_deliveries WHERE created_at >= $1 GROUP BY 1`,
      [since],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  }

  private query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.database.manager.query<Row[]>(sql, parameters);
  }
}

// Each payment begins a span that ends with what it paid for, or with the next payment; a day's figure is the sum of
// all beginnings and ends up to it. Days and months are those of UTC, whatever zone the server is in: where clocks are
// changed, its own days have 23 or 25 hours. No payment is read that can't reach into these days, and of those that are,
// many have their first and last day in common: they are counted together before anything else is done with them.
const REVENUE = `
  WITH priced AS (
    SELECT id AS plan_id, name, position, ('1 ' || plan.interval)::interval AS lasts,
           amount_minor * CASE plan.interval WHEN 'day' THEN 365 / 12.0 WHEN 'week' THEN 52 / 12.0
                                             WHEN 'year' THEN 1 / 12.0 ELSE 1 END AS monthly
      FROM plans plan WHERE currency = $3),
  paid AS (
    SELECT priced.plan_id, payment.dodo_created_at AS at,
           least((payment.dodo_created_at AT TIME ZONE 'UTC' + lasts) AT TIME ZONE 'UTC',
                 lead(payment.dodo_created_at) OVER (PARTITION BY payment.dodo_subscription_id
                                                         ORDER BY payment.dodo_created_at)) AS ends
      FROM payments payment
      JOIN (sold_products sold JOIN priced USING (plan_id))
        ON sold.dodo_product_id = coalesce(payment.plan_product_id, (
           SELECT dodo_product_id FROM subscriptions sub WHERE sub.dodo_subscription_id = payment.dodo_subscription_id))
     WHERE ${PAYS_FOR_A_PERIOD} AND payment.dodo_created_at <= $2
       AND payment.dodo_created_at > $1::timestamptz - (SELECT max(lasts) + interval '1 day' FROM priced)),
  spans AS (
    SELECT plan_id, greatest(0, ceil(extract(epoch FROM at - $1)::float8 / 86400)) AS first,
           greatest(0, ceil(extract(epoch FROM ends - $1)::float8 / 86400)) AS last, count(*) AS many
      FROM paid GROUP BY 1, 2, 3),
  changes AS (
    SELECT plan_id, n, sum(more) AS more FROM spans, LATERAL (VALUES (first, many), (last, -many)) AS change (n, more)
     GROUP BY 1, 2)
  SELECT day, plan.plan_id, name,
         round(monthly * sum(coalesce(more, 0)) OVER (PARTITION BY plan.plan_id ORDER BY day)) AS amount
    FROM generate_series($1::timestamptz, $2::timestamptz, '24 hours') WITH ORDINALITY AS days (day, number)
    JOIN priced plan ON plan.plan_id IN (SELECT plan_id FROM changes)
    LEFT JOIN changes ON changes.plan_id = plan.plan_id AND n = number - 1
   ORDER BY position, plan.plan_id, day`;

const LAG = `
  WITH followed AS (
    SELECT attempts, greatest(0, extract(epoch FROM processed_at - coalesce(due_at, received_at)))::float8 AS seconds
      FROM dodo_events WHERE status = 'processed' AND received_at >= $1)
  SELECT count(*) FILTER (WHERE attempts <= 1) AS first,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median,
         percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95,
         ARRAY(SELECT count(seconds) FROM generate_series(0, cardinality($2::float8[])) bucket
                 LEFT JOIN followed ON width_bucket(seconds, $2::float8[]) = bucket
                GROUP BY bucket ORDER BY bucket) AS lags
    FROM followed`;
