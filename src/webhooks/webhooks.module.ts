import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { Config } from '../config';
import { DodoEventHandlers } from './inbound/dodo-event.handlers';
import { DodoEventsController } from './inbound/dodo-events.controller';
import { DodoEventsRepository } from './inbound/dodo-events.repository';
import { DodoEventsService } from './inbound/dodo-events.service';
import { DodoWebhookController } from './inbound/dodo-webhook.controller';
import { DodoWebhookService } from './inbound/dodo-webhook.service';
import { InboxMetrics } from './inbound/inbox.metrics';
import { InboxRetention } from './inbound/inbox-retention.service';
import { InboxSweep } from './inbound/inbox-sweep.service';
import { InboxService } from './inbound/inbox.service';
import { ReceivedEventsRepository } from './inbound/received-events.repository';
import { AttemptsService } from './outbound/attempts.service';
import { DeliveriesRepository } from './outbound/deliveries.repository';
import { DeliveryLogController } from './outbound/delivery-log.controller';
import { DeliveryLogService } from './outbound/delivery-log.service';
import { DeliverySweep } from './outbound/delivery-sweep.service';
import { DeliveryTurnsService } from './outbound/delivery-turns.service';
import { DeliveryWakeups } from './outbound/delivery-wakeups';
import { EndpointSecrets } from './outbound/endpoint-secrets';
import { EndpointTestService } from './outbound/endpoint-test.service';
import { EndpointsController } from './outbound/endpoints.controller';
import { EndpointsRepository } from './outbound/endpoints.repository';
import { EndpointsService } from './outbound/endpoints.service';
import { OutboundEventsService } from './outbound/outbound-events.service';
import { SafePost } from './outbound/safe-post';
import { Sender } from './outbound/sender';

const INBOUND = [
  DodoEventHandlers,
  DodoEventsRepository,
  ReceivedEventsRepository,
  DodoEventsService,
  InboxService,
  InboxMetrics,
  InboxRetention,
  InboxSweep,
  DodoWebhookService,
];

const OUTBOUND = [
  EndpointsRepository,
  EndpointsService,
  EndpointSecrets,
  EndpointTestService,
  DeliveriesRepository,
  DeliveryLogService,
  DeliverySweep,
  DeliveryTurnsService,
  DeliveryWakeups,
  AttemptsService,
  OutboundEventsService,
  Sender,
  {
    provide: SafePost,
    inject: [Config],
    useFactory: (config: Config) => new SafePost({ allowLoopback: config.allowLoopbackWebhooks }),
  },
];

/** What Dodo tells us: checked, stored once, followed by jobs. What we tell customers: written once, and delivered. */
@Module({
  imports: [AuthModule],
  controllers: [DodoWebhookController, DodoEventsController, EndpointsController, DeliveryLogController],
  providers: [...INBOUND, ...OUTBOUND],
  exports: [
    DodoEventHandlers,
    DodoEventsRepository,
    DodoEventsService,
    InboxService,
    OutboundEventsService,
    DeliveryLogService,
  ],
})
export class WebhooksModule {}
