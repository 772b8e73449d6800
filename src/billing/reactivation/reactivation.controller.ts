import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { ApiProviderFailures } from '../billing.openapi';
import { CheckoutSession } from '../checkouts/checkout.dto';
import { reactivationRequestSchema } from './reactivation.dto';
import type { ReactivationRequest } from './reactivation.dto';
import { ReactivationService } from './reactivation.service';

@ApiTags('Billing')
@Controller('billing')
export class ReactivationController {
  constructor(private readonly reactivation: ReactivationService) {}

  @Post('reactivate')
  @HttpCode(200)
  @Authenticated({ scope: 'billing:write', suspended: 'allowed', isCostly: true })
  @ApiOperation({
    operationId: 'reactivateBilling',
    summary: 'Come back after a suspension',
    description:
      'For suspended organizations. On hold or past due: a page where the customer gives another card and pays what ' +
      'is owed. Cancelled or expired: a new checkout, without a second trial and without a setup fee. Whoever has paid ' +
      'one of the last day gets 409, also when no webhook has come yet; one that was left unpaid is in nobody’s way.',
  })
  @ApiSuccess(
    200,
    'Where to send the customer.',
    { $ref: getSchemaPath(CheckoutSession) },
    { checkoutUrl: 'https://checkout.dodopayments.com/c/pay_abc123', sessionId: 'cs_abc123' },
  )
  @ApiBodyFailures('successUrl is required.')
  @ApiKeyFailures('open')
  @ApiFailure(404, 'There is no such plan.', 'not_found', 'There is no plan "plan_gold".')
  @ApiFailure(
    409,
    'There is nothing to reactivate, or a plan has just been bought.',
    'conflict',
    'Access is not suspended, so there is nothing to reactivate.',
  )
  @ApiProviderFailures()
  reactivate(
    @Caller() caller: Principal,
    @Body({ schema: reactivationRequestSchema }) request: ReactivationRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CheckoutSession> {
    return call.once(() => this.reactivation.reactivate(caller, request, call));
  }
}
