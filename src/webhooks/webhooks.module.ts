import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { DodoEventHandlers } from './inbound/dodo-event.handlers';
import { DodoEventsController } from './inbound/dodo-events.controller';
import { DodoEventsRepository } from './inbound/dodo-events.repository';
import { DodoEventsService } from './inbound/dodo-events.service';
import { DodoWebhookController } from './inbound/dodo-webhook.controller';
import { DodoWebhookService } from './inbound/dodo-webhook.service';
import { InboxRetention } from './inbound/inbox-retention.service';
import { InboxService } from './inbound/inbox.service';

/** What Dodo tells us: checked, stored once, and followed by jobs. */
@Module({
  imports: [AuthModule],
  controllers: [DodoWebhookController, DodoEventsController],
  providers: [
    DodoEventHandlers,
    DodoEventsRepository,
    DodoEventsService,
    InboxService,
    InboxRetention,
    DodoWebhookService,
  ],
  exports: [DodoEventHandlers, DodoEventsService, InboxService],
})
export class WebhooksModule {}
