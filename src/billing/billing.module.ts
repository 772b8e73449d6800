import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DodoModule } from '../dodo/dodo.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { BillingDodoEvents } from './billing.dodo-events.js';
import { CheckoutsController } from './checkouts/checkouts.controller.js';
import { CheckoutsRepository } from './checkouts/checkouts.repository.js';
import { CheckoutsService } from './checkouts/checkouts.service.js';
import { DodoCustomersService } from './checkouts/dodo-customers.service.js';
import { OrgOfEventService } from './org-of-event.service.js';
import { PaymentsRepository } from './payments/payments.repository.js';
import { PaymentsService } from './payments/payments.service.js';
import { PlansRepository } from './plans/plans.repository.js';
import { RefundFinder } from './refunds/refund-finder.js';
import { RefundsRepository } from './refunds/refunds.repository.js';
import { RefundsService } from './refunds/refunds.service.js';
import { BillingStatusController } from './status/billing-status.controller.js';
import { BillingStatusService } from './status/billing-status.service.js';
import { SubscriptionsRepository } from './subscriptions/subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';

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
