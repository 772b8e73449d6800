import type { BillingInterval, Plan } from './plan.entity';

/** Rough length of an interval: only for telling which of two plans costs more over time. */
const DAYS: Record<BillingInterval, number> = { day: 1, week: 7, month: 30.4375, year: 365.25 };

type Priced = Pick<Plan, 'amountMinor' | 'currency' | 'interval'>;

/** Below zero when `a` costs less a day than `b`, above when it costs more; null where their currencies differ. */
export function comparePrice(a: Priced, b: Priced): number | null {
  if (a.currency !== b.currency) return null;
  return a.amountMinor / DAYS[a.interval] - b.amountMinor / DAYS[b.interval];
}
