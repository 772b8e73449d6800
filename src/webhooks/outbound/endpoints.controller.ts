import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { EndpointTestService } from './endpoint-test.service';
import * as dto from './endpoints.dto';
import { EndpointsService } from './endpoints.service';
import { MANAGES, NoSuchEndpoint, READS } from './outbound.openapi';

@ApiTags('Webhooks')
@Controller('webhooks')
export class EndpointsController {
  constructor(
    private readonly endpoints: EndpointsService,
    private readonly tests: EndpointTestService,
  ) {}

  @Post()
  @HttpCode(200)
  @Authenticated(MANAGES)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'createWebhook',
    summary: 'Register an endpoint',
    description:
      'Events are posted to it as `{id, event, timestamp, orgId, data}`, signed by Standard Webhooks (`webhook-id`, ' +
      '`webhook-timestamp`, `webhook-signature`) and by `X-Autoposting-Signature`: HMAC-SHA256 of ' +
      '`timestamp.rawBody` in hex. What is not answered with 2xx within ten seconds is tried again after about 5 s, ' +
      '5 min, 30 min, 2 h, 5 h, 10 h and 10 h. An event can come more than once: its `id` stays the same.',
  })
  @ApiSuccess(
    200,
    'The endpoint. Its secret is shown this once.',
    dto.createdEndpointSchema,
    dto.createdEndpointExample,
  )
  @ApiBodyFailures('url must begin with https://.')
  @ApiFailure(
    409,
    'The organization has as many endpoints as it can have.',
    'conflict',
    'An organization can have 10 webhook endpoints: delete one first.',
  )
  create(
    @Caller() { orgId }: Principal,
    @Body({ schema: dto.createEndpointSchema }) request: dto.CreateEndpointRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<dto.CreatedEndpointView> {
    return call.once(() => this.endpoints.create(orgId, request, call));
  }

  @Get()
  @Authenticated(READS)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'listWebhooks',
    summary: 'List the endpoints',
    description: 'All endpoints of the organization, newest first.',
  })
  @ApiSuccess(200, 'The endpoints.', { type: 'array', items: dto.endpointSchema }, [dto.endpointExample])
  list(@Caller() { orgId }: Principal): Promise<dto.EndpointView[]> {
    return this.endpoints.list(orgId);
  }

  @Get(':id')
  @Authenticated(READS)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'getWebhook',
    summary: 'One endpoint',
    description: 'As it is now; `disabledReason` says why it was switched off by us, if it was.',
  })
  @ApiSuccess(200, 'The endpoint.', dto.endpointSchema, dto.endpointExample)
  @NoSuchEndpoint()
  get(@Caller() { orgId }: Principal, @Param('id') id: string): Promise<dto.EndpointView> {
    return this.endpoints.view(orgId, id);
  }

  @Patch(':id')
  @Authenticated(MANAGES)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'updateWebhook',
    summary: 'Change an endpoint',
    description:
      'What is not sent stays as it is. While it is switched off, nothing new is sent to it; what was waiting goes ' +
      'out when it is switched on again.',
  })
  @ApiSuccess(200, 'The endpoint as it is now.', dto.endpointSchema, dto.endpointExample)
  @ApiBodyFailures('events must name at least one event, or be ["*"].')
  @NoSuchEndpoint()
  update(
    @Caller() { orgId }: Principal,
    @Param('id') id: string,
    @Body({ schema: dto.updateEndpointSchema }) request: dto.UpdateEndpointRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<dto.EndpointView> {
    return call.once(() => this.endpoints.update(orgId, id, request, call));
  }

  @Delete(':id')
  @Authenticated(MANAGES)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'deleteWebhook',
    summary: 'Remove an endpoint',
    description: 'With its log, and with what was still to be sent.',
  })
  @ApiSuccess(200, 'It is gone.', dto.deletedSchema, { deleted: true })
  @NoSuchEndpoint()
  delete(@Caller() { orgId }: Principal, @Param('id') id: string): Promise<{ deleted: true }> {
    return this.endpoints.delete(orgId, id);
  }

  @Post(':id/test')
  @HttpCode(200)
  @Authenticated(MANAGES)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'testWebhook',
    summary: 'Send a test event',
    description:
      'Sends `webhook.test` now, once, and says what came of it. The endpoint may be switched off, and need not be ' +
      'subscribed to it.',
  })
  @ApiSuccess(200, 'What came of it.', dto.testSchema, dto.testExample)
  @NoSuchEndpoint()
  test(
    @Caller() { orgId }: Principal,
    @Param('id') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<dto.TestView> {
    return call.once(() => this.tests.send(orgId, id));
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Authenticated(MANAGES)
  @ApiKeyFailures('open')
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Replace the signing secret',
    description:
      'For 24 hours both secrets sign: `webhook-signature` and `X-Autoposting-Signature` then carry two signatures, ' +
      'the new one first. Rotating again within that time ends the older one.',
  })
  @ApiSuccess(200, 'The new secret, shown this once.', dto.rotatedSecretSchema, dto.rotatedSecretExample)
  @NoSuchEndpoint()
  rotateSecret(
    @Caller() { orgId }: Principal,
    @Param('id') id: string,
    @Idempotent() call: IdempotentCall,
  ): Promise<{ secret: string }> {
    return call.once(() => this.endpoints.rotateSecret(orgId, id, call));
  }
}
