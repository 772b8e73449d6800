import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../auth/authenticated.decorator';
import { Caller } from '../../auth/principal';
import type { Principal } from '../../auth/principal';
import type { IdempotentCall } from '../../http/idempotency/idempotent-call';
import { Idempotent } from '../../http/idempotency/idempotent.decorator';
import { ApiBodyFailures, ApiFailure, ApiKeyFailures, ApiSuccess } from '../../http/openapi.decorators';
import { ApiProviderSilence } from '../billing.openapi';
import { verificationExample, verificationSchema, verifyRequestSchema } from './verification.dto';
import { isSettled } from './verification.dto';
import type { VerificationView, VerifyRequest } from './verification.dto';
import { VerificationService } from './verification.service';

@ApiTags('Billing')
@Controller('billing')
export class VerificationController {
  constructor(private readonly verification: VerificationService) {}

  @Post('verify-checkout')
  @HttpCode(200)
  @Authenticated({ scope: 'billing:write', suspended: 'allowed', isCostly: true })
  @ApiOperation({
    operationId: 'verifyBillingCheckout',
    summary: 'Confirm a checkout',
    description:
      'Called when the customer is back: asks Dodo what has become of the session and starts the trial, also when no ' +
      'webhook has come yet. Calling it again is harmless; an `Idempotency-Key` keeps the answer once it is settled.',
  })
  @ApiSuccess(200, 'What has become of the checkout.', verificationSchema, verificationExample)
  @ApiBodyFailures('sessionId is required.')
  @ApiKeyFailures('open')
  @ApiFailure(404, 'There is no such session.', 'not_found', 'There is no checkout session "cs_abc123".')
  @ApiProviderSilence()
  verify(
    @Caller() { orgId }: Principal,
    @Body({ schema: verifyRequestSchema }) { sessionId }: VerifyRequest,
    @Idempotent() call: IdempotentCall,
  ): Promise<VerificationView> {
    return call.once(() => this.verification.verify(orgId, sessionId), isSettled);
  }
}
