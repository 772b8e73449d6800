import type { BillingInterval, Plan } from './plan.entity';

/** Rough length of an interval: only for telling which of two plans costs more over time. */
const DAYS: Record<BillingInterval, number> = { day: 1, week: 7, month: 30.4375, year: 365.25 };

type Priced = Pick<Plan, 'amountMinor' | 'interval'>;

/** Below zero when `a` costs less a day than `b`, above when it costs more. */
export function comparePrice(a: Priced, b: Priced): number {
  return a.amountMinor / DAYS[a.interval] - b.amountMinor / DAYS[b.interval];
}
