import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import { ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { pageExample, pageSchema } from '../../http/pagination';
import type { Page } from '../../http/pagination';
import * as dto from './deliveries.dto';
import { DeliveryLogService } from './delivery-log.service';
import { MANAGES, NoSuchEndpoint, READS } from './outbound.openapi';

@ApiTags('Webhooks')
@Controller('webhooks/:id/deliveries')
export class DeliveryLogController {
  constructor(private readonly log: DeliveryLogService) {}

  @Get()
  @Authenticated(READS)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'listWebhookDeliveries',
    summary: 'What became of the deliveries',
    description: 'Newest first, for 30 days: each event on its way to this endpoint, and every try.',
  })
  @ApiSuccess(200, 'The deliveries.', pageSchema(dto.deliverySchema), pageExample(dto.deliveryExample))
  @ApiFailure(
    400,
    'The query is not valid.',
    'bad_request',
    'status must be one of pending, delivered, failed.',
  )
  @NoSuchEndpoint()
  list(
    @Caller() { orgId }: Principal,
    @Param('id') id: string,
    @Query({ schema: dto.listDeliveriesSchema }) request: dto.ListDeliveriesRequest,
  ): Promise<Page<dto.DeliveryView>> {
    return this.log.list(orgId, id, request);
  }

  @Post(':deliveryId/redeliver')
  @HttpCode(200)
  @Authenticated(MANAGES)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'redeliverWebhook',
    summary: 'Send an event again',
    description: 'The same event with the same id, at once; if that fails, on the whole schedule.',
  })
  @ApiSuccess(200, 'The delivery, on its way again.', dto.deliverySchema, dto.redeliveredExample)
  @ApiFailure(
    404,
    'There is no such endpoint, or no such delivery to it.',
    'not_found',
    'There is no delivery "dlv_2Lr" to this endpoint.',
  )
  @ApiFailure(
    409,
    'The endpoint is switched off.',
    'conflict',
    'This endpoint is switched off: send enabled: true first.',
  )
  redeliver(
    @Caller() { orgId }: Principal,
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<dto.DeliveryView> {
    return call.once(() => this.log.redeliver(orgId, id, deliveryId, call));
  }
}
