import { Module } from '@nestjs/common';
import { DodoEventHandlers } from './inbound/dodo-event.handlers.js';
import { DodoEventsRepository } from './inbound/dodo-events.repository.js';
import { DodoWebhookController } from './inbound/dodo-webhook.controller.js';
import { DodoWebhookService } from './inbound/dodo-webhook.service.js';
import { InboxService } from './inbound/inbox.service.js';

/** What Dodo tells us: checked, stored once, and followed by jobs. */
@Module({
  controllers: [DodoWebhookController],
  providers: [DodoEventHandlers, DodoEventsRepository, InboxService, DodoWebhookService],
  exports: [DodoEventHandlers, InboxService],
})
export class WebhooksModule {}
