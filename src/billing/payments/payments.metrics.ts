import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Metrics } from '../../watch/metrics';
import { PaymentsRepository } from './payments.repository';

/** Money that is about to be lost, unless a person answers in time. */
@Injectable()
export class PaymentsMetrics implements OnModuleInit {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.state(
      'billing_disputes_open',
      'Payments with a dispute that waits for an answer at Dodo.',
      [],
      async () => [[{}, await this.payments.countOpenDisputes()]],
    );
  }
}
