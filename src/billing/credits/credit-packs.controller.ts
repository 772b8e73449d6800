import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { ApiProviderFailures } from '../billing.openapi';
import { CheckoutSession } from '../checkouts/checkout.dto';
import { CreditPacksService } from './credit-packs.service';
import { purchaseRequestSchema } from './credits.dto';
import type { PurchaseRequest } from './credits.dto';

@ApiTags('Billing')
@Controller('billing')
export class CreditPacksController {
  constructor(private readonly packs: CreditPacksService) {}

  @Post('credits/purchase')
  @HttpCode(200)
  @Authenticated({ scope: 'billing:write', suspended: 'refused', isCostly: true })
  @ApiExtraModels(CheckoutSession)
  @ApiOperation({
    operationId: 'purchaseCredits',
    summary: 'Buy a credit pack',
    description:
      'Opens a Dodo Payments checkout for one pack, without a setup fee. Its credits are there as soon as it is paid, ' +
      'once; they never expire.',
  })
  @ApiSuccess(
    200,
    'The checkout is open: send the customer to `checkoutUrl`.',
    { $ref: getSchemaPath(CheckoutSession) },
    { checkoutUrl: 'https://checkout.dodopayments.com/c/pay_abc123', sessionId: 'cs_abc123' },
  )
  @ApiBodyFailures('packId is required.')
  @ApiKeyFailures('gated')
  @ApiFailure(404, 'There is no such pack.', 'not_found', 'There is no credit pack "pack_7".')
  @ApiProviderFailures()
  purchase(
    @Caller() { orgId }: Principal,
    @Body({ schema: purchaseRequestSchema }) request: PurchaseRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<CheckoutSession> {
    return call.once(() => this.packs.purchase(orgId, request, call));
  }
}
