import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Clock } from '../../clock';
import { Metrics } from '../../watch/metrics';
import { refundableSince } from './payment-concerns';
import { PaymentsRepository } from './payments.repository';

/** Money that is about to be lost, or is not ours to keep, unless a person does something about it in time. */
@Injectable()
export class PaymentsMetrics implements OnModuleInit {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.metrics.state(
      'billing_disputes_open',
      'Payments with a dispute that waits for an answer at Dodo.',
      [],
      async () => [[{}, await this.payments.countDisputed()]],
    );
    this.metrics.state(
      'billing_payments_made_twice',
      'Payments of a second subscription that nobody has given back, while Dodo takes refunds of them.',
      [],
      async () => [[{}, await this.payments.countPaidTwice(refundableSince(this.clock))]],
    );
  }
}
