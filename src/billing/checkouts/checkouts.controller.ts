import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import { ApiFailure, ApiSuccess } from '../../http/openapi.decorators';
import { CheckoutSession, checkoutRequestSchema } from './checkout.dto';
import type { CheckoutRequest } from './checkout.dto';
import { CheckoutsService } from './checkouts.service';

@ApiTags('Billing')
@Controller('billing')
export class CheckoutsController {
  constructor(private readonly checkouts: CheckoutsService) {}

  @Post('checkout')
  @HttpCode(200)
  @Authenticated({ scope: 'billing:write', suspended: 'refused' })
  @ApiExtraModels(CheckoutSession)
  @ApiOperation({
    operationId: 'createBillingCheckout',
    summary: 'Create checkout session',
    description:
      'Opens one Dodo Payments checkout for two things: a $1 setup fee and a subscription that starts with a free ' +
      'trial of 3 days. Once it has been paid, the webhook handler finds the fee by itself and gives it back.',
  })
  @ApiSuccess(
    200,
    'The checkout is open: send the customer to `checkoutUrl`.',
    { $ref: getSchemaPath(CheckoutSession) },
    { checkoutUrl: 'https://checkout.dodopayments.com/c/pay_abc123', sessionId: 'cs_abc123' },
  )
  @ApiFailure(400, 'The body is not valid.', 'bad_request', 'planId is required.')
  @ApiFailure(401, 'The API key is missing or not valid.', 'unauthorized', 'Missing or invalid API key.')
  @ApiFailure(
    403,
    'Access is suspended, since the subscription expired, was cancelled, or is past due; or the API key lacks a scope.',
    'billing_suspended',
    'Subscription expired, cancelled, or past due.',
  )
  @ApiFailure(404, 'There is no such plan.', 'not_found', 'There is no plan "plan_gold".')
  @ApiFailure(
    409,
    'The organization is subscribed already.',
    'conflict',
    'This organization already has a subscription.',
  )
  @ApiFailure(413, 'The body is too large.', 'payload_too_large', 'The request body is too large.')
  @ApiFailure(
    415,
    'The body is not JSON.',
    'unsupported_media_type',
    'Content type "text/plain" is not supported here: send application/json.',
  )
  @ApiFailure(
    502,
    'Dodo refused the checkout.',
    'payment_provider_error',
    'The payment provider did not accept the request. Nothing has been charged.',
  )
  @ApiFailure(
    503,
    'Dodo is away, slow, or limits our rate.',
    'payment_provider_unavailable',
    'The payment provider can not be reached right now. Nothing has been charged; please try again shortly.',
  )
  create(
    @Caller() caller: Principal,
    @Body({ schema: checkoutRequestSchema }) request: CheckoutRequest,
  ): Promise<CheckoutSession> {
    return this.checkouts.create(caller, request);
  }
}
