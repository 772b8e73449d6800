import { Injectable } from '@nestjs/common';
import { refundableSince } from '../../billing/payments/payment-concerns';
import { PaymentsRepository } from '../../billing/payments/payments.repository';
import { Clock } from '../../clock';
import { DodoEventsRepository } from '../../webhooks/inbound/dodo-events.repository';
import { OverviewRepository } from './overview.repository';
import type { FunnelCounts, InboxFigures, RefundTotal, RevenuePoint } from './overview.repository';

export const WINDOWS = [7, 30, 90, 365] as const;
export type WindowDays = (typeof WINDOWS)[number];

const MS_PER_DAY = 86_400_000;
const SECONDS_PER_DAY = 86_400;

export interface Overview {
  days: WindowDays;
  currency: string;
  funnel: FunnelCounts;
  revenue: RevenuePoint[];
  refunds: RefundTotal[];
  /** Payments that wait for a person. */
  disputed: number;
  paidTwice: number;
  billingStatuses: Record<string, number>;
  inbox: InboxFigures;
  /** For how long the event has been due that has waited longest; null when none waits. */
  oldestPendingSeconds: number | null;
  deliveries: Record<string, number>;
}

/** Gathers what the first page shows. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly repository: OverviewRepository,
    private readonly payments: PaymentsRepository,
    private readonly events: DodoEventsRepository,
    private readonly clock: Clock,
  ) {}

  async read(days: WindowDays): Promise<Overview> {
    const now = this.clock.now();
    const currency = await this.repository.findCurrency();
    const { from, to } = await this.windowOf(days, now);
    const since = this.clock.secondsFromNow(-days * SECONDS_PER_DAY);
    const [
      funnel,
      revenue,
      refunds,
      disputed,
      paidTwice,
      billingStatuses,
      inbox,
      oldestPendingAt,
      deliveries,
    ] = await Promise.all([
      this.repository.countFunnel(from),
      this.repository.listRevenue(endOfDay(from), endOfDay(to), currency),
      this.repository.listRefundTotals(currency),
      this.payments.countDisputed(),
      this.payments.countPaidTwice(refundableSince(this.clock)),
      this.repository.countByBillingStatus(),
      this.repository.findInboxFigures(since),
      this.events.findOldestPendingTime(),
      this.repository.countDeliveries(since),
    ]);
    return {
      days,
      currency,
      funnel,
      revenue,
      refunds,
      disputed,
      paidTwice,
      billingStatuses,
      inbox,
      oldestPendingSeconds: oldestPendingAt && this.clock.secondsSince(oldestPendingAt),
      deliveries,
    };
  }

  /** Up to the latest that is known of Dodo, and no earlier than the first: an empty year says nothing. */
  private async windowOf(days: number, now: Date): Promise<{ from: Date; to: Date }> {
    const { first, last } = await this.repository.findSpan();
    const to = new Date(Math.max(now.getTime(), last?.getTime() ?? 0));
    const from = Math.max(to.getTime() - days * MS_PER_DAY, (first?.getTime() ?? 0) - MS_PER_DAY);
    return { from: new Date(Math.min(from, now.getTime())), to };
  }
}

function endOfDay(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / MS_PER_DAY) * MS_PER_DAY - 1);
}
