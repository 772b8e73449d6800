import { Module } from '@nestjs/common';
import { DodoEventHandlers } from './inbound/dodo-event.handlers';
import { DodoEventsRepository } from './inbound/dodo-events.repository';
import { DodoWebhookController } from './inbound/dodo-webhook.controller';
import { DodoWebhookService } from './inbound/dodo-webhook.service';
import { InboxService } from './inbound/inbox.service';

/** What Dodo tells us: checked, stored once, and followed by jobs. */
@Module({
  controllers: [DodoWebhookController],
  providers: [DodoEventHandlers, DodoEventsRepository, InboxService, DodoWebhookService],
  exports: [DodoEventHandlers, InboxService],
})
export class WebhooksModule {}
