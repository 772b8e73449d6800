import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { ApiProviderFailures } from '../billing.openapi';
import { CheckoutSession, checkoutRequestSchema } from './checkout.dto';
import type { CheckoutRequest } from './checkout.dto';
import { CheckoutsService } from './checkouts.service';

@ApiTags('Billing')
@Controller('billing')
export class CheckoutsController {
  constructor(private readonly checkouts: CheckoutsService) {}

  @Post('checkout')
  @HttpCode(200)
  @Authenticated({ scope: 'billing:write', suspended: 'refused', isCostly: true })
  @ApiExtraModels(CheckoutSession)
  @ApiOperation({
    operationId: 'createBillingCheckout',
    summary: 'Create checkout session',
    description:
      'Opens one Dodo Payments checkout for two things: a $1 setup fee and a subscription that starts with a free ' +
      'trial of 3 days. Once it has been paid, the webhook handler finds the fee by itself and gives it back. Whoever has ' +
      'had the trial buys the subscription alone.',
  })
  @ApiSuccess(
    200,
    'The checkout is open: send the customer to `checkoutUrl`.',
    { $ref: getSchemaPath(CheckoutSession) },
    { checkoutUrl: 'https://checkout.dodopayments.com/c/pay_abc123', sessionId: 'cs_abc123' },
  )
  @ApiBodyFailures('planId is required.')
  @ApiKeyFailures('gated')
  @ApiFailure(404, 'There is no such plan.', 'not_found', 'There is no plan "plan_gold".')
  @ApiFailure(
    409,
    'The organization is subscribed already, or is about to be.',
    'conflict',
    'This organization already has a subscription.',
  )
  @ApiProviderFailures()
  create(
    @Caller() caller: Principal,
    @Body({ schema: checkoutRequestSchema }) request: CheckoutRequest,
    // The contract fixes this operation's parameters.
    @Idempotent('text') call: IdempotentCall,
  ): Promise<CheckoutSession> {
    return call.once(() => this.checkouts.create(caller, request, call));
  }
}
