import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Metrics } from '../../watch/metrics';
import type { RefundState } from './refund-state';
import { RefundsRepository } from './refunds.repository';
import type { ShownState } from './refunds.repository';

/** Money that is still on its way, and what a person has to see to. Those that succeeded are history. */
const SHOWN = ['owed', 'requested', 'pending', 'review', 'failed', 'refused'] as const satisfies ShownState[];

/** What is owed, since when, and how refunds go on. */
@Injectable()
export class RefundsMetrics implements OnModuleInit {
  private readonly changes;

  constructor(
    private readonly refunds: RefundsRepository,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {
    this.changes = metrics.counter(
      'billing_refund_changes_total',
      'Refunds by the state that they came into.',
      ['state'],
    );
  }

  onModuleInit(): void {
    this.metrics.state(
      'billing_refunds',
      'Setup-fee refunds by state, but for those that succeeded. failed: will be asked for again; refused: for a person.',
      ['state'],
      async () => {
        const counts = await this.refunds.countUnfinished();
        return SHOWN.map((state) => [{ state }, counts.get(state)?.count ?? 0]);
      },
    );
    this.metrics.state(
      'billing_refunds_oldest_age_seconds',
      'How old the oldest refund of a state is, counted from when it was owed; 0 when there is none.',
      ['state'],
      async () => {
        const counts = await this.refunds.countUnfinished();
        return SHOWN.map((state) => {
          const oldest = counts.get(state)?.oldest;
          return [{ state }, oldest ? this.clock.secondsSince(oldest) : 0];
        });
      },
    );
  }

  noteChange(state: RefundState): void {
    this.changes.inc({ state });
  }
}
