import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BODY_TOO_LARGE } from '../../http/body-limit';
import { ApiFailure, ApiSuccess, PUBLIC, jsonRequestBody } from '../../http/openapi.decorators';
import { RawBytesBody } from '../../http/request-body';
import { DodoWebhookService } from './dodo-webhook.service';

/** What the signature is about: neither is validated before, nor touched. */
interface SignedRequest {
  headers: Record<string, string | undefined>;
  body?: Buffer;
}

@ApiTags('Webhooks')
@Controller('webhooks')
export class DodoWebhookController {
  constructor(private readonly webhook: DodoWebhookService) {}

  @Post('dodo')
  @HttpCode(200)
  @RawBytesBody()
  @ApiOperation({
    operationId: 'receiveDodoWebhook',
    summary: 'Receive an event from Dodo Payments',
    description:
      'Standard Webhooks posts of Dodo Payments. The signature is the credential. Answers 200 once the event is ' +
      'committed, whatever its type; the same `webhook-id` is stored once.',
    ...PUBLIC,
    ...jsonRequestBody(
      { type: 'object', description: 'The event as Dodo sends it.' },
      {
        business_id: 'bus_123',
        type: 'payment.succeeded',
        timestamp: '2026-11-23T12:00:00Z',
        data: { payload_type: 'Payment', payment_id: 'pay_123' },
      },
    ),
  })
  @ApiHeader({ name: 'webhook-id', required: true, schema: { type: 'string', maxLength: 255 } })
  @ApiHeader({
    name: 'webhook-timestamp',
    required: true,
    description: 'Unix seconds.',
    schema: { type: 'string' },
  })
  @ApiHeader({
    name: 'webhook-signature',
    required: true,
    description: '`v1,<base64>`',
    schema: { type: 'string' },
  })
  @ApiSuccess(200, 'The event is stored.')
  @ApiFailure(400, 'The body is not JSON.', 'bad_request', 'The event is not valid JSON.')
  @ApiFailure(
    401,
    'The signature is missing, wrong or stale.',
    'unauthorized',
    'The webhook signature does not match.',
  )
  @ApiFailure(413, 'The body is too large.', 'payload_too_large', BODY_TOO_LARGE)
  receive(@Req() { headers, body = Buffer.alloc(0) }: SignedRequest): Promise<void> {
    return this.webhook.receive(headers, body);
  }
}
