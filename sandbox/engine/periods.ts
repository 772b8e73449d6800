import type { TimeInterval } from '../reference';

const DAY_MS = 86_400_000;

/** Adds calendar time; a month that is too short gives its last day. */
export function addInterval(start: Date, interval: TimeInterval, count: number): Date {
  if (interval === 'Day') return new Date(start.getTime() + count * DAY_MS);
  if (interval === 'Week') return new Date(start.getTime() + count * 7 * DAY_MS);
  return addMonths(start, interval === 'Year' ? count * 12 : count);
}

function addMonths(start: Date, months: number): Date {
  const result = new Date(start);
  const day = start.getUTCDate();
  result.setUTCDate(1);
  result.setUTCMonth(start.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
  result.setUTCDate(Math.min(day, lastDay));
  return result;
}

export const addDays = (start: Date, days: number): Date => addInterval(start, 'Day', days);

export interface Billing {
  billing_anchor: string;
  payment_frequency_count: number;
  payment_frequency_interval: TimeInterval;
}

/** The billing date a number of periods after the anchor: counted from the anchor, so its day of month is never lost. */
export function billingDate(billing: Billing, cycle: number): string {
  const count = billing.payment_frequency_count * cycle;
  return addInterval(
    new Date(billing.billing_anchor),
    billing.payment_frequency_interval,
    count,
  ).toISOString();
}
