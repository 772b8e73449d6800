import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { BillingModule } from '../billing/billing.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { AssetsController } from './assets.controller';
import { AuditController } from './audit/audit.controller';
import { AuditService } from './audit/audit.service';
import { ComparisonsController } from './comparisons/comparisons.controller';
import { ConsoleDeliveriesController } from './deliveries/console-deliveries.controller';
import { ConsoleDeliveriesRepository } from './deliveries/console-deliveries.repository';
import { ConsoleDeliveriesService } from './deliveries/console-deliveries.service';
import { ConsoleEventsController } from './events/console-events.controller';
import { ConsoleEventsService } from './events/console-events.service';
import { EventOrganizationsRepository } from './events/event-organizations.repository';
import { NotFoundController } from './not-found.controller';
import { ConsoleOrganizationsController } from './organizations/console-organizations.controller';
import { ConsoleOrganizationsRepository } from './organizations/console-organizations.repository';
import { ConsoleOrganizationsService } from './organizations/console-organizations.service';
import { TimelineRepository } from './organizations/timeline.repository';
import { OverviewController } from './overview/overview.controller';
import { OverviewRepository } from './overview/overview.repository';
import { OverviewService } from './overview/overview.service';
import { ConsolePaymentsController } from './payments/console-payments.controller';
import { ConsolePaymentsRepository } from './payments/console-payments.repository';
import { ConsolePaymentsService } from './payments/console-payments.service';
import { ConsoleRefundsController } from './refunds/console-refunds.controller';
import { ConsoleRefundsRepository } from './refunds/console-refunds.repository';
import { ConsoleRefundsService } from './refunds/console-refunds.service';
import { ConsoleSessionsRepository } from './sign-in/console-sessions.repository';
import { ConsoleSessions } from './sign-in/console-sessions.service';
import { SignInController } from './sign-in/sign-in.controller';

/** The operator's pages: they read from every room, and change things only through the services of those rooms. */
@Module({
  imports: [AuthModule, BillingModule, WebhooksModule],
  controllers: [
    AssetsController,
    SignInController,
    OverviewController,
    ConsoleOrganizationsController,
    ConsoleEventsController,
    ConsolePaymentsController,
    ConsoleRefundsController,
    ConsoleDeliveriesController,
    ComparisonsController,
    AuditController,
    NotFoundController,
  ],
  providers: [
    ConsoleSessions,
    ConsoleSessionsRepository,
    OverviewRepository,
    OverviewService,
    ConsoleOrganizationsRepository,
    ConsoleOrganizationsService,
    TimelineRepository,
    EventOrganizationsRepository,
    ConsoleEventsService,
    ConsolePaymentsRepository,
    ConsolePaymentsService,
    ConsoleRefundsRepository,
    ConsoleRefundsService,
    ConsoleDeliveriesRepository,
    ConsoleDeliveriesService,
    AuditService,
  ],
})
export class ConsoleModule {}
