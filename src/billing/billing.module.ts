import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { DodoModule } from '../dodo/dodo.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { BillingDodoEvents } from './billing.dodo-events';
import { CheckoutsController } from './checkouts/checkouts.controller';
import { CheckoutsRepository } from './checkouts/checkouts.repository';
import { CheckoutsService } from './checkouts/checkouts.service';
import { DodoCustomersService } from './checkouts/dodo-customers.service';
import { OrgOfEventService } from './org-of-event.service';
import { PaymentsRepository } from './payments/payments.repository';
import { PaymentsService } from './payments/payments.service';
import { PlansRepository } from './plans/plans.repository';
import { RefundFinder } from './refunds/refund-finder';
import { RefundsRepository } from './refunds/refunds.repository';
import { RefundsService } from './refunds/refunds.service';
import { BillingStatusController } from './status/billing-status.controller';
import { BillingStatusService } from './status/billing-status.service';
import { SubscriptionsRepository } from './subscriptions/subscriptions.repository';
import { SubscriptionsService } from './subscriptions/subscriptions.service';

/** What is sold, to whom, and what came of it. */
@Module({
  imports: [AuthModule, DodoModule, WebhooksModule],
  controllers: [CheckoutsController, BillingStatusController],
  providers: [
    BillingDodoEvents,
    OrgOfEventService,
    PlansRepository,
    CheckoutsRepository,
    CheckoutsService,
    DodoCustomersService,
    SubscriptionsRepository,
    SubscriptionsService,
    PaymentsRepository,
    PaymentsService,
    RefundsRepository,
    RefundsService,
    RefundFinder,
    BillingStatusService,
  ],
})
export class BillingModule {}
