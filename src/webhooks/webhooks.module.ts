import { Module } from '@nestjs/common';
import { DodoEventHandlers } from './inbound/dodo-event.handlers';
import { DodoEventsController } from './inbound/dodo-events.controller';
import { DodoEventsRepository } from './inbound/dodo-events.repository';
import { DodoEventsService } from './inbound/dodo-events.service';
import { DodoWebhookController } from './inbound/dodo-webhook.controller';
import { DodoWebhookService } from './inbound/dodo-webhook.service';
import { InboxMetrics } from './inbound/inbox.metrics';
import { InboxRetention } from './inbound/inbox-retention.service';
import { InboxService } from './inbound/inbox.service';

/** What Dodo tells us: checked, stored once, and followed by jobs. */
@Module({
  controllers: [DodoWebhookController, DodoEventsController],
  providers: [
    DodoEventHandlers,
    DodoEventsRepository,
    DodoEventsService,
    InboxService,
    InboxMetrics,
    InboxRetention,
    DodoWebhookService,
  ],
  exports: [DodoEventHandlers, DodoEventsService, InboxService],
})
export class WebhooksModule {}
